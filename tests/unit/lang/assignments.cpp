#include "unit/lang/recording.hpp"

#include <rondo/lang/assignments.hpp>
#include <rondo/lang/comparisons.hpp>
#include <rondo/lang/functions.hpp>
#include <rondo/lang/next.hpp>
#include <rondo/lang/trace.hpp>

#include <doctest/doctest.h>

namespace assignments_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

static_assert(holds([](recording& r) {
    vec<hidden> a = r.h;
    a += r.c;
    return is(r, a, op::add, r.h, r.c);
}));
static_assert(holds([](recording& r) {
    vec<hidden> a = r.h;
    a -= r.s;
    return is(r, a, op::subtract, r.h, r.s);
}));
static_assert(holds([](recording& r) {
    vec<hidden> a = r.h;
    a *= 2;
    return is(r, a, op::multiply, r.h, 2.0);
}));
static_assert(holds([](recording& r) {
    scalar a = r.s;
    a /= 2.5;
    return is(r, a, op::divide, r.s, 2.5);
}));
static_assert(holds([](recording& r) {  // a variable is a name for a value: what was computed from it stays
    vec<hidden> a = r.h;
    vec<hidden> const before = tanh(a);
    (a += 1) *= r.c;
    return is(r, a, op::multiply, r.h + 1, r.c) && is(r, before, op::tanh, r.h);
}));

/// A function of the user's own: any shape, with a loop and a variable.
template <class V>
constexpr V polynomial(V x, int degree)
{
    V sum = x;
    V power = x;
    for (int k = 2; k <= degree; ++k) {
        power *= x;
        sum += power / k;
    }
    return sum;
}
constexpr auto ramp = [](auto a) { return clamp(a / 6 + 0.5, 0, 1); };

struct own_functions {
    weight<hidden> w;
    RONDO_MEMBERS(w);
    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const
    {
        h *= ramp(w);
        h += polynomial(x, 3);
        return next{h};
    }
};

struct written_out {
    weight<hidden> w;
    RONDO_MEMBERS(w);
    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const
    {
        // One operation in a statement: compilers differ in which operand they evaluate first.
        auto const scaled = h * min(max(w / 6 + 0.5, 0), 1);
        auto const square = x * x;
        auto const second = x + square / 2;
        auto const third = square * x / 3;
        return next{scaled + (second + third)};
    }
};

}  // namespace

TEST_CASE("assignments: functions of the user's own record what they would record in the step")
{
    traced_step const own = trace<own_functions>();
    traced_step const plain = trace<written_out>();
    CHECK(own.step.nodes.size() == plain.step.nodes.size());
    for (node_id i = 0; i < own.step.nodes.size(); ++i) {
        CHECK(own.step.nodes[i] == plain.step.nodes[i]);
    }
    CHECK(own.step.states[0].to == plain.step.states[0].to);
}

}  // namespace assignments_test
