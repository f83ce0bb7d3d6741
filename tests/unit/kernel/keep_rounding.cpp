#include "unit/lanes.hpp"

#include <rondo/kernel/keep_rounding.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

using namespace rondo;
using namespace rondo::kernel_internal;

// tests/law/math_flags.py compiles the functions that need it with the options that it guards against.
TEST_CASE_TEMPLATE("keep_rounding: a sum with a large number rounds", T, float, double)
{
    T const large = static_cast<T>(std::int64_t{3} << (std::numeric_limits<T>::digits - 2));
    simd<T> const x(T(2.75));
    CHECK(test::lanes_of(simd<T>(keep_rounding(x + simd<T>(large)) - simd<T>(large))) ==
          test::lanes_of(simd<T>(T(3))));
    CHECK(test::lanes_of(keep_rounding(x)) == test::lanes_of(x));
}
