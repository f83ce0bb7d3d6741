#include "unit/lanes.hpp"

#include <rondo/kernel/error_function.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace rondo;
using namespace rondo::kernel_internal;

namespace {

template <class T>
T erf_of(T x)
{
    return test::lanes_of(error_function<T>(simd<T>(x)))[0];
}

}  // namespace

TEST_CASE_TEMPLATE("error_function: arguments of all sizes", T, float, double)
{
    using limits = std::numeric_limits<T>;
    for (T x = limits::min(); x < 10; x *= T(1.1)) {
        for (T const a : {x, -x}) {
            CAPTURE(a);
            CHECK(std::fabs(erf_of(a) - std::erf(a)) <= 2 * limits::epsilon() * std::fabs(std::erf(a)));
        }
    }
}

TEST_CASE_TEMPLATE("error_function: zeros keep their sign, the limits are reached, NaN comes through", T,
                   float, double)
{
    using limits = std::numeric_limits<T>;
    CHECK((erf_of(T(0)) == 0 && !std::signbit(erf_of(T(0)))));
    CHECK((erf_of(T(-0.0)) == 0 && std::signbit(erf_of(T(-0.0)))));
    CHECK(erf_of(limits::denorm_min()) == limits::denorm_min());
    for (T const x : {T(6), T(1000), limits::max(), limits::infinity()}) {
        CHECK(erf_of(x) == 1);
        CHECK(erf_of(-x) == -1);
    }
    CHECK(std::isnan(erf_of(limits::quiet_NaN())));
}
