#pragma once
/// @file
/// Arithmetic on expressions. Between vectors it is elementwise. A scalar or a number is broadcast to
/// every entry of a vector. `W * v` is the matrix-vector product.
///
/// An operand of the wrong shape stops compilation here, in a function instantiated from the
/// user's own line, so the first lines of the error name that line and the dimensions.

#include <rondo/lang/expression.hpp>

#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether two shapes can be combined elementwise: they are equal, or one is a scalar.
template <class A, class B>
inline constexpr bool shapes_agree =
    std::is_same_v<A, B> || std::is_same_v<A, shape<>> || std::is_same_v<B, shape<>>;

/// The shape of the result, where two shapes are combined elementwise.
template <class A, class B>
using wider = std::conditional_t<std::is_same_v<A, shape<>>, B, A>;

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

/// The result that a rejected product would have had, so that the rest of the line is not rejected as well.
template <class A, class B>
struct product_of : expression<std::conditional_t<is_matrix<A>, A, B>> {};
template <class R, class C, class R2, class C2>
struct product_of<shape<R, C>, shape<R2, C2>> : expression<shape<R, C2>> {};
template <class A, class R, class C>
struct product_of<shape<A>, shape<R, C>> : vec<C> {};

/// Records a function of one operand, which must not be a matrix.
template <class S>
constexpr expression<S> record_unary(op code, expression<S> a)
{
    static_assert(!is_matrix<S>,
                  "functions and arithmetic work entry by entry on vectors and scalars; a matrix "
                  "can only be multiplied with a vector (W * v) or transposed");
    return a.record == nullptr ? a : expression<S>{a.record, a.record->nodes.unary(code, a.id)};
}

/// Records arithmetic between two operands.
template <class A, class B>
constexpr expression<wider<A, B>> record_binary(op code, expression<A> a, expression<B> b)
{
    return record<wider<A, B>>(a, b, [&](graph& g) { return g.binary(code, a.id, b.id); });
}

/// Whether two operands can be combined elementwise. The message names their dimensions.
template <class Left, class Right>
struct operands_meet {
    static_assert(!is_matrix<Left> && !is_matrix<Right>,
                  "arithmetic works entry by entry on vectors and scalars; a matrix can only be "
                  "multiplied with a vector (W * v) or transposed: for (U - transpose(U)) * h write "
                  "U * h - transpose(U) * h");
    static_assert(is_matrix<Left> || is_matrix<Right> || shapes_agree<Left, Right>,
                  "the operands have different dimensions; entry by entry, both must be vectors "
                  "along the same dimension, or one of them a scalar");
    static constexpr bool value = true;
};

/// Whether a matrix can be multiplied with a vector. The message names the two dimensions.
template <class Columns, class Vector>
struct product_fits {
    static_assert(std::is_same_v<Columns, Vector>,
                  "in W * v the columns of W and the vector v have different dimensions");
    static constexpr bool value = true;
};

/// Whether two factors, at least one of which is a matrix, are a matrix and a vector. The message shows
/// both shapes.
template <class Left, class Right>
struct factors_are_matrix_and_vector {
    static_assert(is_matrix<Left>,
                  "a vector stands on the right of a matrix: write W * v, or transpose(W) * v "
                  "for the product from the other side");
    static_assert(!is_matrix<Left> || is_vector<Right>,
                  "a matrix can only be multiplied with a vector: write W * v, and W * (V * v) "
                  "for two of them");
    static constexpr bool value = true;
};

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
/// Elementwise product (⊙ in most papers).
template <class A, class B>
constexpr auto operator*(expression<A> a, expression<B> b)
    requires(!lang_internal::is_matrix<A> && !lang_internal::is_matrix<B>)
{
    static_assert(lang_internal::operands_meet<A, B>::value);
    return lang_internal::record_binary(ir_internal::op::multiply, a, b);
}
/// Matrix-vector product: a vector along the rows of @p w.
template <class R, class C, class V>
constexpr auto operator*(expression<lang_internal::shape<R, C>> w, expression<lang_internal::shape<V>> v)
{
    static_assert(lang_internal::product_fits<C, V>::value);
    return lang_internal::record<lang_internal::shape<R>>(
        w, v, [&](ir_internal::graph& g) { return g.product(w.id, v.id); });
}
/// Rejected: a matrix has no product with a scalar or with another matrix, nor one on its left.
template <class A, class B>
constexpr auto operator*(expression<A>, expression<B>)
    requires(lang_internal::is_matrix<A> ? !lang_internal::is_vector<B> : lang_internal::is_matrix<B>)
{
    static_assert(lang_internal::factors_are_matrix_and_vector<A, B>::value);
    return lang_internal::product_of<A, B>{};
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
