#include "unit/lanes.hpp"

#include <rondo/kernel/exponential.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace rondo;
using namespace rondo::kernel_internal;

namespace {

template <class T>
T exp_of(T x)
{
    return test::lanes_of(exponential<T>(simd<T>(x)))[0];
}
template <class T>
T expm1_of(T x)
{
    return test::lanes_of(exponential_minus_one<T>(simd<T>(x)))[0];
}

}  // namespace

TEST_CASE_TEMPLATE("exponential: finite up to the largest number, and never subnormal", T, float, double)
{
    using limits = std::numeric_limits<T>;
    T const last = std::nextafter(std::log(limits::max()), T(0));  // about 88.72 and 709.78
    CHECK(exp_of(last) == doctest::Approx(std::exp(last)).epsilon(4 * limits::epsilon()).scale(0));
    CHECK(exp_of(std::nextafter(std::log(limits::max()), limits::infinity())) == limits::infinity());
    T const least = std::log(limits::min());
    for (T x = least + 1; x > 2 * least; x -= T(0.0625)) {
        T const y = exp_of(x);
        CHECK((y == 0 ? x < least + T(0.375) : y >= limits::min()));
    }
}

TEST_CASE_TEMPLATE("exponential: minus one, for arguments of all sizes", T, float, double)
{
    using limits = std::numeric_limits<T>;
    for (T x = limits::denorm_min(); x < std::log(limits::max()); x *= T(1.7)) {
        for (T const a : {x, -x}) {
            CAPTURE(a);
            CHECK(std::fabs(expm1_of(a) - std::expm1(a)) <= 2 * limits::epsilon() * std::fabs(std::expm1(a)));
        }
    }
}

TEST_CASE_TEMPLATE("exponential: minus one, of zeros, of large numbers and of NaN", T, float, double)
{
    using limits = std::numeric_limits<T>;
    for (T const x : {limits::denorm_min(), limits::min(), limits::min() * T(1.25)}) {
        CHECK(expm1_of(x) == x);
        CHECK(expm1_of(-x) == -x);
    }
    CHECK((expm1_of(T(0)) == 0 && !std::signbit(expm1_of(T(0)))));
    CHECK((expm1_of(T(-0.0)) == 0 && std::signbit(expm1_of(T(-0.0)))));
    T const last = std::nextafter(std::log(limits::max()), T(0));
    CHECK(std::isfinite(expm1_of(last)));
    for (T const x : {T(10000), limits::max(), limits::infinity()}) {
        CHECK(expm1_of(x) == limits::infinity());
        CHECK(expm1_of(-x) == -1);
    }
    CHECK(std::isnan(expm1_of(limits::quiet_NaN())));
}
