// EXPECT: a bias is a vector or one number
// EXPECT: bias<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    bias<hidden, input> b;  // HERE
    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{h}; }
};
BOOST_HANA_ADAPT_STRUCT(elman, b);

template struct rondo::ir_internal::compiled<elman>;
