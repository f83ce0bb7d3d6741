// EXPECT: first_value_is_named<rondo::weight<rondo::hidden>
// EXPECT: write its first value as weight<hidden> gain = first_value(1.0)
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct scaled {
    weight<hidden> gain = 1.0;
    RONDO_MEMBERS(gain);
    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const { return next{tanh(x + gain * h)}; }
};

template struct rondo::ir_internal::compiled<scaled>;
