#include "unit/checked_cell.hpp"
#include "unit/lang/recording.hpp"

#include <rondo/lang/cell.hpp>
#include <rondo/lang/transcendental.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <utility>

namespace transcendental_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

static_assert(holds([](recording& r) { return is(r, sin(r.h), op::sin, r.h); }));
static_assert(holds([](recording& r) { return is(r, cos(r.h), op::cos, r.h); }));
static_assert(holds([](recording& r) { return is(r, tan(r.h), op::tan, r.h); }));
static_assert(holds([](recording& r) { return is(r, expm1(r.h), op::expm1, r.h); }));
static_assert(holds([](recording& r) { return is(r, log1p(r.h), op::log1p, r.h); }));
static_assert(holds([](recording& r) { return is(r, softplus(r.h), op::softplus, r.h); }));
static_assert(holds([](recording& r) { return is(r, erf(r.h), op::erf, r.h); }));
static_assert(holds([](recording& r) { return is(r, pow(r.h, r.s), op::pow, r.h, r.s); }));
static_assert(holds([](recording& r) { return is(r, pow(r.s, r.h), op::pow, r.s, r.h); }));
static_assert(holds([](recording& r) { return is(r, pow(r.h, 3), op::pow, r.h, 3.0); }));
static_assert(holds([](recording& r) { return is(r, pow(2, r.h), op::pow, 2.0, r.h); }));
static_assert(holds([](recording& r) { return is(r, log_sigmoid(r.h), op::negate, softplus(-r.h)); }));
static_assert(std::is_same_v<decltype(sin(std::declval<scalar>())), scalar>);

// Nothing is recorded for a value that is unknown to tracing.
static_assert(softplus(vec<hidden>{}).record == nullptr);
static_assert(log_sigmoid(vec<hidden>{}).record == nullptr);

/// Every transcendental function, of vectors and scalars.
struct wavering {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<hidden> p;
    weight<> q;
    RONDO_MEMBERS(W, U, p, q);

    constexpr auto operator()(vec<input> x, vec<hidden> h, scalar s) const
    {
        auto a = W * x + U * h;
        auto rate = softplus(a) + 0.2;
        auto wave = sin(3 * a + p) * cos(a * p) + 0.1 * tan(tanh(a));
        auto powers = pow(rate, p) + pow(2, h) + pow(rate, 2.5) + pow(a, 3) + pow(rate, q);
        auto small = log1p(square(h)) * expm1(0.1 * a) * log_sigmoid(a) + erf(a);
        auto next_s = mean(sin(h)) + erf(s * q);
        return next{tanh(0.3 * (wave + small) + 0.05 * powers), next_s}.output(wave + small +
                                                                               powers * next_s);
    }
};

}  // namespace

TEST_CASE("transcendental: inside a cell, gradients agree with differences and float with double")
{
    gradient_agrees<wavering>();
    float_agrees<wavering>();
}

}  // namespace transcendental_test
