#pragma once
/// @file
/// One node of a graph: an operation, its operands, and the shape of its value.

#include <rondo/graph/op.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>

namespace rondo::inline RONDO_ISA::ir_internal {

/// A node, by its index in the graph. Operands always have a smaller number than their users, so that
/// counting upwards is an order of evaluation and counting downwards one of differentiation.
using node_id = std::int16_t;

/// The largest number of nodes in a graph, that of a step together with its gradient. A
/// four-layer LSTM needs some 350.
inline constexpr std::size_t max_nodes = 1024;

/// Reports that the table of operations is full.
struct too_many_operations {
    static_assert(max_nodes == 1024, "the sentence states the size");
    /// @throws std::length_error if @p is_full.
    static constexpr void check(bool is_full)
    {
        if (is_full) {
            throw std::length_error("rondo: a step has more than 1024 operations and leaves");
        }
    }
};

/// No node.
inline constexpr node_id no_node = -1;

/// A dimension, by its index in the cell's table of dimensions. Number 0 is the dimension of size one.
using dimension_id = std::int8_t;

/// The largest number of dimensions of a cell, the dimension of size one included.
inline constexpr std::size_t max_dimensions = 32;

/// The dimension of size one.
inline constexpr dimension_id unit = 0;

/// The largest number of dimensions of a value.
inline constexpr int max_rank = 3;

/// The dimensions of a value, which has up to three: those of a scalar are none, those of a vector one. In
/// memory the entries along the last dimension are neighbours. Places without a dimension hold `unit`.
struct extents {
    std::array<dimension_id, max_rank> dims{unit, unit, unit};  ///< in order, the last innermost

    /// No dimensions.
    constexpr extents() = default;
    /// The dimensions @p first, @p second and @p third; trailing ones may be `unit`.
    constexpr extents(dimension_id first, dimension_id second = unit, dimension_id third = unit)  // NOLINT
        : dims{first, second, third}
    {
    }

    /// The number of dimensions.
    [[nodiscard]] constexpr int rank() const noexcept
    {
        return (dims[0] != unit) + (dims[1] != unit) + (dims[2] != unit);
    }
    /// One number.
    [[nodiscard]] constexpr bool is_scalar() const noexcept { return dims[0] == unit; }
    /// Two dimensions or three.
    [[nodiscard]] constexpr bool is_matrix() const noexcept { return dims[1] != unit; }
    /// Of a vector, its dimension; of a weight that multiplies vectors, that of its rows.
    [[nodiscard]] constexpr dimension_id rows() const noexcept { return dims[0]; }
    /// Of a weight that multiplies vectors, the dimension of its columns.
    [[nodiscard]] constexpr dimension_id columns() const noexcept { return dims[1]; }
    /// The innermost dimension; `unit` of a scalar.
    [[nodiscard]] constexpr dimension_id last() const noexcept
    {
        return is_scalar() ? unit : dims[static_cast<std::size_t>(rank()) - 1];
    }
    /// Whether the value is along @p d.
    [[nodiscard]] constexpr bool has(dimension_id d) const noexcept
    {
        return d != unit && (dims[0] == d || dims[1] == d || dims[2] == d);
    }
    /// Whether every dimension of @p other is one of these, so that a value along @p other can be repeated to
    /// these extents.
    [[nodiscard]] constexpr bool contains(extents other) const noexcept
    {
        return other.rank() <= rank() && (other.dims[0] == unit || has(other.dims[0])) &&
               (other.dims[1] == unit || has(other.dims[1])) && (other.dims[2] == unit || has(other.dims[2]));
    }
    /// Whether these have every dimension of @p other, and in its order.
    [[nodiscard]] constexpr bool contains_in_order(extents other) const noexcept
    {
        std::size_t met = 0;
        for (dimension_id const own : dims) {
            met += own != unit && met < dims.size() && own == other.dims[met] ? 1U : 0U;
        }
        return met == static_cast<std::size_t>(other.rank());
    }
    /// These, and @p d behind them if there is a place for it and they lack it.
    [[nodiscard]] constexpr extents with(dimension_id d) const noexcept
    {
        extents out = *this;
        if (auto const n = static_cast<std::size_t>(rank()); n < dims.size() && !has(d)) {
            out.dims[n] = d;
        }
        return out;
    }
    /// These without the dimension @p d.
    [[nodiscard]] constexpr extents without(dimension_id d) const noexcept
    {
        extents out{};
        std::size_t n = 0;
        for (dimension_id const own : dims) {
            if (own != unit && own != d) {
                out.dims[n++] = own;
            }
        }
        return out;
    }
    friend constexpr bool operator==(extents, extents) = default;
};

/// The number of entries of a value of shape @p shape; `sizes[d]` is the size of dimension d.
template <class Sizes>
constexpr std::ptrdiff_t entries_of(Sizes const& sizes, extents shape)
{
    return sizes[shape.dims[0]] * sizes[shape.dims[1]] * sizes[shape.dims[2]];
}

/// An operation with its operands; a plain value.
struct node {
    op opcode = op::constant;  ///< the operation
    extents shape{};           ///< of the value
    node_id a = no_node;       ///< first operand; of products, the matrix
    node_id b = no_node;       ///< second operand
    node_id c = no_node;       ///< third operand
    std::int16_t index = 0;    ///< which input, state, parameter, dimension or forward node
    double value = 0;          ///< of a constant

    /// Compares the value of a constant exactly.
    friend constexpr bool operator==(node const& x, node const& y)
    {
        return x.opcode == y.opcode && x.shape == y.shape && x.a == y.a && x.b == y.b && x.c == y.c &&
               x.index == y.index && std::equal_to{}(x.value, y.value);
    }
};

/// Whether @p n is a largest entry on which no result depends, because it cancels: what a softmax subtracts.
/// Its gradient is zero and need not be derived. It has the index 1.
constexpr bool is_shift(node const& n) noexcept { return n.opcode == op::largest && n.index == 1; }
/// Whether no derivative goes through @p n.
constexpr bool has_zero_derivative(node const& n) noexcept
{
    return is_piecewise_constant(n.opcode) || is_shift(n);
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
