// EXPECT: a member of this cell is missing in its BOOST_HANA_ADAPT_STRUCT list
// EXPECT: elman
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + U * h)}; }
};
BOOST_HANA_ADAPT_STRUCT(elman, W, U);

template struct rondo::ir_internal::compiled<elman>;
