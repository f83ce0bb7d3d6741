#include "unit/lanes.hpp"

#include <rondo/kernel/xsimd.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <type_traits>

using namespace rondo;
using namespace rondo::kernel_internal;
using test::counting;
using test::lanes;
using test::lanes_of;

TEST_CASE_TEMPLATE("xsimd: sums the lanes of a register", T, float, double)
{
    lanes<T> const numbers = counting<T>();  // integers: their sum is exact in any order
    CHECK(sum_lanes(simd<T>::load_unaligned(numbers.data())) ==
          std::accumulate(numbers.begin(), numbers.end(), T(0)));
}

TEST_CASE_TEMPLATE("xsimd: takes the bits of lanes for integers and back", T, float, double)
{
    using integer = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
    lanes<T> const numbers = counting<T>();
    auto const v = simd<T>::load_unaligned(numbers.data());
    simd<integer> const bits = cast_bits<integer>(v);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        CHECK(bits.get(i) == std::bit_cast<integer>(numbers[i]));
    }
    CHECK(lanes_of(cast_bits<T>(bits)) == numbers);
}

TEST_CASE_TEMPLATE("xsimd: the larger and the smaller of two registers", T, float, double)
{
    auto const first = [](simd<T> const& v) { return lanes_of(v)[0]; };
    simd<T> const one(T(1));
    simd<T> const two(T(2));
    CHECK(first(larger(one, two)) == 2);
    CHECK(first(larger(two, one)) == 2);
    CHECK(first(smaller(one, two)) == 1);
    CHECK(first(smaller(two, one)) == 1);
    // NaN as the second operand stays NaN, which sigmoid and tanh rely on.
    simd<T> const nan(std::numeric_limits<T>::quiet_NaN());
    CHECK(std::isnan(first(larger(one, nan))));
    CHECK(std::isnan(first(smaller(one, nan))));
}
