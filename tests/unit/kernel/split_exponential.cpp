#include "unit/lanes.hpp"

#include <rondo/kernel/split_exponential.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>

using namespace rondo;
using namespace rondo::kernel_internal;

namespace {

/// Compares scale * (1 + rest) with the exponential of Factor y, divided by two to the power of Halvings.
template <class T, int Factor, bool Exact, int Halvings = 0>
void compare()
{
    T const range = exponential_of<T>::range;
    for (T s = -range; s <= range; s += T(0.37)) {
        T const y = s / Factor;
        CAPTURE(y);
        auto const [scale, rest] = split_exponential<T>::template of<Factor, Exact, Halvings>(simd<T>(y));
        T const power = test::lanes_of(scale)[0];
        T const last = test::lanes_of(rest)[0];
        int exponent = 0;
        CHECK(((power == 0 && s < 1 - range) || std::frexp(power, &exponent) == T(0.5)));
        CHECK(std::fabs(last) < T(0.5));
        T const expected = std::ldexp(std::exp(s), -Halvings);
        T const bound = std::numeric_limits<T>::epsilon() * (Exact ? T(2) : 1 + std::fabs(s));
        if (power > 0) {
            CHECK(std::fabs(power + power * last - expected) <= bound * expected);
        }
    }
}

}  // namespace

TEST_CASE_TEMPLATE("split_exponential: a power of two and a rest", T, float, double)
{
    compare<T, 1, true>();
    compare<T, -1, true>();
    compare<T, 2, false>();
}

TEST_CASE_TEMPLATE("split_exponential: half the scale, finite above the range", T, float, double)
{
    compare<T, 1, true, 1>();
    T const y = exponential_of<T>::infinite_from;
    auto const [scale, rest] = split_exponential<T>::template of<1, true, 1>(simd<T>(y));
    CHECK(std::isfinite(test::lanes_of(scale)[0]));
    T const half = test::lanes_of(simd<T>(scale + scale * rest))[0];
    CHECK(half + half == std::numeric_limits<T>::infinity());
}

TEST_CASE_TEMPLATE("split_exponential: of NaN, the rest is NaN", T, float, double)
{
    auto const parts =
        split_exponential<T>::template of<1, true>(simd<T>(std::numeric_limits<T>::quiet_NaN()));
    CHECK(std::isnan(test::lanes_of(parts.rest)[0]));
}
