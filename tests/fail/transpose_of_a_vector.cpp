// EXPECT: the product of transpose(v) and w is dot(v, w)
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W * x) * (transpose(h) * h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
