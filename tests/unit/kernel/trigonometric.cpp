#include "unit/lanes.hpp"

#include <rondo/kernel/trigonometric.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>

using namespace rondo;
using namespace rondo::kernel_internal;

namespace {

template <class T>
T sin_of(T x)
{
    return test::lanes_of(sine<T>(simd<T>(x)))[0];
}
template <class T>
T cos_of(T x)
{
    return test::lanes_of(cosine<T>(simd<T>(x)))[0];
}
template <class T>
T tan_of(T x)
{
    return test::lanes_of(tangent<T>(simd<T>(x)))[0];
}
template <class T>
void check_all(T x)
{
    CAPTURE(x);
    T const unit = std::numeric_limits<T>::epsilon();
    CHECK(std::fabs(sin_of(x) - std::sin(x)) <= 2 * unit * std::fabs(std::sin(x)));
    CHECK(std::fabs(cos_of(x) - std::cos(x)) <= 2 * unit * std::fabs(std::cos(x)));
    CHECK(std::fabs(tan_of(x) - std::tan(x)) <= 3 * unit * std::fabs(std::tan(x)));
}

}  // namespace

TEST_CASE_TEMPLATE("trigonometric: arguments of all sizes, on both sides of where the C library takes over",
                   T, float, double)
{
    using limits = std::numeric_limits<T>;
    for (T x = limits::min(); x < limits::max() / 3; x *= T(1.3)) {
        check_all(x);
        check_all(-x);
    }
    T const reach = kernel_internal::detail::circle_of<T>::reach;
    for (T const x :
         {reach, std::nextafter(reach, T(0)), std::nextafter(reach, limits::max()), limits::max()}) {
        check_all(x);
        check_all(-x);
    }
}

TEST_CASE_TEMPLATE("trigonometric: next to multiples of a quarter turn, relative accuracy stays", T, float,
                   double)
{
    long double const quarter = std::acos(-1.0L) / 2;
    for (int k = 1; k < 4000; k += k < 20 ? 1 : 37) {
        T const nearest = static_cast<T>(quarter * k);
        for (T const x : {nearest, std::nextafter(nearest, T(0)), std::nextafter(nearest, T(1e9))}) {
            check_all(x);
        }
    }
}

TEST_CASE_TEMPLATE("trigonometric: zeros keep their sign, infinities and NaN give NaN", T, float, double)
{
    using limits = std::numeric_limits<T>;
    CHECK(cos_of(T(0)) == 1);
    CHECK(sin_of(T(0)) == 0);
    CHECK((sin_of(T(-0.0)) == 0 && std::signbit(sin_of(T(-0.0)))));
    CHECK((tan_of(T(-0.0)) == 0 && std::signbit(tan_of(T(-0.0)))));
    CHECK(sin_of(limits::denorm_min()) == limits::denorm_min());
    CHECK(tan_of(limits::min()) == limits::min());
    for (T const x : {limits::infinity(), -limits::infinity(), limits::quiet_NaN()}) {
        CHECK(std::isnan(sin_of(x)));
        CHECK(std::isnan(cos_of(x)));
        CHECK(std::isnan(tan_of(x)));
    }
}

TEST_CASE_TEMPLATE("trigonometric: a lane's result does not depend on the others", T, float, double)
{
    auto const alone = test::counting<T>();
    for (T const beside : {T(1e8), std::numeric_limits<T>::infinity(), std::numeric_limits<T>::quiet_NaN()}) {
        auto mixed = alone;
        mixed[0] = beside;
        auto const of = [](auto const& x) { return simd<T>::load_unaligned(x.data()); };
        for (std::size_t i = 1; i < mixed.size(); ++i) {
            CHECK(test::lanes_of(sine<T>(of(mixed)))[i] == test::lanes_of(sine<T>(of(alone)))[i]);
            CHECK(test::lanes_of(cosine<T>(of(mixed)))[i] == test::lanes_of(cosine<T>(of(alone)))[i]);
            CHECK(test::lanes_of(tangent<T>(of(mixed)))[i] == test::lanes_of(tangent<T>(of(alone)))[i]);
        }
    }
}
