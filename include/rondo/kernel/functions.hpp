#pragma once
/// @file
/// The elementwise operations by name, on registers.
///
/// The logistic function and the hyperbolic tangent are most of the elementwise work of a gated cell. xsimd's
/// exponential has special cases for results that are zero or infinite, and its tanh branches on the size of
/// the lanes. Here these functions are computed from one exponential of a clamped argument, without special
/// cases and branches. tests/accuracy measures their errors.

#include <rondo/graph/op.hpp>
#include <rondo/kernel/comparison.hpp>
#include <rondo/kernel/error_function.hpp>
#include <rondo/kernel/exponential.hpp>
#include <rondo/kernel/keep_rounding.hpp>
#include <rondo/kernel/logarithm.hpp>
#include <rondo/kernel/logarithm_plus_one.hpp>
#include <rondo/kernel/power.hpp>
#include <rondo/kernel/remainder.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/kernel/smooth_rectifier.hpp>
#include <rondo/kernel/split_exponential.hpp>
#include <rondo/kernel/trigonometric.hpp>
#include <rondo/namespaces.hpp>

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ > 0)
#error "rondo: -ffast-math and -ffinite-math-only assume that no number is NaN or infinite; omit them"
#endif

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// The logistic function, 1 / (1 + e^-a); NaN for NaN. Where the exact result is below the least normal
/// number, the result is close to that number.
template <class T>
RONDO_INLINE simd<T> logistic(simd<T> const& a)
{
    using v = simd<T>;
    using e = exponential_of<T>;
    // NaN stays NaN, because a is the second operand.
    v const held = larger(v(-e::range), smaller(v(e::range), a));
    auto const [scale, rest] = split_exponential<T>::template of<-1, true>(held);
    return v(T(1)) / ((v(T(1)) + scale) + scale * rest);
}

/// The hyperbolic tangent, (1 - e^-2|a|) / (1 + e^-2|a|) with the sign of a; NaN for NaN.
///
/// Near zero both sums are exact before their last addition, which keeps its relative accuracy.
template <class T>
RONDO_INLINE simd<T> hyperbolic_tangent(simd<T> const& a)
{
    using v = simd<T>;
    using e = exponential_of<T>;
    v const sign_bit(T(-0.0));
    v const minus = larger(v(-e::one_from), a | sign_bit);
    auto const [scale, rest] = split_exponential<T>::template of<2, false>(minus);
    v const change = scale * rest;
    return ((keep_rounding(v(T(1)) - scale) - change) / ((v(T(1)) + scale) + change)) ^ (a & sign_bit);
}

/// A transcendental function that has a file of its own.
template <op Code, class T>
RONDO_INLINE simd<T> transcendental(simd<T> const& a)
{
    if constexpr (Code == op::sin) {
        return sine<T>(a);
    } else if constexpr (Code == op::cos) {
        return cosine<T>(a);
    } else if constexpr (Code == op::tan) {
        return tangent<T>(a);
    } else if constexpr (Code == op::expm1) {
        return exponential_minus_one<T>(a);
    } else if constexpr (Code == op::log1p) {
        return logarithm_plus_one<T>(a);
    } else if constexpr (Code == op::erf) {
        return error_function<T>(a);
    } else {
        static_assert(Code == op::softplus, "not an elementwise operation on one or two operands");
        return smooth_rectifier<T>(a);
    }
}

}  // namespace detail

/// An elementwise operation on registers; @p b is ignored where there is one operand.
template <op Code, class T>
RONDO_INLINE simd<T> apply(simd<T> const& a, simd<T> const& b)
{
    using v = simd<T>;
    if constexpr (Code == op::negate) {
        return -a;
    } else if constexpr (Code == op::sigmoid) {
        return detail::logistic<T>(a);
    } else if constexpr (Code == op::tanh) {
        return detail::hyperbolic_tangent<T>(a);
    } else if constexpr (Code == op::exp) {
        return exponential<T>(a);
    } else if constexpr (Code == op::log) {
        return logarithm<T>(a);
    } else if constexpr (Code == op::sqrt) {
        return xsimd::sqrt(a);
    } else if constexpr (Code == op::relu) {
        return larger(v(T(0)), a);  // NaN for NaN, because a is the second operand
    } else if constexpr (Code == op::square) {
        return a * a;
    } else if constexpr (Code == op::abs) {
        return xsimd::abs(a);
    } else if constexpr (Code == op::sign) {
        return xsimd::select(a > v(T(0)), v(T(1)), xsimd::select(a < v(T(0)), v(T(-1)), a));
    } else if constexpr (Code == op::positive) {
        return xsimd::select(a > v(T(0)), v(T(1)), larger(v(T(0)), a));
    } else if constexpr (Code == op::broadcast) {
        return a;
    } else if constexpr (Code == op::add) {
        return a + b;
    } else if constexpr (Code == op::subtract) {
        return a - b;
    } else if constexpr (Code == op::multiply) {
        return a * b;
    } else if constexpr (Code == op::divide) {
        return a / b;
    } else if constexpr (Code == op::floor) {
        return xsimd::floor(a);
    } else if constexpr (Code == op::trunc) {
        return xsimd::trunc(a);
    } else if constexpr (Code == op::round) {
        return xsimd::nearbyint(a);
    } else if constexpr (Code == op::rsqrt) {
        return v(T(1)) / xsimd::sqrt(a);
    } else if constexpr (Code == op::minimum) {
        return minimum<T>(a, b);
    } else if constexpr (Code == op::maximum) {
        return maximum<T>(a, b);
    } else if constexpr (Code == op::above) {
        return above<T>(a, b);
    } else if constexpr (Code == op::fmod) {
        return remainder<T>(a, b);
    } else if constexpr (Code == op::pow) {
        return power<T>(a, b);
    } else if constexpr (is_comparison(Code)) {
        return compare<Code, T>(a, b);
    } else {
        return detail::transcendental<Code, T>(a);
    }
}

/// An elementwise operation on three registers.
template <op Code, class T>
RONDO_INLINE simd<T> apply(simd<T> const& a, simd<T> const& b, simd<T> const& c)
{
    static_assert(Code == op::select, "not an elementwise operation on three operands");
    return choose<T>(a, b, c);
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
