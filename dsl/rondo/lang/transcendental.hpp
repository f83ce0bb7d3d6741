#pragma once
/// @file
/// Transcendental functions of expressions, entry by entry: circular functions, and exponentials and
/// logarithms that are accurate where composed ones are not.

#include <rondo/lang/comparisons.hpp>

namespace rondo::inline RONDO_ISA {

/// Sine, exact to the last bits for any finite argument; NaN for infinities. Beyond 12800 in float and 1.6e6
/// in double it is computed by the C library, one number after the other.
template <class S>
constexpr expression<S> sin(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::sin, a);
}
/// Cosine, with the range of `sin`.
template <class S>
constexpr expression<S> cos(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::cos, a);
}
/// Tangent, with the range of `sin`.
template <class S>
constexpr expression<S> tan(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::tan, a);
}
/// exp(a) - 1, accurate near zero.
template <class S>
constexpr expression<S> expm1(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::expm1, a);
}
/// log(1 + a), accurate near zero; minus infinity for -1, NaN below.
template <class S>
constexpr expression<S> log1p(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::log1p, a);
}
/// log(1 + exp(a)), without overflow; 0 where `exp` is.
template <class S>
constexpr expression<S> softplus(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::softplus, a);
}
/// log(sigmoid(a)), which is -softplus(-a): without overflow, and accurate where sigmoid(a) rounds to 1.
template <class S>
constexpr expression<S> log_sigmoid(expression<S> a)
{
    return -softplus(-a);
}
/// The error function, (2 / √π) times the integral of exp(-t²) from 0 to a.
template <class S>
constexpr expression<S> erf(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::erf, a);
}
/// @p a to the power @p b, with the special cases of C's pow; a power below the least normal number, or up to
/// 1.5 times that number, is 0. The derivative with respect to the exponent is NaN for a negative a, and 0
/// where the power is 0.
///
/// For the constant exponents -2, -1, 0, 1, 2, 3 and 4 it is computed by products and a quotient, and for
/// -0.5, 0.5 and 1.5 by a root, which is NaN for every number below zero.
template <class A, class B>
constexpr auto pow(expression<A> a, expression<B> b)
{
    return lang_internal::record_meeting(ir_internal::op::pow, a, b);
}
/// Every entry to the power of a number.
template <class S>
constexpr expression<S> pow(expression<S> a, double b)
{
    return lang_internal::record_meeting(ir_internal::op::pow, a, lang_internal::number(a, b));
}
/// A number to the power of every entry.
template <class S>
constexpr expression<S> pow(double a, expression<S> b)
{
    return lang_internal::record_meeting(ir_internal::op::pow, lang_internal::number(b, a), b);
}

}  // namespace rondo::inline RONDO_ISA
