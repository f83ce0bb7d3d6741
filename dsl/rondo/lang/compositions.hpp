#pragma once
/// @file
/// Functions of two or three values that are composed of other operations: a remainder, an interpolation, a
/// length and a sum of exponentials.
///
/// An operand may be a number, as long as one is a value of the step. Operands that make nodes are variables,
/// because compilers evaluate arguments in different orders: one numbering everywhere.

#include <rondo/lang/comparisons.hpp>
#include <rondo/lang/functions.hpp>
#include <rondo/lang/transcendental.hpp>

#include <limits>
#include <numbers>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Operands of which at least one is a value of the step and the others may be numbers.
template <class... A>
concept operands = ((step_value<A> || plain_number<A>)&&...) && (step_value<A> || ...);

/// The value @p v; a number becomes a constant in the graph of @p beside.
template <class B, class V>
constexpr auto as_value(B const& beside, V v)
{
    if constexpr (step_value<V>) {
        return v;
    } else {
        return number(beside, v);
    }
}

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The remainder of a / b with the sign of @p b, as Python's % and torch.remainder: `fmod(a, b)`, plus b
/// where that has the other sign. So it is between 0 and b, and b itself where the sum rounds to it. An
/// infinite b gives a where the signs agree, else b. NaN for b = 0 and for an infinite a. The derivative is 1
/// with respect to a, also where the remainder jumps, and minus floor(a / b) with respect to b.
template <class A, class B>
    requires lang_internal::operands<A, B>
constexpr auto mod(A a, B b)
{
    if constexpr (lang_internal::step_value<A>) {
        auto const divisor = lang_internal::as_value(a, b);
        auto const remainder = fmod(a, divisor);
        auto const signs = sign(remainder) * sign(divisor);
        return where(signs < 0, remainder + divisor, remainder);
    } else {
        return mod(lang_internal::as_value(b, a), b);
    }
}

/// Linear interpolation, (1 - t) a + t b: exactly @p a where t is 0 and @p b where it is 1, for finite a and
/// b. A t outside of 0 to 1 extrapolates. NaN where an operand is infinite and its factor is 0.
template <class A, class B, class T>
    requires lang_internal::operands<A, B, T>
constexpr auto lerp(A a, B b, T t)
{
    auto const of_a = (1 - t) * a;
    auto const of_b = t * b;
    return of_a + of_b;
}

/// √(a² + b²), without overflow or underflow of the squares. Infinite where an operand is, NaN where one is
/// NaN. The derivative is a / hypot(a, b), and zero where both are zero.
template <class A, class B>
    requires lang_internal::operands<A, B>
constexpr auto hypot(A a, B b)
{
    if constexpr (lang_internal::step_value<A>) {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        auto const first = abs(a);
        auto const second = abs(lang_internal::as_value(a, b));
        auto const longer = max(first, second);
        auto const ratio = min(first, second) / longer;
        auto const is_positive = longer > 0;
        auto const is_finite = longer < infinity;
        return where(is_positive * is_finite, longer * sqrt(1 + square(ratio)), longer);
    } else {
        return hypot(b, a);
    }
}

/// log(exp(a) + exp(b)), for operands of any size. Minus infinity where both are, infinite where one is, NaN
/// where one is NaN. The derivative is sigmoid(a - b) with respect to a.
template <class A, class B>
    requires lang_internal::operands<A, B>
constexpr auto logaddexp(A a, B b)
{
    if constexpr (lang_internal::step_value<A>) {
        auto const other = lang_internal::as_value(a, b);
        auto const larger = max(a, other);
        // Of equal infinities the difference is NaN, so equal operands are a case of their own.
        auto const rest = softplus(-abs(a - other));
        auto const are_equal = a == other;
        return larger + where(are_equal, std::numbers::ln2, rest);
    } else {
        return logaddexp(b, a);
    }
}

}  // namespace rondo::inline RONDO_ISA
