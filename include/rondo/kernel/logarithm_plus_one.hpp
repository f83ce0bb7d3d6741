#pragma once
/// @file
/// The logarithm of one plus a number, on registers.

#include <rondo/kernel/keep_rounding.hpp>
#include <rondo/kernel/logarithm.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/namespaces.hpp>

#include <bit>
#include <limits>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The natural logarithm of 1 + a, accurate near zero, where it is about @p a: minus infinity for -1, NaN for
/// NaN and for numbers below -1.
///
/// The sum u = 1 + a = 2^k (1 + f) is off by its rounding error, which 2^-k scales to be a part of f.
/// Near zero, f with this part is a.
template <class T>
RONDO_INLINE simd<T> logarithm_plus_one(simd<T> const& a)
{
    using v = simd<T>;
    using l = detail::logarithm_of<T>;
    using integer = typename l::integer;
    using integers = simd<integer>;
    constexpr auto bits_of = [](T x) { return std::bit_cast<integer>(x); };
    constexpr integer one = 1;
    constexpr T last_bit = static_cast<T>(one << l::fraction_bits);  // a number whose last bit counts one
    v const u = keep_rounding(v(T(1)) + a);
    v const added = keep_rounding(u - v(T(1)));
    v const error = keep_rounding(a - added) + keep_rounding(v(T(1)) - keep_rounding(u - added));

    integers const shifted = cast_bits<integer>(u) + integers(bits_of(1) - bits_of(l::sqrt_half));
    integers const exponent = shifted >> l::fraction_bits;
    v const k =
        keep_rounding(cast_bits<T>(exponent | integers(bits_of(last_bit))) - v(last_bit + T(l::bias)));
    integers const fraction = shifted & integers((one << l::fraction_bits) - 1);
    v const of_sum = keep_rounding(cast_bits<T>(fraction + integers(bits_of(l::sqrt_half))) - v(T(1)));
    // 2^(1-k), which is not negative for the largest k either.
    v const scale = cast_bits<T>((integers(integer(2 * l::bias + 1)) - exponent) << l::fraction_bits);
    v const finite = detail::logarithm_of_parts<T>(k, of_sum + error * (v(T(0.5)) * scale));

    constexpr T infinity = std::numeric_limits<T>::infinity();
    v const up_to_infinity = xsimd::select(a < v(infinity), finite, a);  // also NaN for NaN
    v const at_most_zero = xsimd::select(a == v(T(-1)), v(-infinity), v(std::numeric_limits<T>::quiet_NaN()));
    // The sign is that of a, that of zero included.
    return xsimd::select(a > v(T(-1)), up_to_infinity, at_most_zero) | (a & v(T(-0.0)));
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
