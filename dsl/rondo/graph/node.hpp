#pragma once
/// @file
/// One node of a graph: an operation, its operands, and the shape of its value.

#include <rondo/graph/op.hpp>

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

/// A dimension, by its index in the cell's table of dimensions. Number 0 is the dimension of size
/// one, so a vector is a matrix with one column and a scalar a vector with one entry.
using dimension_id = std::int8_t;

/// The largest number of dimensions of a cell, the dimension of size one included.
inline constexpr std::size_t max_dimensions = 32;

/// The dimension of size one.
inline constexpr dimension_id unit = 0;

/// Rows and columns of a value, as dimensions.
struct extents {
    dimension_id rows = unit;     ///< of a vector, its entries
    dimension_id columns = unit;  ///< of a matrix only

    /// One number.
    [[nodiscard]] constexpr bool is_scalar() const noexcept { return rows == unit; }
    /// More than one column.
    [[nodiscard]] constexpr bool is_matrix() const noexcept { return columns != unit; }
    friend constexpr bool operator==(extents, extents) = default;
};

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
