#include "unit/lanes.hpp"

#include <rondo/kernel/logarithm_plus_one.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace rondo;
using namespace rondo::kernel_internal;

namespace {

template <class T>
T log1p_of(T x)
{
    return test::lanes_of(logarithm_plus_one<T>(simd<T>(x)))[0];
}

}  // namespace

TEST_CASE_TEMPLATE("logarithm_plus_one: of numbers of all sizes, subnormal ones included", T, float, double)
{
    using limits = std::numeric_limits<T>;
    auto const check = [](T x) {
        CAPTURE(x);
        CHECK(std::fabs(log1p_of(x) - std::log1p(x)) <= 2 * limits::epsilon() * std::fabs(std::log1p(x)));
    };
    for (T x = limits::denorm_min(); x < limits::max() / 3; x *= T(1.7)) {
        check(x);
        check(-std::fmin(x, 1 / (1 + x)));
    }
    check(limits::max());
    check(std::nextafter(T(-1), T(0)));
    for (T const x : {limits::denorm_min(), limits::min(), limits::epsilon() / 4}) {
        CHECK(log1p_of(x) == x);
        CHECK(log1p_of(-x) == -x);
    }
}

TEST_CASE_TEMPLATE("logarithm_plus_one: of zeros, of infinities, of NaN, at -1 and below", T, float, double)
{
    using limits = std::numeric_limits<T>;
    CHECK((log1p_of(T(0)) == 0 && !std::signbit(log1p_of(T(0)))));
    CHECK((log1p_of(T(-0.0)) == 0 && std::signbit(log1p_of(T(-0.0)))));
    CHECK(log1p_of(T(-1)) == -limits::infinity());
    CHECK(log1p_of(limits::infinity()) == limits::infinity());
    for (T const x : {std::nextafter(T(-1), T(-2)), T(-3), -limits::infinity(), limits::quiet_NaN()}) {
        CHECK(std::isnan(log1p_of(x)));
    }
}
