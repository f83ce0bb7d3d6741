#include "unit/lanes.hpp"

#include <rondo/kernel/reduction.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>

using namespace rondo;
using namespace rondo::exec_internal;
using test::counting;
using test::lanes;
using test::lanes_of;

TEST_CASE_TEMPLATE("reduction: the largest lane, wherever it is, and NaN wherever it is", T, float, double)
{
    for (std::size_t i = 0; i < simd<T>::size; ++i) {
        lanes<T> a = counting<T>();
        a[i] = T(100);
        CHECK(largest_lane<T>(simd<T>::load_unaligned(a.data())) == 100);
        for (T& v : a) {
            v -= T(200);
        }
        CHECK(largest_lane<T>(simd<T>::load_unaligned(a.data())) == -100);
        a[i] = std::numeric_limits<T>::quiet_NaN();
        CHECK(std::isnan(largest_lane<T>(simd<T>::load_unaligned(a.data()))));
    }
}

namespace {

/// The result of @p Reduction for the first @p n entries of @p v, behind those of @p before.
template <class Reduction, class T>
T result_of(simd<T> const& v, std::ptrdiff_t n, simd<T> const& before = Reduction::start())
{
    simd<T> to = before;
    Reduction::add(to, Reduction::valid(v, n));
    return Reduction::result(to);
}

}  // namespace

TEST_CASE_TEMPLATE("reduction: padding changes nothing", T, float, double)
{
    using largest = reduction<op::largest, T>;
    lanes<T> const a = counting<T>();
    simd<T> const v = simd<T>::load_unaligned(a.data());
    for (std::ptrdiff_t n = 1; n <= lane_count<T>; ++n) {
        CHECK(result_of<reduction<op::sum, T>>(v, n) == static_cast<T>(n * (n + 1) / 2));
        CHECK(result_of<largest>(v, n) == static_cast<T>(n));
        CHECK(result_of<largest>(-v, n) == -1);
    }
}

TEST_CASE_TEMPLATE("reduction: NaN stays the largest entry, before and behind other vectors", T, float,
                   double)
{
    using largest = reduction<op::largest, T>;
    simd<T> const nan(std::numeric_limits<T>::quiet_NaN());
    simd<T> const one(T(1));
    CHECK(std::isnan(result_of<largest>(one, lane_count<T>, nan)));
    CHECK(std::isnan(result_of<largest>(nan, lane_count<T>, one)));
    CHECK(largest::result(largest::start()) == -std::numeric_limits<T>::infinity());
}
