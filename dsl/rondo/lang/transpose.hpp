#pragma once
/// @file
/// Transposed matrices, and outer products.
///
/// Dimensions have names, so a sum of products needs no transposed copy of a matrix. `transpose(M)` is
/// recorded only where its entries are needed in the other order.

#include <rondo/lang/operators.hpp>

#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::lang_internal {

/// A transposed matrix. As the left factor of a product with a vector it is read as it is stored; any other
/// use converts it to an expression.
template <class S>
struct transposed : expression<typename exchanged<S>::type> {
    expression<S> matrix;  ///< as it is stored

    /// Its dimensions, in the order of the transposed matrix.
    constexpr extents shape_in(graph const& g) const
    {
        std::size_t const last = rank_of<S> - 1;
        extents to = g[matrix.id].shape;
        std::swap(to.dims[last - 1], to.dims[last]);
        return to;
    }
    /// The transposed matrix as a value of the step.
    constexpr expression<typename exchanged<S>::type> value() const
    {
        static_assert(dimensions_are_distinct<S>::value);
        if (matrix.record == nullptr) {
            return {};
        }
        graph& g = matrix.record->nodes;
        return {matrix.record, g.transpose(untransposed(g, matrix.id), shape_in(g))};
    }
};

/// Whether a transposed matrix can be multiplied with a vector. The message names both dimensions.
template <class Rows, class Vector>
struct transposed_product_fits {
    static_assert(std::is_same_v<Rows, Vector>,
                  "in transpose(W) * v the rows of W and the vector v have different dimensions");
    static constexpr bool value = true;
};

/// Whether two values have an outer product. The message shows both shapes.
template <class A, class B>
struct is_outer_product {
    using type = typename both_shapes<A, B>::type;  ///< the shape of the product
    static_assert(
        !is_among<A, B> && !is_among<B, A>,
        "outer(a, b) takes values of which each has a dimension that the other has not: read one of "
        "them along another dimension of the same size, as<D>(b)");
    static_assert(is_within<B, type> || is_among<A, B> || is_among<B, A>,
                  "in outer(a, b) the dimensions that both have come first, and in the same order");
    static_assert(rank_of<type> <= 3,
                  "a and b in outer(a, b) have more than three dimensions together, and a value has at most "
                  "three");
    static constexpr bool value = !is_among<A, B> && !is_among<B, A> && is_within<B, type> &&
                                  rank_of<type> <= 3;  ///< whether they have an outer product
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The matrix @p w with its last two dimensions exchanged.
template <class S>
    requires lang_internal::is_matrix<S>
constexpr lang_internal::transposed<S> transpose(expression<S> w)
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
template <class S>
constexpr expression<S> transpose(lang_internal::transposed<S> w)
{
    return w.matrix;
}

/// Product with a transposed matrix: a vector along the columns of the matrix.
template <class R, class C, class V>
constexpr auto operator*(lang_internal::transposed<lang_internal::shape<R, C>> w,
                         expression<lang_internal::shape<V>> v)
{
    static_assert(lang_internal::transposed_product_fits<R, V>::value);
    return lang_internal::record<lang_internal::shape<C>>(w.matrix, v, [&](ir_internal::graph& g) {
        return g[w.matrix.id].opcode == ir_internal::op::parameter
                   ? g.transposed_product(w.matrix.id, v.id)
                   : lang_internal::record_contraction(g, {w.matrix.id, w.shape_in(g)}, {g, v.id});
    });
}

/// Product with a transposed square matrix for each entry along @p A.
template <class A, class R, class B>
constexpr auto operator*(lang_internal::transposed<lang_internal::shape<A, R, R>> w, expression<B> v)
{
    using fits = lang_internal::factors_fit<lang_internal::shape<A, R, R>, B>;
    if constexpr (fits::value) {
        return lang_internal::record<typename fits::type>(w.matrix, v, [&](ir_internal::graph& g) {
            ir_internal::extents const s = g[w.matrix.id].shape;
            if (lang_internal::multiplies_by_head(g, w.matrix.id, g[v.id].shape)) {
                return g.transposed_product(w.matrix.id, v.id, g[v.id].shape);
            }
            ir_internal::node_id const sums =
                lang_internal::record_contraction(g, {w.matrix.id, w.shape_in(g)}, {g, v.id});
            return lang_internal::renamed(g, sums, s.last(), s.dims[1]);
        });
    } else {
        return expression<typename fits::type>{};
    }
}

/// The products of every entry of @p a with every entry of @p b: a matrix along the dimensions of a, then
/// those of b. For vectors it is a bᵀ. Where both have a dimension, such as that of heads, there is one such
/// matrix for each entry along it. They have at most three dimensions together.
template <class A, class B>
constexpr auto outer(expression<A> a, expression<B> b)
{
    using fits = lang_internal::is_outer_product<A, B>;
    using result = typename fits::type;
    if constexpr (fits::value) {
        return lang_internal::record<result>(
            a, b, [&](ir_internal::graph& g) { return lang_internal::record_outer(g, a.id, b.id); });
    } else {
        return expression<result>{};
    }
}

}  // namespace rondo::inline RONDO_ISA
