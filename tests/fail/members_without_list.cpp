// EXPECT: this cell must list its members: BOOST_HANA_ADAPT_STRUCT
// EXPECT: elman
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + h)}; }
};

template struct rondo::ir_internal::compiled<elman>;
