#pragma once
/// @file
/// The graph of a step: a flat array of nodes in which equal nodes are one.
///
/// The graph is a value and not a type. A type that spells out an expression spells out every shared
/// part again, so its size, and the compiler's time and memory with it, grows exponentially along a chain
/// that uses each value twice.

#include <rondo/graph/node_map.hpp>
#include <rondo/graph/static_vector.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace rondo::inline RONDO_ISA::ir_internal {

/// That of two shapes which has all dimensions of the other.
constexpr extents wider(extents a, extents b) noexcept { return b.rank() > a.rank() ? b : a; }

/// Nodes in an order of evaluation. Adding a node that exists already returns the existing one, so there
/// are no common subexpressions.
class graph {
   public:
    /// Adds @p n, or finds its equal. Operands must be in the graph already.
    constexpr node_id add(node n)
    {
        if (is_commutative(n.opcode) && n.b < n.a) {
            std::swap(n.a, n.b);
        }
        std::size_t const bucket = hash(n);
        for (node_id i = first_[bucket]; i != no_node; i = next_[i]) {
            if (nodes_[i] == n) {
                return i;
            }
        }
        node_id const id = nodes_.push_back(n);
        next_[id] = first_[bucket];
        first_[bucket] = id;
        return id;
    }

    /// @name Building
    /// The shape of the result follows from the operands.
    /// @{
    /// A value from outside the step.
    constexpr node_id leaf(op code, int index, extents shape)
    {
        return add({.opcode = code, .shape = shape, .index = static_cast<std::int16_t>(index)});
    }
    /// A number.
    constexpr node_id constant(double value) { return add({.opcode = op::constant, .value = value}); }
    /// An operation on one operand, entry by entry.
    constexpr node_id unary(op code, node_id a)
    {
        return add({.opcode = code, .shape = (*this)[a].shape, .a = a});
    }
    /// An operation on two operands, entry by entry. The dimensions of one are among those of the other,
    /// along which its entries repeat.
    constexpr node_id binary(op code, node_id a, node_id b)
    {
        return add({.opcode = code, .shape = wider((*this)[a].shape, (*this)[b].shape), .a = a, .b = b});
    }
    /// An operation on three operands, entry by entry. One has all dimensions of the others.
    constexpr node_id ternary(op code, node_id a, node_id b, node_id c)
    {
        extents const shape = wider(wider((*this)[a].shape, (*this)[b].shape), (*this)[c].shape);
        return add({.opcode = code, .shape = shape, .a = a, .b = b, .c = c});
    }
    /// W v: the sums over the last dimension of @p matrix. If that has three dimensions, it is a matrix for
    /// each entry along the first, the head, and @p vector is one vector for all heads or one for each.
    constexpr node_id product(node_id matrix, node_id vector)
    {
        extents const all = (*this)[matrix].shape;
        extents const shape = all.rank() == 3 ? extents{all.dims[0], all.dims[1]} : extents{all.rows()};
        return add({.opcode = op::product, .shape = shape, .a = matrix, .b = vector});
    }
    /// Wᵀ v, of a matrix of two dimensions.
    constexpr node_id transposed_product(node_id matrix, node_id vector)
    {
        return transposed_product(matrix, vector, {(*this)[matrix].shape.columns()});
    }
    /// Wᵀ v of the shape @p shape. A matrix for each head takes a vector for each head; the result is one for
    /// each, or the sum over all heads.
    constexpr node_id transposed_product(node_id matrix, node_id vector, extents shape)
    {
        return add({.opcode = op::transposed_product, .shape = shape, .a = matrix, .b = vector});
    }
    /// The sum of entries over all dimensions but those of @p to, or @p a itself if it has that shape.
    constexpr node_id sum(node_id a, extents to = {}) { return reduction(op::sum, a, to); }
    /// Reduces @p a over all dimensions but those of @p to.
    constexpr node_id reduction(op code, node_id a, extents to = {})
    {
        return (*this)[a].shape == to ? a : add({.opcode = code, .shape = to, .a = a});
    }
    /// The sums of entries along the dimension @p along.
    constexpr node_id running_sum(op code, node_id a, dimension_id along)
    {
        return add({.opcode = code, .shape = (*this)[a].shape, .a = a, .index = along});
    }
    /// The largest entry over all dimensions but those of @p to, see is_shift().
    constexpr node_id shift(node_id a, extents to = {})
    {
        return add({.opcode = op::largest, .shape = to, .a = a, .index = 1});
    }
    /// The entries of @p a with its dimensions in the order of @p shape, or @p a itself if that is its order.
    constexpr node_id transpose(node_id a, extents shape)
    {
        return (*this)[a].shape == shape ? a : add({.opcode = op::transpose, .shape = shape, .a = a});
    }
    /// @p a along the dimensions of @p shape, which have the sizes of its own; @p a itself if they are its
    /// own.
    constexpr node_id rename(node_id a, extents shape)
    {
        return (*this)[a].shape == shape ? a : add({.opcode = op::rename, .shape = shape, .a = a});
    }
    /// A value repeated to @p shape, which has all its dimensions; @p a itself if it has that shape.
    constexpr node_id broadcast(node_id a, extents shape)
    {
        return (*this)[a].shape == shape ? a : add({.opcode = op::broadcast, .shape = shape, .a = a});
    }
    /// a bᵀ, of vectors.
    constexpr node_id outer(node_id a, node_id b)
    {
        return outer(a, b, {(*this)[a].shape.rows(), (*this)[b].shape.rows()});
    }
    /// a bᵀ of the shape @p shape, that of a weight. For a matrix for each head, @p a is a vector for each
    /// head, and @p b is one for each or one for all.
    constexpr node_id outer(node_id a, node_id b, extents shape)
    {
        return add({.opcode = op::outer, .shape = shape, .a = a, .b = b});
    }
    /// The entries of @p a, then those of @p b, along the dimension @p whole.
    constexpr node_id join(node_id a, node_id b, dimension_id whole)
    {
        return add({.opcode = op::join, .shape = {whole}, .a = a, .b = b});
    }
    /// The first entries of @p a, along the dimension @p part. Those along @p rest come after them.
    constexpr node_id first_piece(node_id a, dimension_id part, dimension_id rest)
    {
        return add({.opcode = op::first_piece, .shape = {part}, .a = a, .index = rest});
    }
    /// The last entries of @p a, along the dimension @p part. Those along @p rest come before them.
    constexpr node_id last_piece(node_id a, dimension_id part, dimension_id rest)
    {
        return add({.opcode = op::last_piece, .shape = {part}, .a = a, .index = rest});
    }
    /// @}

    /// The node of a number.
    constexpr node const& operator[](node_id i) const { return nodes_[i]; }
    /// The number of nodes.
    [[nodiscard]] constexpr node_id size() const { return nodes_.size(); }

   private:
    static constexpr std::size_t buckets = 256;

    static constexpr std::size_t hash(node const& n)
    {
        auto const part = [](auto v) { return static_cast<std::size_t>(v + 1); };
        return (part(static_cast<int>(n.opcode)) * 31 + part(n.a) * 7 + part(n.b) * 61 + part(n.c) * 17 +
                part(n.index) * 13) %
               buckets;
    }
    static constexpr std::array<node_id, buckets> all_empty()
    {
        std::array<node_id, buckets> heads{};
        heads.fill(no_node);
        return heads;
    }

    static_vector<node, max_nodes, node_id, too_many_operations> nodes_{};
    std::array<node_id, buckets> first_ = all_empty();  // chains of nodes with the same hash
    node_map<node_id> next_{};
};

/// Whether node @p i is a product with a one-hot vector: a row or column of the matrix that is looked up. It
/// is a load, and no product for the kernels.
constexpr bool is_look_up(graph const& g, node_id i)
{
    return is_product(g[i].opcode) && g[g[i].b].opcode == op::symbol;
}
/// Whether node @p i is a product that takes multiplications.
constexpr bool is_multiplied(graph const& g, node_id i)
{
    return is_product(g[i].opcode) && g[g[i].b].opcode != op::symbol;
}

/// Whether the operands of a product or outer product with a matrix of shape @p matrix are multiplied head by
/// head, where @p vector is the shape of the one along the columns. Otherwise the rows of all heads are rows
/// of one matrix.
constexpr bool is_by_head(extents matrix, extents vector) noexcept
{
    return matrix.rank() == 3 && vector.is_matrix();
}

/// The products of @p g, and the sums that have one among their terms.
constexpr node_map<bool> sums_of_products(graph const& g)
{
    node_map<bool> out{};
    for (node_id i = 0; i < g.size(); ++i) {
        node const& n = g[i];
        out[i] = is_product(n.opcode) || (n.opcode == op::add && (out[n.a] || out[n.b]));
    }
    return out;
}

/// Whether node @p i is a number repeated along a dimension.
constexpr bool is_repeated_number(graph const& g, node_id i)
{
    return g[i].opcode == op::broadcast && g[g[i].a].opcode == op::constant;
}

/// Numbers of nodes, in any order.
using node_list = static_vector<node_id, max_nodes, std::int16_t>;

/// Calls @p f with every operand of node @p i.
template <class F>
constexpr void for_each_operand(graph const& g, node_id i, F&& f)
{
    if (g[i].a != no_node) {
        f(g[i].a);
    }
    if (g[i].b != no_node) {
        f(g[i].b);
    }
    if (g[i].c != no_node) {
        f(g[i].c);
    }
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
