#pragma once
/// @file
/// Powers with any exponent, on registers.
///
/// The exponential turns an absolute error of b log(a) into a relative one, so the logarithm is computed in
/// two parts, with half as many bits again. The parts have so few bits that products of upper parts are
/// exact without a fused multiply-add.

#include <rondo/kernel/keep_rounding.hpp>
#include <rondo/kernel/logarithm.hpp>
#include <rondo/kernel/polynomial.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/kernel/split_exponential.hpp>
#include <rondo/namespaces.hpp>

#include <array>
#include <bit>
#include <limits>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// Constants of the power function of a type. The polynomial is (3 atanh(s) / s - 3 - q) / q² in powers of
/// q = s², minimax for |s| <= (√2 - 1) / (√2 + 1), from the lowest power up.
template <class T>
struct power_of;

template <>
struct power_of<float> {
    static constexpr int lower_bits = 12;            // of 24
    static constexpr float integers_from = 0x1p23F;  // from here on all numbers are integers
    static constexpr float largest_exponent =
        0x1p40F;  // with it, every power but those of 1 is 0 or infinite
    static constexpr float two_thirds_upper = 2730 / 4096.0F;
    static constexpr float two_thirds_lower = static_cast<float>(2.0L / 3 - 2730 / 4096.0L);
    static constexpr std::array polynomial{0.600002289F, 0.428206205F, 0.351298273F};
};

template <>
struct power_of<double> {
    static constexpr int lower_bits = 27;  // of 53
    static constexpr double integers_from = 0x1p52;
    static constexpr double largest_exponent = 0x1p70;
    static constexpr double two_thirds_upper = 44739242 / 0x1p26;
    static constexpr double two_thirds_lower = static_cast<double>(2.0L / 3 - 44739242 / 0x1p26L);
    static constexpr std::array polynomial{0x1.3333333333466p-1, 0x1.b6db6db68343cp-2, 0x1.555555a26857ep-2,
                                           0x1.1745af49c9f22p-2, 0x1.d8ae6e5414ed0p-3, 0x1.973eb6383c24ap-3,
                                           0x1.956f1bea8d31cp-3};
};

/// A number as a sum of two, the upper of which has half as many bits as the type.
template <class T>
struct two_parts {
    simd<T> upper;
    simd<T> lower;

    /// The upper bits of @p x.
    RONDO_INLINE static simd<T> upper_bits(simd<T> const& x)
    {
        using integer = typename logarithm_of<T>::integer;
        constexpr auto mask = static_cast<integer>(~((integer{1} << power_of<T>::lower_bits) - 1));
        return keep_rounding(cast_bits<T>(cast_bits<integer>(x) & simd<integer>(mask)));
    }
    /// The sum a + b + c, of which @p a is the largest term and @p c is less than the rounding of a.
    RONDO_INLINE static two_parts of_sum(simd<T> const& a, simd<T> const& b, simd<T> const& c)
    {
        simd<T> const upper = upper_bits((a + b) + c);
        return {upper, c - keep_rounding(keep_rounding(upper - a) - b)};
    }
};

/// The logarithm of a positive, finite number.
///
/// With s = f / (2 + f) and q = s², it is k ln 2 + ⅔ s (3 + q + q² ...).
template <class T>
RONDO_INLINE two_parts<T> logarithm_in_parts(simd<T> const& a)
{
    using v = simd<T>;
    using l = logarithm_of<T>;
    using p = power_of<T>;
    using parts = two_parts<T>;
    auto const [k, f] = logarithm_parts<T>::of(a);
    v const divisor = keep_rounding(v(T(2)) + f);
    v const inverse = v(T(1)) / divisor;
    v const divisor_upper = parts::upper_bits(divisor);
    v const divisor_lower = f - keep_rounding(divisor_upper - v(T(2)));
    v const s_upper = parts::upper_bits(f * inverse);
    v const s_lower = (keep_rounding(f - s_upper * divisor_upper) - s_upper * divisor_lower) * inverse;
    v const s = s_upper + s_lower;

    v const square = keep_rounding(s_upper * s_upper);
    v const square_lower = s_lower * (s_upper + s);
    v const q = square + square_lower;
    auto const series = parts::of_sum(v(T(3)), square, square_lower + q * q * horner(p::polynomial, q));
    auto const product = parts::of_sum(keep_rounding(s_upper * series.upper), v(T(0)),
                                       s_lower * series.upper + s * series.lower);
    v const lower = product.upper * v(p::two_thirds_lower) + product.lower * v(T(2) / T(3));
    return parts::of_sum(keep_rounding(k * v(l::ln2_high)),
                         keep_rounding(product.upper * v(p::two_thirds_upper)), k * v(l::ln2_low) + lower);
}

/// Whether a number that is not negative is an integer; infinity is.
template <class T>
RONDO_INLINE auto is_integer(simd<T> const& x)
{
    simd<T> const from(power_of<T>::integers_from);
    return (x >= from) | (keep_rounding(keep_rounding(x + from) - from) == x);
}

/// The power of a positive, finite number @p a. Where it is below about 1.5 times the least normal number it
/// is zero.
template <class T>
RONDO_INLINE simd<T> power_of_positive(simd<T> const& a, simd<T> const& b)
{
    using v = simd<T>;
    using e = exponential_of<T>;
    using parts = two_parts<T>;
    v const limit(power_of<T>::largest_exponent);
    // NaN stays NaN, because b is the second operand.
    v const exponent = larger(-limit, smaller(limit, b));
    auto const [log, log_lower] = logarithm_in_parts<T>(a);
    v const upper = parts::upper_bits(exponent);
    v const product = keep_rounding(upper * log);
    v const product_lower = keep_rounding(exponent - upper) * log + exponent * log_lower;
    v const sum = keep_rounding(product + product_lower);
    v const held = larger(v(-e::range), smaller(v(e::infinite_from), sum));
    v const lower = xsimd::select(held == sum, product_lower - keep_rounding(sum - product), v(T(0)));
    auto const [scale, rest] = split_exponential<T>::of_sum(held, lower);
    v const half = scale + scale * rest;
    return half + half;
}

}  // namespace detail

/// @p a to the power @p b, with the special cases of C's pow, but results below about 1.5 times the least
/// normal number are zero:
///
/// - A negative number to an integer power has the sign that the power gives it, to any other power it is
/// NaN.
/// - A power of zero, of either sign, is zero or infinite, with the sign of zero if the power is odd.
/// - Infinite numbers and powers give zero, one or infinity. An infinite power is even.
/// - One to any power, and anything to the power of zero, is one, even NaN. Otherwise NaN gives NaN.
template <class T>
RONDO_INLINE simd<T> power(simd<T> const& a, simd<T> const& b)
{
    using v = simd<T>;
    v const zero(T(0));
    v const one(T(1));
    v const infinity(std::numeric_limits<T>::infinity());
    v const nan(std::numeric_limits<T>::quiet_NaN());
    v const x = xsimd::abs(a);
    v const exponent = xsimd::abs(b);
    auto const is_zero = a == zero;
    // Zero to a negative power, or infinity to a positive one.
    v const limit = xsimd::select(xsimd::select(is_zero, -b, b) > zero, infinity, zero);
    v y = xsimd::select(is_zero | (x == infinity), limit, detail::power_of_positive<T>(x, b));

    auto const is_integer = detail::is_integer<T>(exponent);
    auto const is_half_integer = detail::is_integer<T>(v(T(0.5)) * exponent);
    y = xsimd::select((a >= zero) | is_integer | (x == infinity), y, nan);
    y = xsimd::select(is_half_integer | !is_integer, y, y ^ (a & v(T(-0.0))));
    y = xsimd::select((a == a) & (b == b), y, nan);
    return xsimd::select((exponent == zero) | (a == one), one, y);
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
