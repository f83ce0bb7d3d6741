#include "unit/lanes.hpp"

#include <rondo/kernel/remainder.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace rondo;
using namespace rondo::exec_internal;
using test::lanes_of;

namespace {

template <class T>
T of(T a, T b)
{
    return lanes_of(remainder<T>(simd<T>(a), simd<T>(b)))[0];
}

}  // namespace

TEST_CASE_TEMPLATE("remainder: is that of std::fmod while the quotient has no more bits than a number", T,
                   float, double)
{
    std::mt19937_64 bits(4);
    auto const between = [&](double low, double high) {
        return low + (high - low) * static_cast<double>(bits() >> 11) * 0x1p-53;
    };
    for (int i = 0; i < 20000; ++i) {
        auto const b = static_cast<T>(std::exp2(between(-20, 20)) * (i % 2 == 0 ? 1 : -1));
        auto const quotient = std::exp2(between(-3, std::numeric_limits<T>::digits - 1));
        // Multiples of b and their neighbours, where a quotient is rounded up, and others.
        auto a = static_cast<T>((i % 3 == 0 ? std::trunc(quotient) : quotient) * static_cast<double>(b));
        a = i % 5 == 0 ? std::nextafter(a, T(0)) : a;
        CAPTURE(a);
        CAPTURE(b);
        CHECK(of<T>(a, b) == std::fmod(a, b));
    }
}

TEST_CASE_TEMPLATE("remainder: has the sign of the first operand", T, float, double)
{
    CHECK(of<T>(T(7), T(3)) == 1);
    CHECK(of<T>(T(-7), T(3)) == -1);
    CHECK(of<T>(T(7), T(-3)) == 1);
    CHECK(of<T>(T(-7), T(-3)) == -1);
    CHECK(of<T>(T(0.25), T(3)) == T(0.25));
    CHECK(of<T>(T(1), T(0.1)) == doctest::Approx(static_cast<double>(std::fmod(T(1), T(0.1)))));
    CHECK(std::signbit(of<T>(T(-6), T(3))));
    CHECK(of<T>(T(-6), T(3)) == 0);
}

TEST_CASE_TEMPLATE("remainder: at zero, infinities, NaN and large quotients", T, float, double)
{
    T const nan = std::numeric_limits<T>::quiet_NaN();
    T const inf = std::numeric_limits<T>::infinity();
    T const large = std::numeric_limits<T>::max();
    CHECK(of<T>(T(0), T(3)) == 0);
    CHECK(of<T>(T(5), inf) == 5);
    CHECK(of<T>(T(-5), -inf) == -5);
    CHECK(std::isnan(of<T>(T(5), T(0))));
    CHECK(std::isnan(of<T>(T(0), T(0))));
    CHECK(std::isnan(of<T>(inf, T(3))));
    CHECK(std::isnan(of<T>(-inf, inf)));
    CHECK(std::isnan(of<T>(nan, T(3))));
    CHECK(std::isnan(of<T>(T(3), nan)));
    CHECK(std::isnan(of<T>(nan, inf)));
    CHECK(of<T>(large, T(3)) == 0);
    CHECK(of<T>(-large, T(3)) == 0);
    CHECK(of<T>(large, std::numeric_limits<T>::min()) == 0);  // the quotient overflows
}
