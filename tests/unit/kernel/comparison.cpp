#include "unit/lanes.hpp"

#include <rondo/kernel/comparison.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace rondo;
using namespace rondo::exec_internal;
using test::lanes_of;

namespace {

template <class T>
T first(simd<T> const& v)
{
    return lanes_of(v)[0];
}

}  // namespace

TEST_CASE_TEMPLATE("comparison: minimum and maximum are NaN if one operand is NaN, in both orders", T, float,
                   double)
{
    T const nan = std::numeric_limits<T>::quiet_NaN();
    T const inf = std::numeric_limits<T>::infinity();
    for (T const other : {T(0), T(1), inf, -inf, nan}) {
        CAPTURE(other);
        CHECK(std::isnan(first<T>(minimum<T>(simd<T>(nan), simd<T>(other)))));
        CHECK(std::isnan(first<T>(minimum<T>(simd<T>(other), simd<T>(nan)))));
        CHECK(std::isnan(first<T>(maximum<T>(simd<T>(nan), simd<T>(other)))));
        CHECK(std::isnan(first<T>(maximum<T>(simd<T>(other), simd<T>(nan)))));
        CHECK(std::isnan(first<T>(above<T>(simd<T>(nan), simd<T>(other)))));
        CHECK(std::isnan(first<T>(above<T>(simd<T>(other), simd<T>(nan)))));
    }
}

TEST_CASE_TEMPLATE("comparison: minimum, maximum and the share of the larger value", T, float, double)
{
    T const inf = std::numeric_limits<T>::infinity();
    T const ordered[] = {
        -inf, T(-2), T(0), std::numeric_limits<T>::min(), T(3), std::numeric_limits<T>::max(), inf};
    for (T const a : ordered) {
        for (T const b : ordered) {
            CAPTURE(a);
            CAPTURE(b);
            simd<T> const x(a);
            simd<T> const y(b);
            CHECK(first<T>(minimum<T>(x, y)) == (a < b ? a : b));
            CHECK(first<T>(maximum<T>(x, y)) == (a < b ? b : a));
            CHECK(first<T>(above<T>(x, y)) == (a > b ? T(1) : a < b ? T(0) : T(0.5)));
        }
    }
    CHECK(first<T>(above<T>(simd<T>(T(-0.0)), simd<T>(T(0)))) == T(0.5));  // zeros are equal
    CHECK(first<T>(maximum<T>(simd<T>(T(-0.0)), simd<T>(T(0)))) == 0);
}

TEST_CASE_TEMPLATE("comparison: conditions are 1 or 0, false for NaN except !=", T, float, double)
{
    T const nan = std::numeric_limits<T>::quiet_NaN();
    T const inf = std::numeric_limits<T>::infinity();
    T const values[] = {-inf, T(-1), T(-0.0), T(0), T(1), inf, nan};
    for (T const a : values) {
        for (T const b : values) {
            CAPTURE(a);
            CAPTURE(b);
            simd<T> const x(a);
            simd<T> const y(b);
            CHECK(first<T>(compare<op::less, T>(x, y)) == (a < b ? 1 : 0));
            CHECK(first<T>(compare<op::less_equal, T>(x, y)) == (a <= b ? 1 : 0));
            CHECK(first<T>(compare<op::equal, T>(x, y)) == (a == b ? 1 : 0));
            CHECK(first<T>(compare<op::not_equal, T>(x, y)) == (a != b ? 1 : 0));
        }
    }
}

TEST_CASE_TEMPLATE("comparison: the first value is chosen where the condition is not zero", T, float, double)
{
    T const nan = std::numeric_limits<T>::quiet_NaN();
    simd<T> const bad(nan);
    simd<T> const good(T(7));
    for (T const yes : {T(1), T(-1), T(0.25), std::numeric_limits<T>::infinity(), nan}) {
        CHECK(first<T>(choose<T>(simd<T>(yes), good, bad)) == 7);
    }
    for (T const no : {T(0), T(-0.0)}) {
        CHECK(first<T>(choose<T>(simd<T>(no), bad, good)) == 7);
    }
}
