// EXPECT: a member of this cell is missing in its RONDO_MEMBERS list
// EXPECT: a number is a constant<>, or static constexpr
// EXPECT: leaky
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct leaky {
    weight<hidden, input> W;
    float leak = 0.1F;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{leak * h + W * x}; }
};

template struct rondo::ir_internal::compiled<leaky>;
