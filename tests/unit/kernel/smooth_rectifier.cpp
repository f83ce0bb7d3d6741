#include "unit/lanes.hpp"

#include <rondo/kernel/smooth_rectifier.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace rondo;
using namespace rondo::kernel_internal;

namespace {

template <class T>
T softplus_of(T x)
{
    return test::lanes_of(smooth_rectifier<T>(simd<T>(x)))[0];
}

}  // namespace

TEST_CASE_TEMPLATE("smooth_rectifier: relative accuracy on both sides, down to the least normal number", T,
                   float, double)
{
    using limits = std::numeric_limits<T>;
    T const least = std::log(limits::min()) + T(0.5);
    for (T x = T(1) / 1024; x < -least; x *= T(1.1)) {
        for (T const a : {x, -x}) {
            CAPTURE(a);
            auto const wide = static_cast<long double>(a);
            auto const right = static_cast<T>(std::fmax(wide, 0) + std::log1p(std::exp(-std::fabs(wide))));
            CHECK(std::fabs(softplus_of(a) - right) <= 2 * limits::epsilon() * right);
        }
    }
}

TEST_CASE_TEMPLATE("smooth_rectifier: its limits, and NaN", T, float, double)
{
    using limits = std::numeric_limits<T>;
    CHECK(softplus_of(T(0)) == doctest::Approx(std::log(T(2))).epsilon(limits::epsilon()));
    for (T const x : {T(1000), limits::max(), limits::infinity()}) {
        CHECK(softplus_of(x) == x);
        CHECK(softplus_of(-x) == 0);
    }
    CHECK(std::isnan(softplus_of(limits::quiet_NaN())));
}
