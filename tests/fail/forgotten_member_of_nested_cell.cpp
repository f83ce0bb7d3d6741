// EXPECT: a member of this cell is missing in its BOOST_HANA_ADAPT_STRUCT list
// EXPECT: gate
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct gate {
    weight<hidden, input> W;
    bias<hidden> b;
    constexpr auto operator()(vec<input> x) const { return W * x + b; }
};
BOOST_HANA_ADAPT_STRUCT(gate, W);
struct gated {
    gate f, i;
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{sigmoid(f(x)) * h + i(x)}; }
};
BOOST_HANA_ADAPT_STRUCT(gated, f, i);

template struct rondo::ir_internal::compiled<gated>;
