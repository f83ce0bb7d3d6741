#pragma once
/// @file
/// Assignments that change a local variable of a step by an operation: `a += b` is `a = a + b`.

#include <rondo/lang/operators.hpp>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a variable can be assigned a result. The message names both shapes.
template <class Variable, class Result>
struct result_keeps_the_shape {
    static_assert(std::is_same_v<Variable, Result>,
                  "an assignment such as a += b keeps the shape of a: b is a value along the dimension of a, "
                  "a scalar or a number");
    static constexpr bool value = std::is_same_v<Variable, Result>;
};

/// Assigns @p result to @p variable.
template <class S, class Result>
constexpr expression<S>& assign(expression<S>& variable, Result result)
{
    if constexpr (result_keeps_the_shape<expression<S>, Result>::value) {
        variable = result;
    }
    return variable;
}

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// @name Assignments
/// @p b is an expression or a number.
/// @{

/// Adds @p b to the variable @p a.
template <class S, class B>
constexpr expression<S>& operator+=(expression<S>& a, B const& b)
{
    return lang_internal::assign(a, a + b);
}
/// Subtracts @p b from the variable @p a.
template <class S, class B>
constexpr expression<S>& operator-=(expression<S>& a, B const& b)
{
    return lang_internal::assign(a, a - b);
}
/// Multiplies the variable @p a by @p b, entry by entry.
template <class S, class B>
constexpr expression<S>& operator*=(expression<S>& a, B const& b)
{
    return lang_internal::assign(a, a * b);
}
/// Divides the variable @p a by @p b, entry by entry.
template <class S, class B>
constexpr expression<S>& operator/=(expression<S>& a, B const& b)
{
    return lang_internal::assign(a, a / b);
}
/// @}

}  // namespace rondo::inline RONDO_ISA
