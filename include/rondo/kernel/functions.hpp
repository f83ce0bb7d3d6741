#pragma once
/// @file
/// The elementwise operations by name, on registers.
///
/// They are xsimd's except the logistic function and the hyperbolic tangent, which are most of the
/// elementwise work of a gated cell. xsimd's exponential has special cases for results that are zero or
/// infinite, and its tanh branches on the size of the lanes. Here both are computed from one exponential of
/// an argument clamped to where its result is a normal number, without special cases and branches.
/// tests/accuracy measures their errors.

#include <rondo/graph/op.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/namespaces.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

#ifdef __FAST_MATH__
#error "rondo: -ffast-math reorders the sums that keep sigmoid and tanh exact; use -ffp-contract=fast alone"
#endif

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// Constants of the exponential of a type. The polynomials are (e^s - 1 - s) / s², |s| <= ln 2 / 2,
/// interpolated at Chebyshev nodes, from the lowest power up.
template <class T>
struct exponential_of;

template <>
struct exponential_of<float> {
    using integer = std::int32_t;
    static constexpr int fraction_bits = 23;
    static constexpr float bias = 127;
    static constexpr float range = 87.3F;            // in which e^y and e^-y are normal numbers
    static constexpr float one_from = 10;            // from here on tanh is 1
    static constexpr float ln2_high = 0.693359375F;  // ten bits: its product with an exponent is exact
    static constexpr float ln2_low = -2.1219444e-4F;
    static constexpr std::array polynomial{0.5F, 0.16666576F, 0.041666552F, 0.008363233F, 0.001392625F};
};

template <>
struct exponential_of<double> {
    using integer = std::int64_t;
    static constexpr int fraction_bits = 52;
    static constexpr double bias = 1023;
    static constexpr double range = 708.3;
    static constexpr double one_from = 20;
    static constexpr double ln2_high = 0x1.62e42fefap-1;  // 36 bits
    static constexpr double ln2_low = 0x1.cf79abc9e3b3ap-40;
    static constexpr std::array polynomial{
        0x1.0000000000001p-1,  0x1.5555555555556p-3,  0x1.5555555553d37p-5,  0x1.11111111109a6p-7,
        0x1.6c16c1789d1d7p-10, 0x1.a01a01a7cebcdp-13, 0x1.a019b8ca26fcfp-16, 0x1.71de0d85293b8p-19,
        0x1.2891d4ffbb0f9p-22, 0x1.af390ba7e6f47p-26};
};

/// e^(Factor y) as scale * (1 + rest), the scale a power of two.
template <class T>
struct split_exponential {
    simd<T> scale;
    simd<T> rest;

    /// Of a @p y for which Factor y is within the `range`, by Cody and Waite's reduction; NaN gives NaN.
    /// Without @p Exact it is off by about half a unit in the last place of Factor y. The factor, -1 or 2, is
    /// in the constants: it takes no operation.
    template <int Factor, bool Exact>
    RONDO_INLINE static split_exponential of(simd<T> const& y)
    {
        using v = simd<T>;
        using e = exponential_of<T>;
        constexpr T factor = Factor;
        constexpr T log2_e = T(1.4426950408889634074);
        // Added to this, a number is rounded to an integer that stands, with the bias, in the last bits of
        // the fraction; shifted up, in the exponent.
        constexpr T last_bits = static_cast<T>(std::int64_t{3} << (e::fraction_bits - 1)) + e::bias;
        v const rounded = y * v(factor * log2_e) + v(last_bits);
        v const exponent = rounded - v(last_bits);
        v r;  // of y
        if constexpr (Exact) {
            r = y - exponent * v(e::ln2_high / factor);
            r = r - exponent * v(e::ln2_low / factor);
        } else {
            r = y - exponent * v(T(0.69314718055994530942) / factor);
        }
        auto const bits = cast_bits<typename e::integer>(rounded);
        return {cast_bits<T>(bits << e::fraction_bits), r * v(factor) + r * r * polynomial<Factor>(r)};
    }

   private:
    /// (e^s - 1 - s) / r² for s = Factor r. In pairs of terms, so that they need not wait for each other.
    template <int Factor>
    RONDO_INLINE static simd<T> polynomial(simd<T> const& r)
    {
        using v = simd<T>;
        constexpr auto c = [] {
            auto scaled = exponential_of<T>::polynomial;
            T power = Factor * Factor;
            for (T& a : scaled) {
                a *= power;
                power *= Factor;
            }
            return scaled;
        }();
        v const square = r * r;
        std::size_t pair = (c.size() - 1) / 2 * 2;
        v sum = pair + 1 < c.size() ? v(c[pair]) + v(c[c.size() - 1]) * r : v(c[pair]);
#pragma GCC unroll 8
        while (pair > 0) {
            pair -= 2;
            sum = (v(c[pair]) + v(c[pair + 1]) * r) + sum * square;
        }
        return sum;
    }
};

/// The logistic function, 1 / (1 + e^-a); NaN of NaN. Results that would be below the least normal number
/// are near it.
template <class T>
RONDO_INLINE simd<T> logistic(simd<T> const& a)
{
    using v = simd<T>;
    using e = exponential_of<T>;
    // NaN stays NaN, because a is the second operand.
    v const held = larger(v(-e::range), smaller(v(e::range), a));
    auto const [scale, rest] = split_exponential<T>::template of<-1, true>(held);
    return v(T(1)) / ((v(T(1)) + scale) + scale * rest);
}

/// The hyperbolic tangent, (1 - e^-2|a|) / (1 + e^-2|a|) with the sign of a; NaN of NaN.
///
/// Near zero both sums are exact before their last addition, which keeps its relative accuracy.
template <class T>
RONDO_INLINE simd<T> hyperbolic_tangent(simd<T> const& a)
{
    using v = simd<T>;
    using e = exponential_of<T>;
    v const sign_bit(T(-0.0));
    v const minus = larger(v(-e::one_from), a | sign_bit);
    auto const [scale, rest] = split_exponential<T>::template of<2, false>(minus);
    v const change = scale * rest;
    return (((v(T(1)) - scale) - change) / ((v(T(1)) + scale) + change)) ^ (a & sign_bit);
}

}  // namespace detail

/// An elementwise operation on registers; @p b is ignored where there is one operand.
template <op Code, class T>
RONDO_INLINE simd<T> apply(simd<T> const& a, simd<T> const& b)
{
    using v = simd<T>;
    if constexpr (Code == op::negate) {
        return -a;
    } else if constexpr (Code == op::sigmoid) {
        return detail::logistic<T>(a);
    } else if constexpr (Code == op::tanh) {
        return detail::hyperbolic_tangent<T>(a);
    } else if constexpr (Code == op::exp) {
        return xsimd::exp(a);
    } else if constexpr (Code == op::log) {
        return xsimd::log(a);
    } else if constexpr (Code == op::sqrt) {
        return xsimd::sqrt(a);
    } else if constexpr (Code == op::relu) {
        return larger(a, v(T(0)));
    } else if constexpr (Code == op::square) {
        return a * a;
    } else if constexpr (Code == op::abs) {
        return xsimd::abs(a);
    } else if constexpr (Code == op::sign) {
        return xsimd::select(a > v(T(0)), v(T(1)), xsimd::select(a < v(T(0)), v(T(-1)), v(T(0))));
    } else if constexpr (Code == op::positive) {
        return xsimd::select(a > v(T(0)), v(T(1)), v(T(0)));
    } else if constexpr (Code == op::broadcast) {
        return a;
    } else if constexpr (Code == op::add) {
        return a + b;
    } else if constexpr (Code == op::subtract) {
        return a - b;
    } else if constexpr (Code == op::multiply) {
        return a * b;
    } else {
        static_assert(Code == op::divide, "not an elementwise operation");
        return a / b;
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
