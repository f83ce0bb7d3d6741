#pragma once
/// @file
/// Functions of expressions. All are elementwise except `sum`, `mean` and `dot`, which give a
/// scalar, and `transpose`.

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

/// The sum of a vector's entries.
template <class S>
constexpr scalar sum(expression<S> a)
{
    static_assert(lang_internal::is_vector<S>, "sum adds up the entries of a vector");
    return a.record == nullptr ? scalar{} : scalar{a.record, a.record->nodes.sum(a.id)};
}
/// The mean of a vector's entries.
template <class S>
constexpr scalar mean(expression<S> a)
{
    static_assert(lang_internal::is_vector<S>, "mean is taken of the entries of a vector");
    if (a.record == nullptr) {
        return {};
    }
    ir_internal::graph& g = a.record->nodes;
    ir_internal::node_id const count = g.leaf(ir_internal::op::extent, g[a.id].shape.rows(), {});
    return {a.record, g.binary(ir_internal::op::divide, g.sum(a.id), count)};
}
/// Inner product of two vectors along the same dimension.
template <class A, class B>
constexpr scalar dot(expression<A> a, expression<B> b)
{
    static_assert(lang_internal::is_vector<A> && lang_internal::is_vector<B>,
                  "dot is the inner product of two vectors; the product of a matrix and a vector is W * v");
    return sum(a * b);
}

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// A matrix, transposed, as a factor of a vector: `transpose(W) * v`. It is an expression, so that other uses
/// are rejected as those of a matrix are.
template <class R, class C>
struct transposed : expression<shape<C, R>> {
    expression<shape<R, C>> matrix;  ///< as it is stored
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// Transposes a weight, for use as a factor: a vector along its rows becomes one along its columns.
template <class R, class C>
constexpr lang_internal::transposed<R, C> transpose(expression<lang_internal::shape<R, C>> w)
{
    return {{}, w};
}
/// Rejected: a vector has no transpose.
template <class S>
    requires(!lang_internal::is_matrix<S>)
constexpr expression<S> transpose(expression<S> v)
{
    static_assert(lang_internal::never<S>,
                  "a step transposes matrices; for vectors, the product of transpose(v) and w is dot(v, w)");
    return v;
}
/// The matrix itself.
template <class R, class C>
constexpr expression<lang_internal::shape<R, C>> transpose(lang_internal::transposed<R, C> w)
{
    return w.matrix;
}

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a transposed matrix can be multiplied with a vector. The message names both dimensions.
template <class Rows, class Vector>
struct transposed_product_fits {
    static_assert(std::is_same_v<Rows, Vector>,
                  "in transpose(W) * v the rows of W and the vector v have different dimensions");
    static constexpr bool value = true;
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// Product with a transposed matrix: a vector along the columns of the matrix.
template <class R, class C, class V>
constexpr auto operator*(lang_internal::transposed<R, C> w, expression<lang_internal::shape<V>> v)
{
    static_assert(lang_internal::transposed_product_fits<R, V>::value);
    return lang_internal::record<lang_internal::shape<C>>(
        w.matrix, v, [&](ir_internal::graph& g) { return g.transposed_product(w.matrix.id, v.id); });
}

}  // namespace rondo::inline RONDO_ISA
