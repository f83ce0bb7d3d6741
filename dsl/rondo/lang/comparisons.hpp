#pragma once
/// @file
/// Comparisons of expressions, and functions that choose between two of them.
///
/// A condition is a number like any other: 1 where it holds and 0 where it does not. So conditions can be
/// multiplied, added up and handed to any function; their derivative is zero. A comparison with NaN is false,
/// except `!=`.

#include <rondo/lang/operators.hpp>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Records a comparison, or another operation on two operands of which one may be a number.
template <class A, class B>
constexpr auto record_meeting(op code, expression<A> a, expression<B> b)
{
    static_assert(operands_meet<A, B>::value);
    return record_binary(code, a, b);
}

/// Records the choice between two expressions.
template <class C, class A, class B>
constexpr auto record_choice(expression<C> condition, expression<A> a, expression<B> b)
{
    static_assert(operands_meet<A, B>::value && operands_meet<C, wider<A, B>>::value);
    using result = expression<wider<C, wider<A, B>>>;
    recorder* r = condition.record != nullptr ? condition.record : a.record != nullptr ? a.record : b.record;
    if (r == nullptr) {
        return result{};
    }
    if (condition.record == nullptr || a.record == nullptr || b.record == nullptr) {
        r->met_unlisted = true;
        return result{r, condition.record != nullptr ? condition.id : a.record != nullptr ? a.id : b.id};
    }
    return result{r, r->nodes.ternary(op::select, condition.id, a.id, b.id)};
}

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// @name Comparisons
/// 1 where the comparison holds, else 0.
/// @{
/// Whether @p a is less than @p b, entry by entry.
template <class A, class B>
constexpr auto operator<(expression<A> a, expression<B> b)
{
    return lang_internal::record_meeting(ir_internal::op::less, a, b);
}
/// Whether @p a is at most @p b, entry by entry.
template <class A, class B>
constexpr auto operator<=(expression<A> a, expression<B> b)
{
    return lang_internal::record_meeting(ir_internal::op::less_equal, a, b);
}
/// Whether @p a is greater than @p b, entry by entry.
template <class A, class B>
constexpr auto operator>(expression<A> a, expression<B> b)
{
    return b < a;
}
/// Whether @p a is at least @p b, entry by entry.
template <class A, class B>
constexpr auto operator>=(expression<A> a, expression<B> b)
{
    return b <= a;
}
/// Whether @p a equals @p b, entry by entry.
template <class A, class B>
constexpr auto operator==(expression<A> a, expression<B> b)
{
    return lang_internal::record_meeting(ir_internal::op::equal, a, b);
}
/// Whether @p a differs from @p b, or one is NaN, entry by entry.
template <class A, class B>
constexpr auto operator!=(expression<A> a, expression<B> b)
{
    return lang_internal::record_meeting(ir_internal::op::not_equal, a, b);
}
/// Whether @p a is less than @p b, entry by entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator<(expression<S> a, N b)
{
    return a < lang_internal::number(a, b);
}
/// Whether @p a is less than @p b, entry by entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator<(N a, expression<S> b)
{
    return lang_internal::number(b, a) < b;
}
/// Whether @p a is at most @p b, entry by entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator<=(expression<S> a, N b)
{
    return a <= lang_internal::number(a, b);
}
/// Whether @p a is at most @p b, entry by entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator<=(N a, expression<S> b)
{
    return lang_internal::number(b, a) <= b;
}
/// Whether @p a is greater than @p b, entry by entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator>(expression<S> a, N b)
{
    return b < a;
}
/// Whether @p a is greater than @p b, entry by entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator>(N a, expression<S> b)
{
    return b < a;
}
/// Whether @p a is at least @p b, entry by entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator>=(expression<S> a, N b)
{
    return b <= a;
}
/// Whether @p a is at least @p b, entry by entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator>=(N a, expression<S> b)
{
    return b <= a;
}
/// Whether @p a equals @p b, entry by entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator==(expression<S> a, N b)
{
    return a == lang_internal::number(a, b);
}
/// Whether @p a equals @p b, entry by entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator==(N a, expression<S> b)
{
    return b == a;
}
/// Whether @p a differs from @p b, or one is NaN, entry by entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator!=(expression<S> a, N b)
{
    return a != lang_internal::number(a, b);
}
/// Whether @p a differs from @p b, or one is NaN, entry by entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator!=(N a, expression<S> b)
{
    return b != a;
}
/// @}

/// @name Choice
/// @{

/// @p a where @p condition is not zero, else @p b. Each of the three may be a scalar beside vectors. The
/// value that is not chosen gets a derivative of exactly zero, even if it is not finite, and so does all that
/// only it is computed from, entry by entry: `where(x > 0, log(x), 0)` has a finite derivative.
template <class C, class A, class B>
constexpr auto where(expression<C> condition, expression<A> a, expression<B> b)
{
    return lang_internal::record_choice(condition, a, b);
}
/// @p a where @p condition is not zero, else a number.
template <class C, class A>
constexpr auto where(expression<C> condition, expression<A> a, double b)
{
    return lang_internal::record_choice(condition, a, lang_internal::number(condition, b));
}
/// A number where @p condition is not zero, else @p b.
template <class C, class B>
constexpr auto where(expression<C> condition, double a, expression<B> b)
{
    return lang_internal::record_choice(condition, lang_internal::number(condition, a), b);
}
/// One of two numbers.
template <class C>
constexpr expression<C> where(expression<C> condition, double a, double b)
{
    return lang_internal::record_choice(condition, lang_internal::number(condition, a),
                                        lang_internal::number(condition, b));
}
/// @}

/// @name Smaller and larger
/// NaN where one of the operands is NaN. Where both are equal, each gets half of the derivative.
/// @{

/// The smaller of @p a and @p b, entry by entry.
template <class A, class B>
constexpr auto min(expression<A> a, expression<B> b)
{
    return lang_internal::record_meeting(ir_internal::op::minimum, a, b);
}
/// The smaller of two values of one shape.
template <class S>
constexpr expression<S> min(expression<S> a, expression<S> b)
{
    return lang_internal::record_meeting(ir_internal::op::minimum, a, b);
}
/// The smaller of @p a and a number.
template <class S>
constexpr expression<S> min(expression<S> a, double b)
{
    return lang_internal::record_meeting(ir_internal::op::minimum, a, lang_internal::number(a, b));
}
/// The smaller of a number and @p b.
template <class S>
constexpr expression<S> min(double a, expression<S> b)
{
    return lang_internal::record_meeting(ir_internal::op::minimum, lang_internal::number(b, a), b);
}
/// The larger of @p a and @p b, entry by entry.
template <class A, class B>
constexpr auto max(expression<A> a, expression<B> b)
{
    return lang_internal::record_meeting(ir_internal::op::maximum, a, b);
}
/// The larger of two values of one shape.
template <class S>
constexpr expression<S> max(expression<S> a, expression<S> b)
{
    return lang_internal::record_meeting(ir_internal::op::maximum, a, b);
}
/// The larger of @p a and a number.
template <class S>
constexpr expression<S> max(expression<S> a, double b)
{
    return lang_internal::record_meeting(ir_internal::op::maximum, a, lang_internal::number(a, b));
}
/// The larger of a number and @p b.
template <class S>
constexpr expression<S> max(double a, expression<S> b)
{
    return lang_internal::record_meeting(ir_internal::op::maximum, lang_internal::number(b, a), b);
}
/// @p a held between @p low and @p high, which may be expressions or numbers; @p high where low is above
/// high.
template <class S, class Low, class High>
constexpr auto clamp(expression<S> a, Low low, High high)
{
    return min(max(a, low), high);
}
/// @}

}  // namespace rondo::inline RONDO_ISA
