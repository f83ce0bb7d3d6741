#pragma once
/// @file
/// xsimd, with the differences between its versions from 8.1 to 14.

#include <rondo/namespaces.hpp>

// g++ 12 takes the deliberately undefined operands in its own AVX-512 header for mistakes.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <xsimd/xsimd.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

namespace rondo::inline RONDO_ISA::kernel_internal {

/// A vector register of T.
template <class T>
using simd = xsimd::batch<T>;

/// The sum of the lanes of a register. xsimd calls it hadd before version 9, reduce_add since.
template <class T>
RONDO_INLINE T sum_lanes(simd<T> const& v)
{
#if XSIMD_VERSION_MAJOR < 9
    return xsimd::hadd(v);
#else
    return xsimd::reduce_add(v);
#endif
}

/// The larger of @p a and @p b in each lane. On x86 it is @p b if one of them is NaN or both are zero, as the
/// instruction defines; xsimd passes the operands in the opposite order since version 14.
template <class T>
RONDO_INLINE simd<T> larger(simd<T> const& a, simd<T> const& b)
{
#if XSIMD_VERSION_MAJOR < 14
    return xsimd::max(a, b);
#else
    return xsimd::max(b, a);
#endif
}

/// The smaller of @p a and @p b in each lane, with the rule of larger() for NaN and zeros.
template <class T>
RONDO_INLINE simd<T> smaller(simd<T> const& a, simd<T> const& b)
{
#if XSIMD_VERSION_MAJOR < 14
    return xsimd::min(a, b);
#else
    return xsimd::min(b, a);
#endif
}

/// The bits of a register as lanes of type @p To, which is as wide as @p From. Of xsimd's bitwise_cast the
/// template argument is the register's type before version 11, the lane's since.
template <class To, class From>
RONDO_INLINE simd<To> cast_bits(simd<From> const& v)
{
#if XSIMD_VERSION_MAJOR < 11
    return xsimd::bitwise_cast<simd<To>>(v);
#else
    return xsimd::bitwise_cast<To>(v);
#endif
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
