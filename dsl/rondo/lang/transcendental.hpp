#pragma once
/// @file
/// Transcendental functions of expressions, entry by entry: circular functions, and exponentials and
/// logarithms that are accurate where composed ones are not.

#include <rondo/lang/operators.hpp>

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

}  // namespace rondo::inline RONDO_ISA
