// EXPECT: a step has no single entries of vectors and matrices
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W * x) * dot(U[0], h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
