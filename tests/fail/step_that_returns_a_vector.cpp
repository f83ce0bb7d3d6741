// EXPECT: operator() of a cell must return next{...}
// EXPECT: elman
// EXPECT: rondo::shape<rondo::hidden>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return tanh(W * x + h); }
};
BOOST_HANA_ADAPT_STRUCT(elman, W);

template struct rondo::ir_internal::compiled<elman>;
