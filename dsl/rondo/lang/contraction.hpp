#pragma once
/// @file
/// The meaning of `a * b` by the dimensions of both: a product entry by entry, a product of a weight and a
/// vector, or the sum of products along the dimension that stands last in a matrix.
///
/// Only the product of a weight and a vector is an operation of its own, also with a matrix for each head.
/// Any other is recorded as products entry by entry and a sum, because stages compute both in one pass over a
/// matrix.

#include <rondo/graph/graph.hpp>
#include <rondo/lang/shape.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

using namespace ir_internal;

/// Whether two factors are multiplied entry by entry: the dimensions of the left one are among those of the
/// right one, or one is a number.
template <class Left, class Right>
inline constexpr bool multiplies_entries =
    !is_matrix<Left> || is_within<Left, Right> || std::is_same_v<Right, shape<>>;

/// Whether a matrix can be multiplied with a vector. The message names the two dimensions.
template <class Columns, class Vector>
struct product_fits {
    static_assert(std::is_same_v<Columns, Vector>,
                  "in W * v the columns of W and the vector v have different dimensions; v * W multiplies "
                  "rows by the entries of a v along the rows, and transpose(W) * v sums over rows");
    static constexpr bool value = true;
};

/// Whether two factors, the left one a matrix, have a product. The message shows both shapes.
template <class Left, class Right>
struct factors_fit {
    using summed = typename last_of<Left>::type;          ///< the dimension that the product sums over
    using rest = without<Left, summed>;                   ///< the left factor's others
    using all = typename both_shapes<Left, Right>::type;  ///< the dimensions of both
    using type = without<typename both_shapes<rest, Right>::type, summed>;  ///< the shape of the product

    static_assert(
        !repeats<Left> && !repeats<Right>,
        "a weight with one dimension twice, as weight<hidden, hidden>, can only multiply vectors: for "
        "two weights write V * (W * v)");
    static_assert(!are_reordered<Left, Right> || !is_matrix<Right>,
                  "in a * b the dimensions of one are among those of the other, in another order: transpose "
                  "one of the two");
    static_assert(repeats<Left> || are_reordered<Left, Right> || is_along<Right, summed>,
                  "a * b sums over the dimension that stands last in a, and b is not along it; if b has the "
                  "other dimensions of a, b * a multiplies entry by entry, and transpose(a) * b sums over "
                  "them");
    static_assert(repeats<Left> || repeats<Right> || rank_of<all> <= 3,
                  "a and b in a * b have more than three dimensions together, and a value has at most three");
    static constexpr bool value = !repeats<Left> && !repeats<Right> && !are_reordered<Left, Right> &&
                                  is_along<Right, summed> &&
                                  rank_of<all> <= 3;  ///< whether they have a product
};
/// A weight and a vector; the weight may have one dimension twice.
template <class R, class C, class V>
struct factors_fit<shape<R, C>, shape<V>> {
    using type = shape<R>;                                    ///< the shape of the product
    static constexpr bool value = product_fits<C, V>::value;  ///< whether they have a product
};

/// A weight of a square matrix for each entry along @p A, and a vector for each or one for all.
template <class A, class R, class Right>
struct factors_fit<shape<A, R, R>, Right> {
    using type = shape<A, R>;  ///< the shape of the product
    static_assert(is_along<Right, R> && is_among<Right, type>,
                  "a weight<A, R, R> multiplies a mat<A, R> or a vec<R>");
    static constexpr bool value =
        is_along<Right, R> && is_among<Right, type>;  ///< whether they have a product
};

/// The value whose entries node @p i has in another order; itself if it has none.
constexpr node_id untransposed(graph const& g, node_id i)
{
    return g[i].opcode == op::transpose ? g[i].a : i;
}

/// A value as a factor of a sum of products. Because dimensions have names, a transposed matrix is read as it
/// is stored wherever that is possible.
struct contraction_factor {
    node_id stored;  ///< the value, its dimensions perhaps in another order
    extents shape;   ///< the dimensions as the step has them

    /// The value @p i.
    constexpr contraction_factor(graph const& g, node_id i) : stored(untransposed(g, i)), shape(g[i].shape) {}
    /// The value @p i with its dimensions in the order @p s.
    constexpr contraction_factor(node_id i, extents s) : stored(i), shape(s) {}

    /// Whether its entries have to be moved for a sum along @p whole.
    [[nodiscard]] constexpr bool has_to_move(graph const& g, extents whole) const
    {
        return !whole.contains_in_order(g[stored].shape);
    }
    /// The node to multiply along @p whole.
    constexpr node_id along(graph& g, extents whole) const
    {
        extents ordered{};
        for (dimension_id const d : whole.dims) {
            ordered = shape.has(d) ? ordered.with(d) : ordered;
        }
        return g.transpose(stored, ordered);
    }
};

/// The order of the dimensions @p all in which the fewest values have to be moved for the sum over @p over
/// of the products of @p a and @p b that gives @p result.
constexpr extents order_of_contraction(graph const& g, contraction_factor a, contraction_factor b,
                                       extents all, dimension_id over, extents result)
{
    constexpr std::array<std::array<std::size_t, 3>, 6> orders{
        {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};
    extents best = all;
    int fewest = 4;
    for (auto const& order : orders) {
        extents tried{};
        for (std::size_t const k : order) {
            tried = all.dims[k] == unit ? tried : tried.with(all.dims[k]);
        }
        int const moves =
            int{a.has_to_move(g, tried)} + int{b.has_to_move(g, tried)} + int{tried.without(over) != result};
        if (moves < fewest) {
            fewest = moves;
            best = tried;
        }
    }
    return best;
}

/// Records the sum over the last dimension of @p a, a matrix, of its products with @p b, for each entry of
/// the dimensions that both have besides.
constexpr node_id record_contraction(graph& g, contraction_factor a, contraction_factor b)
{
    if (g[b.stored].opcode == op::symbol) {
        throw std::invalid_argument(
            "rondo: a one_hot input looks up a row or column of a weight or a constant, and of no matrix "
            "that "
            "the step computes");
    }
    dimension_id const over = a.shape.last();
    extents all = a.shape;
    extents result = a.shape.without(over);
    for (dimension_id const d : b.shape.dims) {
        all = d == unit ? all : all.with(d);
        result = d == unit || d == over ? result : result.with(d);
    }
    extents const whole = order_of_contraction(g, a, b, all, over, result);
    node_id x = a.along(g, whole);
    node_id y = b.along(g, whole);
    if (g[x].shape != whole && g[y].shape != whole) {
        x = g.broadcast(x, whole);
        y = g.broadcast(y, whole);
    }
    node_id const products = g.binary(op::multiply, x, y);
    return g.transpose(g.sum(products, whole.without(over)), result);
}

/// Node @p i, a value along the dimension @p d, along @p to instead.
constexpr node_id renamed(graph& g, node_id i, dimension_id d, dimension_id to)
{
    extents shape = g[i].shape;
    std::replace(shape.dims.begin(), shape.dims.end(), d, to);
    return g.rename(i, shape);
}

/// Whether node @p i is a weight that is a matrix for each head, and @p vector the shape of a vector for
/// each.
constexpr bool multiplies_by_head(graph const& g, node_id i, extents vector)
{
    extents const matrix = g[i].shape;
    return g[i].opcode == op::parameter && matrix.rank() == 3 && vector.rank() == 2 &&
           vector.dims[0] == matrix.dims[0];
}

/// Records the product of the matrix @p left and @p right: of a weight and a vector, or a vector for each of
/// its heads, as an operation of its own, any other as products and a sum.
constexpr node_id record_matrix_product(graph& g, node_id left, node_id right)
{
    extents const s = g[left].shape;
    extents const vector = g[right].shape;
    bool const looks_up = s.rank() == 3 && g[right].opcode == op::symbol;
    bool const is_weight = g[left].opcode == op::parameter && vector.rank() == 1 && !looks_up;
    if (is_weight || multiplies_by_head(g, left, vector)) {
        return g.product(left, right);
    }
    if (node_id const stored = untransposed(g, left); multiplies_by_head(g, stored, vector)) {
        return g.transposed_product(stored, right, {s.dims[0], s.dims[1]});
    }
    if (s.rank() == 3 && !g[right].shape.has(s.last())) {
        right = renamed(g, right, s.dims[1], s.last());  // a weight<A, R, R>
    }
    return record_contraction(g, contraction_factor(g, left), contraction_factor(g, right));
}

/// Records the products of every entry of @p a with every entry of @p b.
constexpr node_id record_outer(graph& g, node_id a, node_id b)
{
    extents whole = g[a].shape;
    for (dimension_id const d : g[b].shape.dims) {
        whole = d == unit ? whole : whole.with(d);
    }
    node_id const x = g.broadcast(a, whole);
    node_id const y = g.broadcast(b, whole);
    return g.binary(op::multiply, x, y);
}

}  // namespace rondo::inline RONDO_ISA::lang_internal
