#pragma once
/// @file
/// The natural logarithm on registers.
///
/// xsimd's logarithm is inaccurate for subnormal doubles, and wrong if the compiler may reassociate sums.

#include <rondo/kernel/keep_rounding.hpp>
#include <rondo/kernel/polynomial.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/namespaces.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// Constants of the logarithm of a type. The polynomial is (2 atanh s - 2 s) / s³ in powers of s², for
/// |s| <= (√2 - 1) / (√2 + 1), interpolated at Chebyshev nodes, from the lowest power up.
template <class T>
struct logarithm_of;

template <>
struct logarithm_of<float> {
    using integer = std::uint32_t;
    static constexpr int fraction_bits = 23;
    static constexpr int bias = 127;
    static constexpr float sqrt_half = 0.70710678F;
    static constexpr float ln2_high = 0.693359375F;  // ten bits: its product with an exponent is exact
    static constexpr float ln2_low = -2.1219444e-4F;
    static constexpr std::array polynomial{0.66666685F, 0.39988781F, 0.29579949F};
};

template <>
struct logarithm_of<double> {
    using integer = std::uint64_t;
    static constexpr int fraction_bits = 52;
    static constexpr int bias = 1023;
    static constexpr double sqrt_half = 0.70710678118654752440;
    static constexpr double ln2_high = 0x1.62e42fefap-1;  // 36 bits
    static constexpr double ln2_low = 0x1.cf79abc9e3b3ap-40;
    static constexpr std::array polynomial{0x1.5555555555558p-1, 0x1.99999999952e2p-2, 0x1.2492492df148dp-2,
                                           0x1.c71c62e5800a1p-3, 0x1.7462b4ab2ef6bp-3, 0x1.39fe606542ddep-3,
                                           0x1.2b584aae78a57p-3};
};

}  // namespace detail

namespace detail {

/// A positive number as 2^k (1 + f), 1 + f between √½ and √2.
template <class T>
struct logarithm_parts {
    simd<T> k;  ///< an integer
    simd<T> f;  ///< exact

    /// The parts of @p a, which may be subnormal. Of zero, infinity and NaN they are any finite numbers.
    RONDO_INLINE static logarithm_parts of(simd<T> const& a)
    {
        using v = simd<T>;
        using l = logarithm_of<T>;
        using integer = typename l::integer;
        using integers = simd<integer>;
        constexpr auto bits_of = [](T x) { return std::bit_cast<integer>(x); };
        constexpr integer one = 1;
        constexpr T last_bit = static_cast<T>(one << l::fraction_bits);  // a number whose last bit counts one
        // Subnormal numbers are scaled until they are normal.
        constexpr int scaling = l::fraction_bits + 1;
        auto const is_small = a < v(std::numeric_limits<T>::min());
        v const normal = xsimd::select(is_small, a * v(static_cast<T>(one << scaling)), a);
        integers const shifted = cast_bits<integer>(normal) + integers(bits_of(1) - bits_of(l::sqrt_half));
        integers const biased = (shifted >> l::fraction_bits) | integers(bits_of(last_bit));
        v const k = cast_bits<T>(biased) -
                    xsimd::select(is_small, v(last_bit + T(l::bias + scaling)), v(last_bit + T(l::bias)));
        integers const fraction = shifted & integers((one << l::fraction_bits) - 1);
        v const f = keep_rounding(cast_bits<T>(fraction + integers(bits_of(l::sqrt_half))) - v(T(1)));
        return {k, f};
    }
};

/// The logarithm of the number whose parts are @p k and @p f.
///
/// With s = f / (2 + f), it is k ln 2 + 2 atanh s. The odd function is summed as f - f²/2 + s (f²/2 + ...),
/// in which f is exact (Ng, "fdlibm").
template <class T>
RONDO_INLINE simd<T> logarithm_of_parts(simd<T> const& k, simd<T> const& f)
{
    using v = simd<T>;
    using l = logarithm_of<T>;
    v const s = f / (v(T(2)) + f);
    v const square = s * s;
    v const sum = horner(l::polynomial, square);
    v const half_square = v(T(0.5)) * f * f;
    v const low = (s * (half_square + sum * square) + k * v(l::ln2_low)) - half_square;
    return k * v(l::ln2_high) + (low + f);
}

}  // namespace detail

/// The natural logarithm: minus infinity for zeros, NaN for NaN and for numbers below zero.
template <class T>
RONDO_INLINE simd<T> logarithm(simd<T> const& a)
{
    using v = simd<T>;
    auto const [k, f] = detail::logarithm_parts<T>::of(a);
    v const finite = detail::logarithm_of_parts<T>(k, f);

    constexpr T infinity = std::numeric_limits<T>::infinity();
    v const up_to_infinity = xsimd::select(a < v(infinity), finite, a);  // also NaN for NaN
    v const at_most_zero = xsimd::select(a == v(T(0)), v(-infinity), v(std::numeric_limits<T>::quiet_NaN()));
    return xsimd::select(a > v(T(0)), up_to_infinity, at_most_zero);
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
