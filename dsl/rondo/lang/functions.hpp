#pragma once
/// @file
/// Functions of expressions, entry by entry. Matrices are values like vectors and scalars, unless they have a
/// dimension twice.

#include <rondo/lang/comparisons.hpp>

namespace rondo::inline RONDO_ISA {

/// Logistic function, 1 / (1 + exp(-a)).
template <class S>
constexpr expression<S> sigmoid(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::sigmoid, a);
}
/// Hyperbolic tangent.
template <class S>
constexpr expression<S> tanh(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::tanh, a);
}
/// Exponential; 0 where it would be below the least normal number, or up to 1.5 times that number.
template <class S>
constexpr expression<S> exp(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::exp, a);
}
/// Natural logarithm; minus infinity for zero, NaN below zero.
template <class S>
constexpr expression<S> log(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::log, a);
}
/// Square root; its derivative at zero is infinite.
template <class S>
constexpr expression<S> sqrt(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::sqrt, a);
}
/// max(a, 0), and NaN for NaN. The derivative at zero is defined as 0, that at NaN is NaN: a run that
/// diverges shows it.
template <class S>
constexpr expression<S> relu(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::relu, a);
}
/// a².
template <class S>
constexpr expression<S> square(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::square, a);
}
/// |a|. The derivative at zero is defined as 0, that at NaN is NaN.
template <class S>
constexpr expression<S> abs(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::abs, a);
}
/// 1 / √a, rounded twice. It is infinite at zero, where the derivative -½ / √a³ is minus infinity, and zero
/// at infinity; NaN below zero.
template <class S>
constexpr expression<S> rsqrt(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::rsqrt, a);
}
/// -1, 0 or 1: the sign of a; NaN for NaN. Its derivative is zero.
template <class S>
constexpr expression<S> sign(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::sign, a);
}
/// The largest integer that is not above a. Its derivative is zero.
template <class S>
constexpr expression<S> floor(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::floor, a);
}
/// The integer part of a, which is rounded towards zero. Its derivative is zero.
template <class S>
constexpr expression<S> trunc(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::trunc, a);
}
/// The nearest integer; halfway between two, the even one. Its derivative is zero.
template <class S>
constexpr expression<S> round(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::round, a);
}
/// The remainder of a / b, with the sign of a, as std::fmod. It is exact where the quotient is below 2²⁴ in
/// float and 2⁵³ in double, and zero above. NaN for b = 0 and for an infinite a. Its derivative is 1 with
/// respect to a, and minus the integer part of a / b with respect to b.
template <class A, class B>
constexpr auto fmod(expression<A> a, expression<B> b)
{
    return lang_internal::record_meeting(ir_internal::op::fmod, a, b);
}
/// The remainder of a division by a number.
template <class S>
constexpr expression<S> fmod(expression<S> a, double b)
{
    return lang_internal::record_meeting(ir_internal::op::fmod, a, lang_internal::number(a, b));
}
/// The remainder of a number divided by @p b.
template <class S>
constexpr expression<S> fmod(double a, expression<S> b)
{
    return lang_internal::record_meeting(ir_internal::op::fmod, lang_internal::number(b, a), b);
}

}  // namespace rondo::inline RONDO_ISA
