// EXPECT: a member of a cell must be a weight, a bias, a constant, or another cell
// EXPECT: leaky
// EXPECT: double
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct leaky {
    weight<hidden, input> W;
    double leak = 0.1;
    RONDO_MEMBERS(W, leak);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{(1 - leak) * h + tanh(W * x)};
    }
};

template struct rondo::ir_internal::compiled<leaky>;
