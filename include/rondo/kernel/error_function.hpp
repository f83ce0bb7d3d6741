#pragma once
/// @file
/// The error function on registers.

#include <rondo/kernel/keep_rounding.hpp>
#include <rondo/kernel/polynomial.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/kernel/split_exponential.hpp>
#include <rondo/namespaces.hpp>

#include <array>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// Constants of the error function of a type: erf(x) / x - 1 in powers of x² up to `split`, and -log(1 -
/// erf(x)) in powers of x from there to `one_from`. Both are minimax in the relative error of erf, from the
/// lowest power up.
template <class T>
struct error_function_of;

template <>
struct error_function_of<float> {
    static constexpr float split = 0.9F;
    static constexpr float one_from = 3.95F;
    static constexpr std::array inner{0.128379166F,   -0.376126349F,    0.112837106F,   -0.0268602688F,
                                      0.00520323822F, -0.000816826709F, 8.48048949e-05F};
    static constexpr std::array outer{0.00015960756F, 1.12782598F,    0.636927128F,    0.104157202F,
                                      -0.0223364402F, 0.00307087321F, -0.000198773778F};
};

template <>
struct error_function_of<double> {
    static constexpr double split = 1;
    static constexpr double one_from = 5.95;
    static constexpr std::array inner{0x1.06eba8214db69p-3,   -0x1.812746b0379e6p-2,  0x1.ce2f21a042b0bp-4,
                                      -0x1.b82ce312842fcp-6,  0x1.565bcd0d9f747p-8,   -0x1.c02db3d5d1dd4p-11,
                                      0x1.f9a32143adf61p-14,  -0x1.f4d1d803003f9p-17, 0x1.b9de92b9fadf0p-20,
                                      -0x1.5f19ff8a99519p-23, 0x1.f780be705964ep-27,  -0x1.37fb715dbf58fp-30,
                                      0x1.044733a941e8ep-34};
    static constexpr std::array outer{0x1.050139c06102bp-21,  0x1.20dd226fbf48cp+0,   0x1.45f610c1a9ba7p-1,
                                      0x1.a4ae3e5138b54p-4,   -0x1.3730729a39cf7p-6,  -0x1.a9e58e7026868p-12,
                                      0x1.f50e4e2e59f69p-10,  -0x1.9223e75be5bcfp-11, 0x1.167f8a7959261p-13,
                                      0x1.668bdd76a5af6p-16,  -0x1.860ff84b56777p-16, 0x1.272a5c2e57732p-17,
                                      -0x1.22b973cb82312p-19, 0x1.96a337684294ep-22,  -0x1.94d2591a26b58p-25,
                                      0x1.12b649c8ef420p-28,  -0x1.c967046b42e93p-33, 0x1.6128521c1ec54p-38};
};

}  // namespace detail

/// The error function, (2 / √π) times the integral of e^-t² from 0 to @p a: 1 and -1 where it rounds to them;
/// NaN for NaN.
///
/// The logarithm of its complement is smooth where the function itself becomes flat, and an error of it
/// counts only as much as the complement does.
template <class T>
RONDO_INLINE simd<T> error_function(simd<T> const& a)
{
    using v = simd<T>;
    using e = detail::error_function_of<T>;
    v const x = xsimd::abs(a);
    // Eight times x, so that no product is below the normal numbers where the result is not.
    v const scaled = v(T(8)) * x;
    v const inner = v(T(0.125)) * (scaled + scaled * horner(e::inner, x * x));
    // NaN stays NaN, because x is the second operand.
    v const exponent = horner(e::outer, smaller(v(e::one_from), x));
    auto const [scale, rest] = split_exponential<T>::template of<-1, false>(exponent);
    v const outer = keep_rounding(v(T(1)) - scale) - scale * rest;
    return xsimd::select(x < v(e::split), inner, outer) | (a & v(T(-0.0)));
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
