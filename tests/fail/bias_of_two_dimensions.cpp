// EXPECT: a bias is a vector or one number
// EXPECT: bias<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    bias<hidden, input> b;  // HERE
    RONDO_MEMBERS(b);

    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{h}; }
};

template struct rondo::ir_internal::compiled<elman>;
