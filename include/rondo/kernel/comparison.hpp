#pragma once
/// @file
/// Comparisons of registers, and what follows from them: the smaller and the larger of two values, and the
/// choice between two values.
///
/// The instructions for the larger and the smaller of two numbers return a number where one operand is NaN.
/// Here the result is NaN then, whichever operand it is.

#include <rondo/graph/op.hpp>
#include <rondo/kernel/simd.hpp>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The smaller of @p a and @p b; NaN if one is NaN. Of zeros of both signs it may be either.
template <class T>
RONDO_INLINE simd<T> minimum(simd<T> const& a, simd<T> const& b)
{
    return xsimd::select(a == a, smaller(a, b), a);  // smaller() is b where b is NaN
}

/// The larger of @p a and @p b; NaN if one is NaN. Of zeros of both signs it may be either.
template <class T>
RONDO_INLINE simd<T> maximum(simd<T> const& a, simd<T> const& b)
{
    return xsimd::select(a == a, larger(a, b), a);  // larger() is b where b is NaN
}

/// The derivative of maximum() with respect to @p a: 1 where a is the larger, ½ where both are equal, 0 where
/// @p b is the larger, NaN where one is NaN.
template <class T>
RONDO_INLINE simd<T> above(simd<T> const& a, simd<T> const& b)
{
    using v = simd<T>;
    v const not_larger = xsimd::select(a < b, v(T(0)), a + b);  // the sum is used for NaN only
    return xsimd::select(a > b, v(T(1)), xsimd::select(a == b, v(T(0.5)), not_larger));
}

/// The comparison @p Code of @p a and @p b: 1 or 0.
template <op Code, class T>
RONDO_INLINE simd<T> compare(simd<T> const& a, simd<T> const& b)
{
    using v = simd<T>;
    if constexpr (Code == op::less) {
        return xsimd::select(a < b, v(T(1)), v(T(0)));
    } else if constexpr (Code == op::less_equal) {
        return xsimd::select(a <= b, v(T(1)), v(T(0)));
    } else if constexpr (Code == op::equal) {
        return xsimd::select(a == b, v(T(1)), v(T(0)));
    } else {
        static_assert(Code == op::not_equal, "not a comparison");
        // NaN is not equal to anything. xsimd's != is false for NaN on some instruction sets.
        return xsimd::select(a == b, v(T(0)), v(T(1)));
    }
}

/// @p a where @p condition is not zero, else @p b.
template <class T>
RONDO_INLINE simd<T> choose(simd<T> const& condition, simd<T> const& a, simd<T> const& b)
{
    return xsimd::select(condition == simd<T>(T(0)), b, a);
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
