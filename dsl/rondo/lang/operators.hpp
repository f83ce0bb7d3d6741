#pragma once
/// @file
/// Arithmetic on expressions, entry by entry. A value whose dimensions are among those of the other, in their
/// order, is repeated along the dimensions that it lacks: a scalar or a number meets every entry of a vector,
/// a vector every row or every column of a matrix. `W * v` is the matrix-vector product.
///
/// An operand of the wrong shape stops compilation here, in a function instantiated from the
/// user's own line, so the first lines of the error name that line and the dimensions.

#include <rondo/lang/contraction.hpp>
#include <rondo/lang/expression.hpp>

#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Records an operation on two operands. An operand that is unknown to tracing has no recorder.
template <class Result, class A, class B, class F>
constexpr expression<Result> record(expression<A> a, expression<B> b, F make)
{
    recorder* r = a.record != nullptr ? a.record : b.record;
    if (r == nullptr) {
        return {};
    }
    if (a.record == nullptr || b.record == nullptr) {
        r->met_unlisted = true;
        return {r, a.record == nullptr ? b.id : a.id};
    }
    return {r, make(r->nodes)};
}

/// Records a function of one operand.
template <class S>
constexpr expression<S> record_unary(op code, expression<S> a)
{
    static_assert(dimensions_are_distinct<S>::value);
    return a.record == nullptr ? a : expression<S>{a.record, a.record->nodes.unary(code, a.id)};
}

/// Records arithmetic between two operands.
template <class A, class B>
constexpr expression<wider<A, B>> record_binary(op code, expression<A> a, expression<B> b)
{
    return record<wider<A, B>>(a, b, [&](graph& g) { return g.binary(code, a.id, b.id); });
}

/// Whether two operands can be combined entry by entry. The message names their dimensions.
template <class Left, class Right>
struct operands_meet {
    static_assert(!repeats<Left> && !repeats<Right>,
                  "a matrix with one dimension twice, as weight<hidden, hidden>, can only multiply vectors: "
                  "for (U - transpose(U)) * h write U * h - transpose(U) * h, or give the matrix two "
                  "dimensions, and both of them one size");
    static_assert(!are_reordered<Left, Right>,
                  "the operands have the same dimensions in another order: transpose one of the two");
    static_assert(is_matrix<Left> || is_matrix<Right> || shapes_agree<Left, Right>,
                  "the operands have different dimensions; entry by entry, both must be vectors "
                  "along the same dimension, or one of them a scalar");
    static_assert((!is_matrix<Left> && !is_matrix<Right>) || repeats<Left> || repeats<Right> ||
                      are_reordered<Left, Right> || shapes_agree<Left, Right>,
                  "the operands have different dimensions; entry by entry, the dimensions of one must be "
                  "among those of the other, as those of a vector along the rows or columns of a matrix");
    static constexpr bool value = true;
};

/// Records a product by the dimensions of its factors.
template <class A, class B>
constexpr auto record_product(expression<A> a, expression<B> b)
{
    if constexpr (multiplies_entries<A, B>) {
        static_assert(operands_meet<A, B>::value);
        return record_binary(op::multiply, a, b);
    } else if constexpr (factors_fit<A, B>::value) {
        return record<typename factors_fit<A, B>::type>(
            a, b, [&](graph& g) { return record_matrix_product(g, a.id, b.id); });
    } else {
        return expression<typename factors_fit<A, B>::type>{};
    }
}

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// Elementwise sum.
template <class A, class B>
constexpr auto operator+(expression<A> a, expression<B> b)
{
    static_assert(lang_internal::operands_meet<A, B>::value);
    return lang_internal::record_binary(ir_internal::op::add, a, b);
}
/// Elementwise difference.
template <class A, class B>
constexpr auto operator-(expression<A> a, expression<B> b)
{
    static_assert(lang_internal::operands_meet<A, B>::value);
    return lang_internal::record_binary(ir_internal::op::subtract, a, b);
}
/// Elementwise quotient.
template <class A, class B>
constexpr auto operator/(expression<A> a, expression<B> b)
{
    static_assert(lang_internal::operands_meet<A, B>::value);
    return lang_internal::record_binary(ir_internal::op::divide, a, b);
}
/// Product. If the dimensions of @p a are among those of @p b, as for two vectors or for a vector along the
/// rows of a matrix, it is taken entry by entry (⊙ in most papers). Else a matrix @p a sums: over the
/// dimension that stands last in it, which @p b must have, and separately for each entry of the others that
/// both have. The result is along the other dimensions of a, then those of b: W v of a weight and a vector, a
/// vector along heads and features of `weight<heads, features, input>` and `vec<input>`.
template <class A, class B>
constexpr auto operator*(expression<A> a, expression<B> b)
{
    return lang_internal::record_product(a, b);
}
/// Negation.
template <class S>
constexpr expression<S> operator-(expression<S> a)
{
    return lang_internal::record_unary(ir_internal::op::negate, a);
}

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// Records a constant in the graph of the operand @p beside.
template <class S>
constexpr scalar number(expression<S> beside, plain_number auto value)
{
    static_assert(operands_meet<S, shape<>>::value);
    return beside.record == nullptr
               ? scalar{}
               : scalar{beside.record, beside.record->nodes.constant(static_cast<double>(value))};
}

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// @name With numbers
/// @{

/// A number is broadcast to every entry.
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator+(expression<S> a, N b)
{
    return lang_internal::record_binary(ir_internal::op::add, a, lang_internal::number(a, b));
}
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator+(N a, expression<S> b)
{
    return lang_internal::record_binary(ir_internal::op::add, lang_internal::number(b, a), b);
}
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator-(expression<S> a, N b)
{
    return lang_internal::record_binary(ir_internal::op::subtract, a, lang_internal::number(a, b));
}
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator-(N a, expression<S> b)
{
    return lang_internal::record_binary(ir_internal::op::subtract, lang_internal::number(b, a), b);
}
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator*(expression<S> a, N b)
{
    return lang_internal::record_binary(ir_internal::op::multiply, a, lang_internal::number(a, b));
}
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator*(N a, expression<S> b)
{
    return lang_internal::record_binary(ir_internal::op::multiply, lang_internal::number(b, a), b);
}
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator/(expression<S> a, N b)
{
    return lang_internal::record_binary(ir_internal::op::divide, a, lang_internal::number(a, b));
}
template <class S, lang_internal::plain_number N>
constexpr expression<S> operator/(N a, expression<S> b)
{
    return lang_internal::record_binary(ir_internal::op::divide, lang_internal::number(b, a), b);
}
/// @}

}  // namespace rondo::inline RONDO_ISA
