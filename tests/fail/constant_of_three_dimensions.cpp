// EXPECT: a constant has at most rows and columns
// EXPECT: constant<rondo::hidden, rondo::input, rondo::output>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct bilinear {
    constant<hidden, input, output> W;  // HERE
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{h}; }
};

template struct rondo::ir_internal::compiled<bilinear>;
