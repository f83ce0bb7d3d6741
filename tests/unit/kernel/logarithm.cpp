#include "unit/lanes.hpp"

#include <rondo/kernel/logarithm.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace rondo;
using namespace rondo::kernel_internal;

namespace {

template <class T>
T log_of(T x)
{
    return test::lanes_of(logarithm<T>(simd<T>(x)))[0];
}

}  // namespace

TEST_CASE_TEMPLATE("logarithm: of numbers of all sizes, subnormal ones included", T, float, double)
{
    using limits = std::numeric_limits<T>;
    for (T x = limits::denorm_min(); x < limits::max() / 3; x *= T(2.5)) {
        CAPTURE(x);
        CHECK(std::fabs(log_of(x) - std::log(x)) <= limits::epsilon() * std::fabs(std::log(x)));
    }
    for (T const x : {limits::max(), limits::min(), std::nextafter(limits::min(), T(0)), T(1.5), T(0.75)}) {
        CAPTURE(x);
        CHECK(std::fabs(log_of(x) - std::log(x)) <= limits::epsilon() * std::fabs(std::log(x)));
    }
}

TEST_CASE_TEMPLATE("logarithm: near one the relative error stays small", T, float, double)
{
    using limits = std::numeric_limits<T>;
    CHECK(log_of(T(1)) == 0);
    for (T f = T(0.25); f >= limits::epsilon(); f /= 2) {
        CAPTURE(f);
        for (T const x : {1 + f, 1 - f}) {
            CHECK(std::fabs(log_of(x) - std::log(x)) <= limits::epsilon() * std::fabs(std::log(x)));
        }
    }
}

TEST_CASE_TEMPLATE("logarithm: of zeros, of infinities, of NaN and below zero", T, float, double)
{
    using limits = std::numeric_limits<T>;
    CHECK(log_of(T(0)) == -limits::infinity());
    CHECK(log_of(T(-0.0)) == -limits::infinity());
    CHECK(log_of(limits::infinity()) == limits::infinity());
    for (T const x : {-limits::denorm_min(), T(-1), -limits::infinity(), limits::quiet_NaN()}) {
        CHECK(std::isnan(log_of(x)));
    }
}
