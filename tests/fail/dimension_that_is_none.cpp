// EXPECT: dimension_name
// EXPECT: phonemes
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct phonemes {};
struct elman {
    weight<hidden, phonemes> W;  // HERE
    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{h}; }
};
BOOST_HANA_ADAPT_STRUCT(elman, W);

template struct rondo::ir_internal::compiled<elman>;
