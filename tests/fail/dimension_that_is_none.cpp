// EXPECT: dimension_name
// EXPECT: phonemes
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct phonemes {};
struct elman {
    weight<hidden, phonemes> W;  // HERE
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{h}; }
};

template struct rondo::ir_internal::compiled<elman>;
