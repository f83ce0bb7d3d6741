#pragma once
/// @file
/// The smooth rectifier, or softplus, log(1 + e^a), on registers.

#include <rondo/kernel/exponential.hpp>
#include <rondo/kernel/logarithm.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/namespaces.hpp>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// log(1 + e^a) = max(a, 0) + log(1 + t) with t = e^-|a|, which neither overflows nor loses accuracy. Zero
/// where the exponential is; NaN for NaN.
///
/// As t is at most 1, 1 + t = 2^k (1 + f) is found by one comparison: f is t, or (t - 1) / 2 with k = 1.
template <class T>
RONDO_INLINE simd<T> smooth_rectifier(simd<T> const& a)
{
    using v = simd<T>;
    v const t = exponential<T>(a | v(T(-0.0)));
    auto const is_small = t < v(T(0.41421356237309504880));
    v const f = xsimd::select(is_small, t, v(T(0.5)) * t - v(T(0.5)));
    v const k = xsimd::select(is_small, v(T(0)), v(T(1)));
    // NaN stays NaN, because a is the second operand.
    return larger(v(T(0)), a) + detail::logarithm_of_parts<T>(k, f);
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
