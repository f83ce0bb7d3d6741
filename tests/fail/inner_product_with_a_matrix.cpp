// EXPECT: dot is the inner product of two vectors; the product of a matrix and a vector is W * v
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(U * h + dot(W, x))};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
