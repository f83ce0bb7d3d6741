// EXPECT: gate
// EXPECT: vec<hidden>
// EXPECT: vec<input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct gate {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return W * x + U * h; }
};
BOOST_HANA_ADAPT_STRUCT(gate, W, U);
struct gated {
    gate f;
    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{sigmoid(f(h, x)) * h};  // HERE
    }
};
BOOST_HANA_ADAPT_STRUCT(gated, f);

template struct rondo::ir_internal::compiled<gated>;
