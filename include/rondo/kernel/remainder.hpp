#pragma once
/// @file
/// The remainder of a division.

#include <rondo/kernel/keep_rounding.hpp>
#include <rondo/kernel/simd.hpp>

#include <cstdint>
#include <limits>
#include <type_traits>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

#if !defined(__FMA__) && !defined(__AVX512F__) && !defined(__aarch64__)

/// The upper half of the bits of @p v; the rest is v minus them, exactly.
template <class T>
RONDO_INLINE simd<T> upper_half(simd<T> const& v)
{
    constexpr int half = (std::numeric_limits<T>::digits + 1) / 2;
    simd<T> const scaled = v * simd<T>(T(std::int64_t{1} << half) + T(1));
    return scaled - keep_rounding(scaled - v);
}

#endif

/// c - a b, rounded once, for a product that is close to c.
template <class T>
RONDO_INLINE simd<T> minus_product(simd<T> const& a, simd<T> const& b, simd<T> const& c)
{
#if defined(__AVX512F__)  // xsimd 8.1 has no fused multiply-add of its own for it
    if constexpr (std::is_same_v<T, float>) {
        return _mm512_fnmadd_ps(a, b, c);
    } else {
        return _mm512_fnmadd_pd(a, b, c);
    }
#elif defined(__FMA__) || defined(__aarch64__)
    return xsimd::fnma(a, b, c);
#else  // the product of the halves gives its rounding error (Dekker 1971)
    simd<T> const a_upper = upper_half<T>(a);
    simd<T> const b_upper = upper_half<T>(b);
    simd<T> const a_lower = a - a_upper;
    simd<T> const b_lower = b - b_upper;
    simd<T> const product = a * b;
    simd<T> const error =
        keep_rounding(keep_rounding(keep_rounding(a_upper * b_upper - product) + a_upper * b_lower) +
                      a_lower * b_upper) +
        a_lower * b_lower;
    return keep_rounding(c - product) - error;
#endif
}

}  // namespace detail

/// The remainder of @p a / @p b, with the sign of a, as std::fmod. It is exact where the quotient is below
/// 2²⁴ in float and 2⁵³ in double; without a fused multiply-add it is off by up to half a unit in the last
/// place of a. Where the quotient is larger, where the neighbours of a are farther apart than b, the
/// remainder is zero. NaN for a NaN, an infinite a, and b = 0.
template <class T>
RONDO_INLINE simd<T> remainder(simd<T> const& a, simd<T> const& b)
{
    using v = simd<T>;
    constexpr T limit = T(2) / std::numeric_limits<T>::epsilon();
    v const zero(T(0));
    v const sign = a & v(T(-0.0));
    v const x = xsimd::abs(a);
    v const y = xsimd::abs(b);
    v const quotient = xsimd::trunc(x / y);
    v const rest = detail::minus_product(quotient, y, x);
    // The quotient is one too large where it was rounded up to an integer.
    v const exact = xsimd::select(rest < zero, rest + y, rest);
    v const without_digits = xsimd::select(y > zero, x - x, v(std::numeric_limits<T>::quiet_NaN()));
    v const held = xsimd::select(quotient < v(limit), exact, without_digits);
    return xsimd::select(x < y, x, held) | sign;  // x < y also where b is infinite
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
