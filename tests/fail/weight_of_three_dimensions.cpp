// EXPECT: a weight has at most rows and columns
// EXPECT: weight<rondo::hidden, rondo::input, rondo::output>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct bilinear {
    weight<hidden, input, output> W;  // HERE
    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{h}; }
};
BOOST_HANA_ADAPT_STRUCT(bilinear, W);

template struct rondo::ir_internal::compiled<bilinear>;
