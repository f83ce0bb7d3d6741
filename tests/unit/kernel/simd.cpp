#include "unit/lanes.hpp"

#include <rondo/kernel/simd.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;
using test::counting;
using test::lanes;
using test::lanes_of;

TEST_CASE_TEMPLATE("simd: loads a part, the rest zero, and reads nothing beyond it", T, float, double)
{
    lanes<T> const from = counting<T>();
    for (std::size_t n = 0; n <= from.size(); ++n) {
        CAPTURE(n);
        // From the end of the memory, so that the address sanitizer detects reads beyond it.
        std::vector<T> const exactly(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(n));
        lanes<T> const got = lanes_of(load_n(exactly.data(), static_cast<std::ptrdiff_t>(n)));
        for (std::size_t i = 0; i < got.size(); ++i) {
            CHECK(got[i] == (i < n ? from[i] : T(0)));
        }
    }
}

TEST_CASE_TEMPLATE("simd: stores a part and nothing beyond it", T, float, double)
{
    lanes<T> const from = counting<T>();
    for (std::size_t n = 0; n <= from.size(); ++n) {
        CAPTURE(n);
        std::array<T, simd<T>::size + 1> to;
        to.fill(T(-7));
        store_n(simd<T>::load_unaligned(from.data()), to.data(), static_cast<std::ptrdiff_t>(n));
        for (std::size_t i = 0; i < to.size(); ++i) {
            CHECK(to[i] == (i < n ? from[i] : T(-7)));
        }
    }
}

TEST_CASE_TEMPLATE("simd: the address of an entry, also outside of the array", T, float, double)
{
    std::array<T, 9> const entries{};
    for (std::ptrdiff_t i = -4; i <= 4; ++i) {
        CHECK(address(entries.data() + 4, i) == reinterpret_cast<std::uintptr_t>(entries.data() + 4 + i));
    }
    prefetch<access::read>(address(entries.data(), std::ptrdiff_t{1} << 40));  // where there is nothing
}

TEST_CASE_TEMPLATE("simd: zero_tail keeps a part, for any values in the tail", T, float, double)
{
    for (std::size_t n = 0; n <= simd<T>::size; ++n) {
        lanes<T> from = counting<T>();
        std::fill(from.begin() + static_cast<std::ptrdiff_t>(n), from.end(),
                  std::numeric_limits<T>::quiet_NaN());
        lanes<T> const got =
            lanes_of(zero_tail(simd<T>::load_unaligned(from.data()), static_cast<std::ptrdiff_t>(n)));
        for (std::size_t i = 0; i < got.size(); ++i) {
            CHECK(got[i] == (i < n ? from[i] : T(0)));
        }
    }
    // `valid` counts the features to the end, which may be many vectors away.
    lanes<T> const full = counting<T>();
    CHECK(lanes_of(zero_tail(simd<T>::load_unaligned(full.data()), 1000)) == full);
}

TEST_CASE_TEMPLATE("simd: padding and alignment", T, float, double)
{
    CHECK(round_up_to_lanes<T>(0) == 0);
    CHECK(round_up_to_lanes<T>(1) == lane_count<T>);
    CHECK(round_up_to_lanes<T>(lane_count<T>) == lane_count<T>);
    CHECK(round_up_to_lanes<T>(lane_count<T> + 1) == 2 * lane_count<T>);
    for (std::size_t n : {1U, 3U, 100U}) {
        aligned_vector<T> const v(n);
        CHECK(reinterpret_cast<std::uintptr_t>(v.data()) % 64 == 0);
    }
}
