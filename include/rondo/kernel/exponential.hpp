#pragma once
/// @file
/// The exponential, and the exponential minus one, on registers.

#include <rondo/kernel/simd.hpp>
#include <rondo/kernel/split_exponential.hpp>
#include <rondo/namespaces.hpp>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The exponential. Results below about 1.5 times the least normal number are zero, because subnormal numbers
/// are slow; results above the largest number are infinite; NaN for NaN.
template <class T>
RONDO_INLINE simd<T> exponential(simd<T> const& a)
{
    using v = simd<T>;
    using e = exponential_of<T>;
    // NaN stays NaN, because a is the second operand.
    v const held = larger(v(-e::range), smaller(v(e::infinite_from), a));
    auto const [scale, rest] = split_exponential<T>::template of<1, true, 1>(held);
    v const half = scale + scale * rest;
    return half + half;
}

/// The exponential minus one, accurate near zero, where it is about @p a. Results above the largest number
/// are infinite; NaN for NaN.
template <class T>
RONDO_INLINE simd<T> exponential_minus_one(simd<T> const& a)
{
    using v = simd<T>;
    using e = exponential_of<T>;
    // NaN stays NaN, because a is the second operand.
    v const held = larger(v(-e::range), smaller(v(e::infinite_from), a));
    auto const [scale, rest] = split_exponential<T>::of_sum(held, v(T(-0.0)));
    v const half = (scale - v(T(0.5))) + scale * rest;
    // Half of the rest would lose a bit where it is subnormal. The sign is that of a, that of zero included.
    v const y = xsimd::select(scale == v(T(0.5)), rest, half + half);
    return y | (a & v(T(-0.0)));
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
