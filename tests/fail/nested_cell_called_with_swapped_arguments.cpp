// EXPECT: gate
// EXPECT: vec<hidden>
// EXPECT: vec<input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct gate {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return W * x + U * h; }
};
struct gated {
    gate f;
    RONDO_MEMBERS(f);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{sigmoid(f(h, x)) * h};  // HERE
    }
};

template struct rondo::ir_internal::compiled<gated>;
