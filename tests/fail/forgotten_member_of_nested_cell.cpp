// EXPECT: a member of this cell is missing in its RONDO_MEMBERS list
// EXPECT: gate
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct gate {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    bias<hidden> b;
    constexpr auto operator()(vec<input> x) const { return W * x + b; }
};
struct gated {
    gate f, i;
    RONDO_MEMBERS(f, i);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{sigmoid(f(x)) * h + i(x)}; }
};

template struct rondo::ir_internal::compiled<gated>;
