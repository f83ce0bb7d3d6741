#include "unit/lanes.hpp"

#include <rondo/kernel/running_sum.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace rondo;
using namespace rondo::exec_internal;
using test::counting;
using test::lanes;
using test::lanes_of;

TEST_CASE_TEMPLATE("running_sum: of the lanes of a vector, from both ends", T, float, double)
{
    lanes<T> const a = counting<T>();
    lanes<T> const up = lanes_of(sums_of_lanes<false, T>(simd<T>::load_unaligned(a.data())));
    lanes<T> const down = lanes_of(sums_of_lanes<true, T>(simd<T>::load_unaligned(a.data())));
    T sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i];
        CHECK(up[i] == sum);
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        CHECK(down[i] == sum);
        sum -= a[i];
    }
}
