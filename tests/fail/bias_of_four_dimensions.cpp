// EXPECT: a bias has at most three dimensions
// EXPECT: bias<rondo::hidden, rondo::input, rondo::output, depth>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct depth : dimension {
    using dimension::dimension;
};

struct elman {
    bias<hidden, input, output, depth> b;  // HERE
    RONDO_MEMBERS(b);

    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{h}; }
};

template struct rondo::ir_internal::compiled<elman>;
