// Accuracy of the elementwise functions against the C library in a wider type: the largest error in
// units in the last place (ulp) of the exact result.

#include <rondo/kernel/functions.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string_view>
#include <type_traits>

using namespace rondo;
using namespace rondo::kernel_internal;

namespace {

/// The arguments that are tried.
struct range {
    double low;
    double high;
};

/// The accuracy of a function: its ranges, and the largest errors in ulps, in float and double.
struct accuracy {
    std::string_view name;
    range in_float;
    range in_double;
    double ulps_in_float;
    double ulps_in_double;
};

// Ranges end where results leave the normal numbers. The bounds are the largest errors measured (AVX-512,
// AVX2, SSE2; g++ 12, clang 16), rounded up.
constexpr std::array table{
    accuracy{"sigmoid", {-87, 100}, {-708, 100}, 2.3, 2.4},  // worst where 1 + e^-x rounds up
    accuracy{"tanh", {-30, 30}, {-30, 30}, 2.0, 2.1},  // worst near 0.5, where the numerator is a difference
    accuracy{"exp", {-86.9, 88.72}, {-708, 709.78}, 1.2, 1.3},
    accuracy{"log", {1e-45, 3.4e38}, {5e-324, 1.7e308}, 0.8, 0.8},
    accuracy{"sqrt", {0, 3.4e38}, {0, 1.7e308}, 0.5, 0.5},  // correctly rounded, as IEEE 754 requires
    accuracy{"sin", {-3.4e38, 3.4e38}, {-1.7e308, 1.7e308}, 1.0, 0.9},
    accuracy{"cos", {-3.4e38, 3.4e38}, {-1.7e308, 1.7e308}, 1.0, 0.9},
    accuracy{"tan", {-3.4e38, 3.4e38}, {-1.7e308, 1.7e308}, 2.5, 2.4},  // a quotient of sine and cosine
    accuracy{"expm1", {-3.4e38, 88.72}, {-1.7e308, 709.78}, 1.9, 1.9},
    accuracy{"log1p", {-0.99999994, 3.4e38}, {-0.9999999999999999, 1.7e308}, 1.5, 1.4},
    accuracy{"softplus", {-86.9, 3.4e38}, {-708, 1.7e308}, 1.7, 1.7},
    accuracy{"erf", {-3.4e38, 3.4e38}, {-1.7e308, 1.7e308}, 1.4, 1.3},
    accuracy{"rsqrt", {1e-45, 3.4e38}, {5e-324, 1.7e308}, 1.5, 1.5},  // a root and a quotient
};

template <class T>
using wider = std::conditional_t<std::is_same_v<T, float>, double, long double>;

template <op Code, class W>
W exact(W x)
{
    if constexpr (Code == op::sigmoid) {
        return 1 / (1 + std::exp(-x));
    } else if constexpr (Code == op::tanh) {
        return std::tanh(x);
    } else if constexpr (Code == op::exp) {
        return std::exp(x);
    } else if constexpr (Code == op::log) {
        return std::log(x);
    } else if constexpr (Code == op::sin) {
        return std::sin(x);
    } else if constexpr (Code == op::cos) {
        return std::cos(x);
    } else if constexpr (Code == op::tan) {
        return std::tan(x);
    } else if constexpr (Code == op::expm1) {
        return std::expm1(x);
    } else if constexpr (Code == op::log1p) {
        return std::log1p(x);
    } else if constexpr (Code == op::erf) {
        return std::erf(x);
    } else if constexpr (Code == op::softplus) {
        return std::fmax(x, W(0)) + std::log1p(std::exp(-std::fabs(x)));
    } else if constexpr (Code == op::rsqrt) {
        return 1 / std::sqrt(x);
    } else {
        static_assert(Code == op::sqrt);
        return std::sqrt(x);
    }
}

/// The unit in the last place: the distance from the number nearest to @p y to its neighbour.
template <class T>
wider<T> unit_in_last_place(wider<T> y)
{
    T const rounded = std::fabs(static_cast<T>(y));
    return static_cast<wider<T>>(std::nextafter(rounded, std::numeric_limits<T>::infinity())) -
           static_cast<wider<T>>(rounded);
}

template <class T>
struct worst_case {
    double ulps = 0;
    T at = 0;
};

/// Evaluates a full vector of arguments and records the largest error.
template <op Code, class T>
void measure(std::array<T, simd<T>::size> const& x, worst_case<T>& worst)
{
    std::array<T, simd<T>::size> y;
    simd<T> const in = simd<T>::load_unaligned(x.data());
    apply<Code, T>(in, in).store_unaligned(y.data());
    for (std::size_t i = 0; i < x.size(); ++i) {
        auto const right = exact<Code>(static_cast<wider<T>>(x[i]));
        auto const error = std::fabs(static_cast<wider<T>>(y[i]) - right) / unit_in_last_place<T>(right);
        if (!(static_cast<double>(error) <= worst.ulps)) {
            worst = {std::isnan(error) ? HUGE_VAL : static_cast<double>(error), x[i]};
        }
    }
}

/// Calls `f(x)` with full vectors of floats that are a few bit patterns apart, of both signs, subnormal ones
/// included.
template <class F>
void sweep(range const& tried, F&& f)
{
    std::array<float, simd<float>::size> x{};
    std::size_t filled = 0;
    constexpr std::uint32_t infinity = 0x7f800000;
    for (std::uint32_t sign : {0U, 0x80000000U}) {
        for (std::uint32_t bits = 0; bits < infinity; bits += 251) {  // a prime, so that all low bits occur
            float v = 0;
            std::uint32_t const all = bits | sign;
            std::memcpy(&v, &all, sizeof v);
            if (static_cast<double>(v) >= tried.low && static_cast<double>(v) <= tried.high) {
                x[filled++] = v;
                if (filled == x.size()) {
                    f(x);
                    filled = 0;
                }
            }
        }
    }
}

/// Calls `f(x)` with full vectors of doubles: uniformly distributed over the range and around zero, with
/// uniform exponents, subnormal ones included, and next to multiples of a quarter turn.
template <class F>
void draw(range const& tried, F&& f)
{
    std::mt19937_64 bits(1);
    auto const between = [&](double a, double b) {
        return a + (b - a) * (static_cast<double>(bits() >> 11) * 0x1p-53);
    };
    std::array<double, simd<double>::size> x{};
    for (int i = 0; i < 200'000; ++i) {
        for (double& v : x) {
            double const sign = between(-1, 1);
            switch (i % 4) {
                case 0: v = between(tried.low, tried.high); break;
                case 1: v = between(-4, 4); break;
                case 2: v = std::copysign(std::exp2(between(-1074, std::log2(tried.high))), sign); break;
                default: v = std::copysign(1.5707963267948966 * std::floor(std::exp2(between(0, 22))), sign);
            }
            v = std::clamp(v, tried.low, tried.high);
        }
        f(x);
    }
}

template <op Code>
void holds(accuracy const& a)
{
    CAPTURE(a.name);
    worst_case<float> single{};
    sweep(a.in_float, [&](auto const& x) { measure<Code>(x, single); });
    CAPTURE(single.at);
    CHECK(single.ulps <= a.ulps_in_float);
    CHECK(single.ulps > 0.25);  // the sweep was not empty
    worst_case<double> twofold{};
    draw(a.in_double, [&](auto const& x) { measure<Code>(x, twofold); });
    CAPTURE(twofold.at);
    CHECK(twofold.ulps <= a.ulps_in_double);
    CHECK(twofold.ulps > 0.25);
}

}  // namespace

TEST_CASE("accuracy: sigmoid") { holds<op::sigmoid>(table[0]); }
TEST_CASE("accuracy: tanh") { holds<op::tanh>(table[1]); }
TEST_CASE("accuracy: exp") { holds<op::exp>(table[2]); }
TEST_CASE("accuracy: log") { holds<op::log>(table[3]); }
TEST_CASE("accuracy: sqrt") { holds<op::sqrt>(table[4]); }
TEST_CASE("accuracy: sin") { holds<op::sin>(table[5]); }
TEST_CASE("accuracy: cos") { holds<op::cos>(table[6]); }
TEST_CASE("accuracy: tan") { holds<op::tan>(table[7]); }
TEST_CASE("accuracy: expm1") { holds<op::expm1>(table[8]); }
TEST_CASE("accuracy: log1p") { holds<op::log1p>(table[9]); }
TEST_CASE("accuracy: softplus") { holds<op::softplus>(table[10]); }
TEST_CASE("accuracy: erf") { holds<op::erf>(table[11]); }
TEST_CASE("accuracy: rsqrt") { holds<op::rsqrt>(table[12]); }

TEST_CASE_TEMPLATE("accuracy: pow", T, float, double)
{
    using limits = std::numeric_limits<T>;
    std::mt19937_64 bits(2);
    auto const between = [&](double a, double b) {
        return a + (b - a) * (static_cast<double>(bits() >> 11) * 0x1p-53);
    };
    double const largest = std::log2(static_cast<double>(limits::max())) - 0.01;
    std::array<T, simd<T>::size> a{};
    std::array<T, simd<T>::size> b{};
    std::array<T, simd<T>::size> y{};
    double worst = 0;
    std::array<T, 2> at{};
    for (int i = 0; i < 100'000; ++i) {
        for (std::size_t k = 0; k < a.size(); ++k) {
            double const base = i % 4 == 0   ? std::exp2(between(-largest - limits::digits, largest))
                                : i % 4 == 1 ? std::exp2(between(-3, 3))
                                : i % 4 == 2 ? 1 + between(-1, 1) * std::exp2(between(-30, -1))
                                             : std::sqrt(k % 2 == 0 ? 2 : 0.5) * between(0.99, 1.01);
            a[k] = static_cast<T>(base);
            // The result is a normal number, and every other one close to overflow or underflow.
            double const logarithm =
                between(k % 2 == 0 ? 0.95 : 0, 1) * (i % 8 < 4 ? largest : 2.8 - largest);
            b[k] = a[k] == 1 ? T(0.5) : static_cast<T>(logarithm / std::log2(static_cast<double>(a[k])));
        }
        apply<op::pow, T>(simd<T>::load_unaligned(a.data()), simd<T>::load_unaligned(b.data()))
            .store_unaligned(y.data());
        for (std::size_t k = 0; k < a.size(); ++k) {
            auto const right = std::pow(static_cast<wider<T>>(a[k]), static_cast<wider<T>>(b[k]));
            auto const error = std::fabs(static_cast<wider<T>>(y[k]) - right) / unit_in_last_place<T>(right);
            if (!(static_cast<double>(error) <= worst)) {
                worst = std::isnan(error) ? HUGE_VAL : static_cast<double>(error);
                at = {a[k], b[k]};
            }
        }
    }
    CAPTURE(at[0]);
    CAPTURE(at[1]);
    CHECK(worst <= (limits::digits == 24 ? 1.3 : 1.5));
    CHECK(worst > 0.5);
}
