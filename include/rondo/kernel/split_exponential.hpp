#pragma once
/// @file
/// The exponential as a power of two and a rest, from which the exponential, the logistic function and the
/// hyperbolic tangent are computed.

#include <rondo/kernel/keep_rounding.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/namespaces.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Constants of the exponential of a type. The polynomials are (e^s - 1 - s) / s², |s| <= ln 2 / 2,
/// interpolated at Chebyshev nodes, from the lowest power up.
template <class T>
struct exponential_of;

template <>
struct exponential_of<float> {
    using integer = std::int32_t;                     ///< as wide as the type
    static constexpr int fraction_bits = 23;          ///< bits of the fraction
    static constexpr float bias = 127;                ///< of the exponent
    static constexpr float range = 87.3F;             ///< in which e^y and e^-y are normal numbers
    static constexpr float infinite_from = 88.73F;    ///< from here on e^y is above the largest number
    static constexpr float one_from = 10;             ///< from here on tanh is 1
    static constexpr float ln2_high = 0.693359375F;   ///< ten bits: its product with an exponent is exact
    static constexpr float ln2_low = -2.1219444e-4F;  ///< ln 2 - ln2_high
    /// Coefficients from the lowest power up.
    static constexpr std::array polynomial{0.5F, 0.16666576F, 0.041666552F, 0.008363233F, 0.001392625F};
};

template <>
struct exponential_of<double> {
    using integer = std::int64_t;                         ///< as wide as the type
    static constexpr int fraction_bits = 52;              ///< bits of the fraction
    static constexpr double bias = 1023;                  ///< of the exponent
    static constexpr double range = 708.3;                ///< in which e^y and e^-y are normal numbers
    static constexpr double infinite_from = 709.79;       ///< from here on e^y is above the largest number
    static constexpr double one_from = 20;                ///< from here on tanh is 1
    static constexpr double ln2_high = 0x1.62e42fefap-1;  ///< 36 bits
    static constexpr double ln2_low = 0x1.cf79abc9e3b3ap-40;  ///< ln 2 - ln2_high
    /// Coefficients from the lowest power up.
    static constexpr std::array polynomial{
        0x1.0000000000001p-1,  0x1.5555555555556p-3,  0x1.5555555553d37p-5,  0x1.11111111109a6p-7,
        0x1.6c16c1789d1d7p-10, 0x1.a01a01a7cebcdp-13, 0x1.a019b8ca26fcfp-16, 0x1.71de0d85293b8p-19,
        0x1.2891d4ffbb0f9p-22, 0x1.af390ba7e6f47p-26};
};

/// e^(Factor y) as scale * (1 + rest), the scale a power of two.
template <class T>
struct split_exponential {
    simd<T> scale;  ///< a power of two
    simd<T> rest;   ///< between -0.3 and 0.42

    /// Splits e^(Factor y), where Factor y is within the `range`, by Cody and Waite's reduction; NaN gives
    /// NaN. Without @p Exact the result is off by as much as if Factor y were off by half a unit in the last
    /// place. The factor, 1, -1 or 2, is part of the constants, so it takes no operation.
    ///
    /// With @p Halvings 1 the scale is half as large, so that it is finite where Factor y is above the range.
    /// It is then zero instead of a power of two below the normal numbers.
    template <int Factor, bool Exact, int Halvings = 0>
    RONDO_INLINE static split_exponential of(simd<T> const& y)
    {
        using v = simd<T>;
        using e = exponential_of<T>;
        constexpr T factor = Factor;
        v const rounded = round<Factor, Halvings>(y);
        v const exponent = keep_rounding(rounded - v(last_bits<Halvings>));
        v r;  // the rest of y
        if constexpr (Exact) {
            r = keep_rounding(y - exponent * v(e::ln2_high / factor));
            r = r - exponent * v(e::ln2_low / factor);
        } else {
            r = y - exponent * v(T(0.69314718055994530942) / factor);
        }
        return {power_of_two(rounded), r * v(factor) + r * r * polynomial<Factor>(r)};
    }

    /// Splits e^(y + low), where @p low is below a unit in the last place of y, with half the scale. The rest
    /// is more accurate than that of of(): it includes what the reduction rounds off.
    RONDO_INLINE static split_exponential of_sum(simd<T> const& y, simd<T> const& low)
    {
        using v = simd<T>;
        using e = exponential_of<T>;
        v const rounded = round<1, 1>(y);
        v const exponent = keep_rounding(rounded - v(last_bits<1>));
        v const high = keep_rounding(y - exponent * v(e::ln2_high));
        v const change = keep_rounding(exponent * v(e::ln2_low) - low);
        v const r = keep_rounding(high - change);
        v const rounded_off = keep_rounding(high - r) - change;
        return {power_of_two(rounded), r + (r * r * polynomial<1>(r) + rounded_off)};
    }

   private:
    /// Added to this, a number is rounded to an integer that stands, with the bias, in the last bits of the
    /// fraction; shifted up, in the exponent.
    template <int Halvings>
    static constexpr T last_bits = static_cast<T>(std::int64_t{3} << (exponential_of<T>::fraction_bits - 1)) +
                                   (exponential_of<T>::bias - T(Halvings));

    /// The exponent of the scale, in the last bits.
    template <int Factor, int Halvings>
    RONDO_INLINE static simd<T> round(simd<T> const& y)
    {
        constexpr T log2_e = T(1.4426950408889634074);
        return keep_rounding(y * simd<T>(T(Factor) * log2_e) + simd<T>(last_bits<Halvings>));
    }
    /// The scale of a rounded exponent.
    RONDO_INLINE static simd<T> power_of_two(simd<T> const& rounded)
    {
        using e = exponential_of<T>;
        return cast_bits<T>(cast_bits<typename e::integer>(rounded) << e::fraction_bits);
    }
    /// (e^s - 1 - s) / r² for s = Factor r, summed in pairs of terms, which do not depend on each other.
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

}  // namespace rondo::inline RONDO_ISA::kernel_internal
