#include "unit/lang/recording.hpp"

#include <rondo/lang/functions.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <utility>

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

static_assert(holds([](recording& r) { return is(r, sigmoid(r.h), op::sigmoid, r.h); }));
static_assert(holds([](recording& r) { return is(r, tanh(r.h), op::tanh, r.h); }));
static_assert(holds([](recording& r) { return is(r, exp(r.h), op::exp, r.h); }));
static_assert(holds([](recording& r) { return is(r, log(r.h), op::log, r.h); }));
static_assert(holds([](recording& r) { return is(r, sqrt(r.h), op::sqrt, r.h); }));
static_assert(holds([](recording& r) { return is(r, relu(r.h), op::relu, r.h); }));
static_assert(holds([](recording& r) { return is(r, square(r.h), op::square, r.h); }));
static_assert(holds([](recording& r) { return is(r, abs(r.h), op::abs, r.h); }));
static_assert(holds([](recording& r) { return is(r, tanh(r.s), op::tanh, r.s); }));
static_assert(holds([](recording& r) { return is(r, rsqrt(r.h), op::rsqrt, r.h); }));
static_assert(holds([](recording& r) { return is(r, sign(r.h), op::sign, r.h); }));
static_assert(holds([](recording& r) { return is(r, floor(r.h), op::floor, r.h); }));
static_assert(holds([](recording& r) { return is(r, trunc(r.h), op::trunc, r.h); }));
static_assert(holds([](recording& r) { return is(r, round(r.h), op::round, r.h); }));
static_assert(holds([](recording& r) { return is(r, fmod(r.h, r.s), op::fmod, r.h, r.s); }));
static_assert(holds([](recording& r) { return is(r, fmod(r.h, 3), op::fmod, r.h, 3.0); }));
static_assert(holds([](recording& r) { return is(r, fmod(3, r.h), op::fmod, 3.0, r.h); }));

// Functions keep the shape, reductions leave a scalar.
static_assert(std::is_same_v<decltype(sigmoid(std::declval<vec<hidden>>())), vec<hidden>>);
static_assert(std::is_same_v<decltype(sqrt(std::declval<scalar>())), scalar>);
static_assert(std::is_same_v<decltype(sum(std::declval<vec<hidden>>())), scalar>);
static_assert(std::is_same_v<decltype(mean(std::declval<vec<input>>())), scalar>);
static_assert(
    std::is_same_v<decltype(dot(std::declval<vec<hidden>>(), std::declval<vec<hidden>>())), scalar>);

static_assert(holds([](recording& r) { return is(r, sum(r.h), op::sum, r.h); }));
static_assert(holds([](recording& r) { return is(r, dot(r.h, r.c), op::sum, r.h * r.c); }));
static_assert(holds([](recording& r) {
    scalar const m = mean(r.x);
    node const& count = r.record.nodes[r[m].b];
    return r[m].opcode == op::divide && r[m].a == sum(r.x).id && count.opcode == op::extent &&
           count.index == 2 && count.shape == extents{};  // the size of the second dimension
}));

// A transposed weight multiplies a vector along its rows.
static_assert(
    std::is_same_v<decltype(transpose(std::declval<weight<hidden, input>>()) * std::declval<vec<hidden>>()),
                   vec<input>>);
static_assert(holds([](recording& r) {
    return is(r, transpose(r.W) * r.h, op::transposed_product, r.W, r.h) &&
           r[transpose(r.W) * r.h].shape == extents{2};
}));
static_assert(holds([](recording& r) {
    weight<hidden, input> const unlisted{};
    return (transpose(unlisted) * r.h).record == &r.record && r.record.met_unlisted;
}));

// Nothing is recorded for a value that is unknown to tracing.
static_assert(sigmoid(vec<hidden>{}).record == nullptr);
static_assert(sum(vec<hidden>{}).record == nullptr);
static_assert(mean(vec<hidden>{}).record == nullptr);

}  // namespace

TEST_CASE("functions: shared parts of an equation are recorded once")
{
    recording r{};
    vec<hidden> const e = exp(r.h);
    vec<hidden> const softmax = e / sum(e);
    vec<hidden> const again = exp(r.h) / sum(exp(r.h));
    CHECK(softmax.id == again.id);
    CHECK(r.record.nodes.size() == 5 + 3);
}
