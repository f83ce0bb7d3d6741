// EXPECT: a next value has another dimension than the state it replaces
// EXPECT: next_values_fit_the_states<copying,
// EXPECT: rondo::shape<rondo::hidden>
// EXPECT: rondo::shape<rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct copying {
    constexpr auto operator()(vec<input> x, vec<hidden>) const { return next{tanh(x)}; }
};

template struct rondo::ir_internal::compiled<copying>;
