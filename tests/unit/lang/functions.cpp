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

// Functions keep the shape.
static_assert(std::is_same_v<decltype(sigmoid(std::declval<vec<hidden>>())), vec<hidden>>);
static_assert(std::is_same_v<decltype(sqrt(std::declval<scalar>())), scalar>);
// Nothing is recorded for a value that is unknown to tracing.
static_assert(sigmoid(vec<hidden>{}).record == nullptr);

// Matrices are values like others.
static_assert(std::is_same_v<decltype(tanh(std::declval<weight<hidden, input>>())), mat<hidden, input>>);
static_assert(matrix_holds([](matrix_recording& r) {
    return is(r, exp(r.S), op::exp, r.S) && r[exp(r.S)].shape == extents{3, 1, 2} &&
           is(r, fmod(r.M, r.h), op::fmod, r.M, r.h) && r[fmod(r.x, r.M)].shape == extents{1, 2};
}));

}  // namespace

TEST_CASE("functions: what is recorded at run time is what is recorded while compiling")
{
    matrix_recording r{};
    CHECK(is(r, tanh(r.M), op::tanh, r.M));
    CHECK(tanh(r.M).id == tanh(r.M).id);
    CHECK(tanh(r.M).id != exp(r.M).id);
}
