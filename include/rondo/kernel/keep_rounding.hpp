#pragma once
/// @file
/// An intermediate result whose rounding the compiler must keep.

#include <rondo/kernel/xsimd.hpp>
#include <rondo/namespaces.hpp>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Returns @p v. With -fassociative-math, which is part of -funsafe-math-optimizations, a compiler may
/// simplify (x + c) - c to x, and a function that rounds by such a sum is then wrong. It does not simplify
/// across this call, which takes no instruction. clang defines no macro for the option; its built-in function
/// is an optimisation barrier only where the option is on.
template <class T>
RONDO_INLINE simd<T> keep_rounding(simd<T> const& v)
{
#if defined(__clang__) && defined(__x86_64__)
    typename simd<T>::register_type const kept = v;
    return __arithmetic_fence(kept);
#elif defined(__clang__) || defined(__ASSOCIATIVE_MATH__)
    typename simd<T>::register_type kept = v;
#if defined(__x86_64__)
    asm("" : "+v"(kept));
#elif defined(__aarch64__)
    asm("" : "+w"(kept));
#else
    asm("" : "+m"(kept));
#endif
    return kept;
#else
    return v;
#endif
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
