#pragma once
/// @file
/// Sine, cosine and tangent on registers.
///
/// The argument is reduced to a rest of at most a quarter of π by Cody and Waite's method, exact to the last
/// bit of the rest up to `reach`. Lanes beyond it are computed one by one by the C library, because a
/// reduction by so many turns needs hundreds of bits of π.

#include <rondo/kernel/keep_rounding.hpp>
#include <rondo/kernel/polynomial.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/namespaces.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// Constants of the reduction and of the two polynomials, (sin r - r) / r³ and (cos r - 1 + r²/2) / r⁴ in
/// powers of r², minimax for |r| <= 0.795, from the lowest power up.
template <class T>
struct circle_of;

template <>
struct circle_of<float> {
    using integer = std::uint32_t;
    static constexpr int fraction_bits = 23;
    static constexpr float reach = 12800;
    // Half of π in parts. The first three have eleven bits: their products with up to 2^13 are exact.
    static constexpr std::array half_pi{0x1.92p+0F, 0x1.fb4p-12F, 0x1.444p-24F, 0x1.68c234p-39F};
    static constexpr std::array sine{-0.166666538F, 0.00833212119F, -0.000195094006F};
    static constexpr std::array cosine{0.0416666456F, -0.0013887292F, 2.44295716e-05F};
};

template <>
struct circle_of<double> {
    using integer = std::uint64_t;
    static constexpr int fraction_bits = 52;
    static constexpr double reach = 1.6e6;
    // The first three have 33, 19 and 33 bits: their products with up to 2^20 are exact.
    static constexpr std::array half_pi{0x1.921fb544p+0, 0x1.0b46p-34, 0x1.1a626331p-54,
                                        0x1.1701b839a252p-88};
    static constexpr std::array sine{-0x1.5555555555547p-3, 0x1.111111110f556p-7,   -0x1.a01a019ba9501p-13,
                                     0x1.71de351a85e2bp-19, -0x1.ae5e1b62845b3p-26, 0x1.5d7cd3cff0574p-33};
    static constexpr std::array cosine{0x1.555555555554ap-5,  -0x1.6c16c16c14e17p-10,
                                       0x1.a01a019c59a20p-16, -0x1.27e4f7c84a0b2p-22,
                                       0x1.1ee9be12590d7p-29, -0x1.8f964fef6d9cep-37};
};

/// An angle as quarters of a turn and a rest, with the sine and the cosine of the rest.
template <class T>
struct reduced_angle {
    using integers = simd<typename circle_of<T>::integer>;

    integers quarters;  ///< in the lowest two bits
    simd<T> sine;
    simd<T> cosine;

    /// Reduces @p a, at most `reach` in magnitude; NaN gives NaN.
    RONDO_INLINE static reduced_angle of(simd<T> const& a)
    {
        using v = simd<T>;
        using c = circle_of<T>;
        constexpr T rounding = static_cast<T>(std::int64_t{3} << (c::fraction_bits - 1));
        v const rounded = keep_rounding(a * v(T(0.63661977236758134308)) + v(rounding));
        v const k = keep_rounding(rounded - v(rounding));
        v r = keep_rounding(a - k * v(c::half_pi[0]));
        r = keep_rounding(r - k * v(c::half_pi[1]));
        v const before = r;
        r = keep_rounding(r - k * v(c::half_pi[2]));
        // r is too large by this. Subtracted, it leaves the sign of zero as it is.
        v const excess = (k * v(c::half_pi[2]) - keep_rounding(before - r)) + k * v(c::half_pi[3]);
        v const square = r * r;
        v const half = v(T(0.5)) * square;
        v const near_one = keep_rounding(v(T(1)) - half);
        return {cast_bits<typename c::integer>(rounded), r - (excess - r * square * horner(c::sine, square)),
                near_one + (((v(T(1)) - near_one) - half) +
                            (square * square * horner(c::cosine, square) + r * excess))};
    }
    /// The sine where @p quarters is even, else the cosine; their sign is that of an angle of so many
    /// quarters.
    RONDO_INLINE simd<T> turned_by(integers const& turns) const
    {
        return xsimd::select(is_even(turns), sine, cosine) ^ sign_of(turns >> 1);
    }
    /// Whether a number of quarters is even.
    RONDO_INLINE static auto is_even(integers const& turns)
    {
        using c = circle_of<T>;
        constexpr auto one = std::bit_cast<typename c::integer>(T(1));
        return cast_bits<T>((turns & integers(1)) | integers(one)) == simd<T>(T(1));
    }
    /// A sign bit where @p n is odd.
    RONDO_INLINE static simd<T> sign_of(integers const& n)
    {
        return cast_bits<T>(n << (8 * static_cast<int>(sizeof(T)) - 1));
    }
};

/// @p y, with the lanes whose angle @p a is beyond `reach` replaced by the C library's function.
template <class T, class Function>
[[gnu::cold, gnu::noinline]] simd<T> with_far_lanes(simd<T> const& a, simd<T> const& y, Function exact)
{
    alignas(64) std::array<T, simd<T>::size> angle;
    alignas(64) std::array<T, simd<T>::size> value;
    a.store_aligned(angle.data());
    y.store_aligned(value.data());
    for (std::size_t i = 0; i < angle.size(); ++i) {
        value[i] = std::fabs(angle[i]) > circle_of<T>::reach ? exact(angle[i]) : value[i];
    }
    return simd<T>::load_aligned(value.data());
}

/// Whether some lane of @p a is beyond `reach`.
template <class T>
RONDO_INLINE bool is_far(simd<T> const& a)
{
    return xsimd::any(xsimd::abs(a) > simd<T>(circle_of<T>::reach));
}

}  // namespace detail

/// The sine; NaN for infinities and NaN.
template <class T>
RONDO_INLINE simd<T> sine(simd<T> const& a)
{
    auto const angle = detail::reduced_angle<T>::of(a);
    simd<T> const y = angle.turned_by(angle.quarters);
    if (detail::is_far<T>(a)) [[unlikely]] {
        return detail::with_far_lanes<T>(a, y, [](T x) { return std::sin(x); });
    }
    return y;
}

/// The cosine; NaN for infinities and NaN.
template <class T>
RONDO_INLINE simd<T> cosine(simd<T> const& a)
{
    auto const angle = detail::reduced_angle<T>::of(a);
    simd<T> const y = angle.turned_by(angle.quarters + typename detail::reduced_angle<T>::integers(1));
    if (detail::is_far<T>(a)) [[unlikely]] {
        return detail::with_far_lanes<T>(a, y, [](T x) { return std::cos(x); });
    }
    return y;
}

/// The tangent; NaN for infinities and NaN.
template <class T>
RONDO_INLINE simd<T> tangent(simd<T> const& a)
{
    using angle_type = detail::reduced_angle<T>;
    auto const angle = angle_type::of(a);
    auto const is_even = angle_type::is_even(angle.quarters);
    simd<T> const y = (xsimd::select(is_even, angle.sine, angle.cosine) /
                       xsimd::select(is_even, angle.cosine, angle.sine)) ^
                      angle_type::sign_of(angle.quarters);
    if (detail::is_far<T>(a)) [[unlikely]] {
        return detail::with_far_lanes<T>(a, y, [](T x) { return std::tan(x); });
    }
    return y;
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
