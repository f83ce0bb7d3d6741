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
    accuracy{"exp", {-86.9, 88.72}, {-708, 709.78}, 1.2, 1.2},
    accuracy{"log", {1e-45, 3.4e38}, {5e-324, 1.7e308}, 0.8, 0.8},
    accuracy{"sqrt", {0, 3.4e38}, {0, 1.7e308}, 0.5, 0.5},  // correctly rounded, as IEEE 754 requires
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

/// Calls `f(x)` with full vectors of doubles: uniformly distributed, and with uniform exponents, subnormal
/// ones included.
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
            v = between(tried.low, tried.high);
            if (i % 2 == 0) {
                v = std::copysign(std::exp2(between(-1074, std::log2(tried.high))), v);
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
