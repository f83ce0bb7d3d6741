// EXPECT: a delay is at most 1048576 steps
// EXPECT: delay_is_possible<1048577>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct glacial {
    constexpr auto operator()(vec<input> x, delayed<1048577, vec<input>> s) const { return next{s + x}; }
};

template struct rondo::ir_internal::compiled<glacial>;
