// EXPECT: must be a weight, a bias, a constant, or another cell that lists its members with
// EXPECT: gate
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct gate {
    weight<hidden, input> W;
    constexpr auto operator()(vec<input> x) const { return W * x; }
};
struct gated {
    gate f;
    RONDO_MEMBERS(f);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{sigmoid(f(x)) * h}; }
};

template struct rondo::ir_internal::compiled<gated>;
