#include "unit/lanes.hpp"

#include <rondo/kernel/power.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace rondo;
using namespace rondo::kernel_internal;

namespace {

template <class T>
T pow_of(T a, T b)
{
    return test::lanes_of(power<T>(simd<T>(a), simd<T>(b)))[0];
}

/// Whether @p found is C's pow up to rounding, or zero where that is below 1.5 times the least normal number.
template <class T>
bool is_power(T found, T a, T b)
{
    using limits = std::numeric_limits<T>;
    T const right = std::pow(a, b);
    if (std::isnan(right)) {
        return std::isnan(found);
    }
    if (std::signbit(found) != std::signbit(right)) {
        return false;
    }
    if (std::fabs(right) < T(1.5) * limits::min()) {
        return found == 0 || std::fabs(found - right) <= 2 * limits::epsilon() * std::fabs(right);
    }
    return found == right || std::fabs(found - right) <= 2 * limits::epsilon() * std::fabs(right);
}

}  // namespace

TEST_CASE_TEMPLATE("power: the special cases of C's pow, and ordinary ones", T, float, double)
{
    using limits = std::numeric_limits<T>;
    T const last_odd = 2 / limits::epsilon() - 1;
    T const numbers[] = {0,
                         T(0.5),
                         1,
                         T(1.5),
                         2,
                         3,
                         T(40),
                         T(1e20),
                         limits::infinity(),
                         limits::max(),
                         limits::min(),
                         limits::denorm_min(),
                         1 - limits::epsilon() / 2,
                         1 + limits::epsilon(),
                         last_odd,
                         last_odd + 1,
                         last_odd / 2,
                         T(0.25) * last_odd};
    T const nan = limits::quiet_NaN();
    for (T const x : numbers) {
        for (T const y : numbers) {
            for (T const a : {x, -x}) {
                for (T const b : {y, -y}) {
                    CAPTURE(a);
                    CAPTURE(b);
                    CHECK(is_power(pow_of(a, b), a, b));
                }
            }
        }
        CHECK(std::isnan(pow_of(x == 1 ? -x : x, nan)));
        CHECK((x == 0 || std::isnan(pow_of(nan, x))));
    }
    CHECK(pow_of(T(1), nan) == 1);
    CHECK(pow_of(nan, T(0)) == 1);
    CHECK(pow_of(nan, T(-0.0)) == 1);
}

TEST_CASE_TEMPLATE("power: close to overflow and underflow", T, float, double)
{
    using limits = std::numeric_limits<T>;
    T const log_max = std::log(limits::max());
    for (T a = 1 + 8 * limits::epsilon(); a < T(1e6); a *= T(1.37)) {
        for (T const x : {a, 1 / a, std::sqrt(a)}) {
            for (T const part : {T(0.1), T(0.5), T(0.9999), T(-0.1), T(-0.5), T(-0.98)}) {
                T const b = part * log_max / std::log(x);
                CAPTURE(x);
                CAPTURE(b);
                CHECK(is_power(pow_of(x, b), x, b));
            }
            CHECK(pow_of(x, T(1.01) * log_max / std::log(x)) == limits::infinity());
            CHECK(pow_of(x, T(-1.3) * log_max / std::log(x)) == 0);
        }
    }
}

TEST_CASE_TEMPLATE("power: roots of subnormal numbers", T, float, double)
{
    using limits = std::numeric_limits<T>;
    for (T a = limits::denorm_min(); a < limits::min(); a *= T(2.5)) {
        CAPTURE(a);
        CHECK(is_power(pow_of(a, T(0.75)), a, T(0.75)));
        CHECK(is_power(pow_of(-a, T(-1)), -a, T(-1)));
    }
}
