// EXPECT: a constant has at most three dimensions
// EXPECT: constant<rondo::hidden, rondo::input, rondo::output, depth>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct depth : dimension {
    using dimension::dimension;
};

struct multilinear {
    constant<hidden, input, output, depth> W;  // HERE
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{h}; }
};

template struct rondo::ir_internal::compiled<multilinear>;
