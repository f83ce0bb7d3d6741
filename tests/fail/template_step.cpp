// EXPECT: a cell needs exactly one operator()
// EXPECT: any_step
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct any_step {
    constexpr auto operator()(auto x, auto h) const { return next{tanh(sum(x) + h)}; }
};

template struct rondo::ir_internal::compiled<any_step>;
