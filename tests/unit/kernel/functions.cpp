#include "unit/interpreter.hpp"
#include "unit/lanes.hpp"

#include <rondo/kernel/functions.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>

using namespace rondo;
using namespace rondo::exec_internal;
using test::counting;
using test::lanes;
using test::lanes_of;

namespace {

template <op Code, class T>
void check_operation()
{
    CAPTURE(name_of(Code));
    for (T const from : {T(-3), T(-0.5), T(0), T(0.125), T(40)}) {
        lanes<T> a = counting<T>();
        lanes<T> b = counting<T>();
        for (std::size_t i = 0; i < a.size(); ++i) {
            a[i] = from + a[i] - 1;
            b[i] = T(2.5) - b[i];
            if ((Code == op::log || Code == op::log1p || Code == op::pow || Code == op::sqrt ||
                 Code == op::rsqrt) &&
                a[i] <= 0) {
                a[i] = T(0.75);
            }
        }
        simd<T> const x = simd<T>::load_unaligned(a.data());
        simd<T> const z = simd<T>::load_unaligned(b.data());
        lanes<T> y{};
        if constexpr (controls_gradient(Code)) {
            return;  // erased before
        } else if constexpr (is_ternary(Code)) {
            y = lanes_of(apply<Code, T>(x, z, z + simd<T>(T(1))));
        } else {
            y = lanes_of(apply<Code, T>(x, z));
        }
        for (std::size_t i = 0; i < a.size(); ++i) {
            CAPTURE(a[i]);
            auto const right = static_cast<T>(test::apply(
                Code, static_cast<double>(a[i]), static_cast<double>(b[i]), static_cast<double>(b[i]) + 1));
            CHECK(std::fabs(y[i] - right) <= 4 * std::numeric_limits<T>::epsilon() * std::fabs(right));
        }
    }
}

}  // namespace

TEST_CASE_TEMPLATE("functions: every elementwise operation computes its function", T, float, double)
{
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (check_operation<static_cast<op>(static_cast<std::size_t>(op::negate) + I), T>(), ...);
    }(std::make_index_sequence<static_cast<std::size_t>(op::product) -
                               static_cast<std::size_t>(op::negate)>{});
}

TEST_CASE_TEMPLATE("functions: for large arguments, functions reach their limits and do not exceed them", T,
                   float, double)
{
    T const inf = std::numeric_limits<T>::infinity();
    auto const one = []<op Code>(std::integral_constant<op, Code>, T x) {
        return lanes_of(apply<Code, T>(simd<T>(x), simd<T>(x)))[0];
    };
    std::integral_constant<op, op::sigmoid> const sigmoid;
    std::integral_constant<op, op::tanh> const tanh;
    std::integral_constant<op, op::exp> const exp;
    for (T const far : {T(1000), inf}) {
        CHECK(one(sigmoid, far) == 1);
        CHECK(one(sigmoid, -far) >= std::numeric_limits<T>::min());  // a subnormal number is slow
        CHECK(one(sigmoid, -far) <= 2 * std::numeric_limits<T>::min());
        CHECK(one(tanh, far) == 1);
        CHECK(one(tanh, -far) == -1);
        CHECK(one(exp, far) == inf);
        CHECK(one(exp, -far) == 0);
    }
    CHECK(one(sigmoid, T(0)) == T(0.5));
    CHECK(one(tanh, T(0)) == 0);
    CHECK(one(exp, T(0)) == 1);
    T const nan = std::numeric_limits<T>::quiet_NaN();
    CHECK(std::isnan(one(sigmoid, nan)));
    CHECK(std::isnan(one(tanh, nan)));
    CHECK(std::isnan(one(exp, nan)));
    CHECK(std::isnan(one(std::integral_constant<op, op::log>{}, T(-1))));
    CHECK(one(std::integral_constant<op, op::log>{}, T(0)) == -inf);
    CHECK(std::isnan(one(std::integral_constant<op, op::sqrt>{}, T(-1))));
}

TEST_CASE_TEMPLATE("functions: NaN comes through every function and derivative of a function", T, float,
                   double)
{
    T const nan = std::numeric_limits<T>::quiet_NaN();
    auto const holds = [&]<op Code>(std::integral_constant<op, Code>) {
        CAPTURE(name_of(Code));
        if constexpr (!is_comparison(Code) && !is_ternary(Code) && !controls_gradient(Code)) {
            for (std::size_t i = 0; i < simd<T>::size; ++i) {
                lanes<T> a = counting<T>();
                a[i] = nan;
                simd<T> const x = simd<T>::load_unaligned(a.data());
                lanes<T> const y = lanes_of(apply<Code, T>(x, x));
                for (std::size_t j = 0; j < y.size(); ++j) {
                    CHECK(std::isnan(y[j]) == (j == i));
                }
            }
        }
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (holds(std::integral_constant<op, static_cast<op>(static_cast<std::size_t>(op::negate) + I)>{}), ...);
    }(std::make_index_sequence<static_cast<std::size_t>(op::product) -
                               static_cast<std::size_t>(op::negate)>{});
}

TEST_CASE_TEMPLATE("functions: rounding to integers", T, float, double)
{
    T const inf = std::numeric_limits<T>::infinity();
    T const large = T(3) / std::numeric_limits<T>::epsilon();
    auto const rounded = []<op Code>(std::integral_constant<op, Code>, T x) {
        return lanes_of(apply<Code, T>(simd<T>(x), simd<T>(x)))[0];
    };
    std::integral_constant<op, op::floor> const floor;
    std::integral_constant<op, op::trunc> const trunc;
    std::integral_constant<op, op::round> const round;
    CHECK(rounded(floor, T(-0.5)) == -1);
    CHECK(rounded(trunc, T(-1.75)) == -1);
    CHECK(rounded(round, T(0.5)) == 0);  // halfway: to the even integer
    CHECK(rounded(round, T(1.5)) == 2);
    CHECK(rounded(round, T(2.5)) == 2);
    CHECK(rounded(round, T(-1.5)) == -2);
    CHECK(rounded(round, T(2.75)) == 3);
    for (T const whole : {T(0), T(4), T(-4), large, -large, inf, -inf}) {
        CHECK(rounded(floor, whole) == whole);
        CHECK(rounded(trunc, whole) == whole);
        CHECK(rounded(round, whole) == whole);
    }
}

TEST_CASE_TEMPLATE("functions: the reciprocal of a root at the ends of its range", T, float, double)
{
    T const inf = std::numeric_limits<T>::infinity();
    auto const rsqrt = [](T x) { return lanes_of(apply<op::rsqrt, T>(simd<T>(x), simd<T>(x)))[0]; };
    CHECK(rsqrt(T(0)) == inf);
    CHECK(rsqrt(inf) == 0);
    CHECK(rsqrt(T(0.25)) == 2);
    CHECK(std::isnan(rsqrt(T(-1))));
    CHECK(std::isfinite(rsqrt(std::numeric_limits<T>::min())));
    CHECK(rsqrt(std::numeric_limits<T>::max()) > 0);
}
