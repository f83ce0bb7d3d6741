// EXPECT: a value of a step is no number
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        double const size = dot(h, h);  // HERE
        return next{tanh(W * x) * size};
    }
};

template struct rondo::ir_internal::compiled<elman>;
