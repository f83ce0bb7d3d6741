#include <rondo/check/difference_quotient.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace rondo;
using namespace rondo::check_internal;

namespace {

template <class F>
derivative_estimate estimate(F f, double x)
{
    return estimate_derivative(f, x, std::fabs(f(x)) + 1);
}

}  // namespace

TEST_CASE("difference_quotient: a smooth function's derivative to nine digits")
{
    for (double const x : {-3.0, -0.4, 0.0, 0.001, 1.0, 2.5}) {
        CAPTURE(x);
        derivative_estimate const sine = estimate([](double v) { return std::sin(v); }, x);
        CHECK(sine.smooth);
        CHECK(sine.finite);
        CHECK(std::fabs(sine.value - std::cos(x)) < 1e-10);
        derivative_estimate const hyperbolic = estimate([](double v) { return std::tanh(v); }, x);
        CHECK(hyperbolic.smooth);
        CHECK(std::fabs(hyperbolic.value - 1 / std::pow(std::cosh(x), 2)) < 1e-10);
    }
}

TEST_CASE("difference_quotient: steps grow with the argument")
{
    derivative_estimate const e = estimate([](double v) { return v * v; }, 1e6);
    CHECK(e.smooth);
    CHECK(e.step == 1e6 * 0x1p-10);
    CHECK(e.value == doctest::Approx(2e6).epsilon(1e-10));
}

TEST_CASE("difference_quotient: strong curvature is not a kink")
{
    // The curvature has the scale 1/1000, so the first step is too long.
    derivative_estimate const e = estimate([](double v) { return std::tanh(1000 * v); }, 0.0004);
    CHECK(e.smooth);
    CHECK(e.step < 0x1p-10);
    CHECK(e.value == doctest::Approx(1000 / std::pow(std::cosh(0.4), 2)).epsilon(1e-6));
}

TEST_CASE("difference_quotient: a kink at the point, and within the smallest step")
{
    for (double const distance : {0.0, 1e-9, -1e-9, 3e-7, -3e-7, 6e-7, 9e-7, -1.2e-6}) {
        CAPTURE(distance);
        derivative_estimate const e =
            estimate([&](double v) { return std::fmax(v - distance, 0) + 0.3 * v; }, 0);
        CHECK(e.finite);
        CHECK_FALSE(e.smooth);
    }
}

TEST_CASE("difference_quotient: smaller steps avoid a kink anywhere in the first step")
{
    for (int i = 1; i < 200; ++i) {
        double const distance = 0x1p-10 * i / 100;
        CAPTURE(distance);
        for (double const sign : {-1.0, 1.0}) {
            derivative_estimate const e =
                estimate([&](double v) { return std::fabs(v - sign * distance) + std::sin(v); }, 0);
            REQUIRE(e.smooth);
            CHECK(e.value == doctest::Approx(1 - sign).epsilon(2e-6));
        }
    }
}

TEST_CASE("difference_quotient: a value that is not finite is reported")
{
    derivative_estimate const e = estimate([](double v) { return std::sqrt(v); }, 0);
    CHECK_FALSE(e.finite);
    CHECK_FALSE(e.smooth);
}

TEST_CASE("difference_quotient: the derivative of a constant is zero up to rounding")
{
    derivative_estimate const e = estimate([](double) { return 12.5; }, 3);
    CHECK(e.smooth);
    CHECK(e.value == 0);
    CHECK(e.rounding > 0);
    CHECK(e.rounding < 1e-10);
}
