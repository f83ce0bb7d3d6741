// EXPECT: constexpr
// EXPECT: elman
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + h)}; }
};
BOOST_HANA_ADAPT_STRUCT(elman, W);

template struct rondo::ir_internal::compiled<elman>;
