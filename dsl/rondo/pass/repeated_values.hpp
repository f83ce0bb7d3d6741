#pragma once
/// @file
/// Numbers and repeated values among the nodes of a graph that is simplified.
///
/// A value that is repeated along a dimension is a broadcast of it, and elementwise work on repeated values
/// can be done before they are repeated.

#include <rondo/graph/graph.hpp>
#include <rondo/pass/common_dimensions.hpp>

#include <array>
#include <cstddef>
#include <functional>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Looks at the nodes of a graph and adds repeated ones.
struct repeated_values {
    graph& to;  ///< the graph

    /// Of @p g.
    constexpr explicit repeated_values(graph& g) : to(g) {}

    /// Whether a node is a constant, repeated along a dimension or not.
    constexpr bool is_number(node_id i) const
    {
        node const n = to[i];
        return n.opcode == op::constant || (n.opcode == op::broadcast && is_number(n.a));
    }
    /// The number that a node is_number().
    constexpr double number(node_id i) const
    {
        return to[i].opcode == op::broadcast ? number(to[i].a) : to[i].value;
    }
    /// Whether a node is the number @p v, repeated or not.
    constexpr bool is(node_id i, double v) const { return is_number(i) && std::equal_to{}(number(i), v); }
    /// The number @p v along @p shape.
    constexpr node_id constant(double v, extents shape) { return to.broadcast(to.constant(v), shape); }
    /// The scalar itself instead of a broadcast scalar, if the other operand gives the result its shape.
    constexpr node_id narrow(node_id i, node_id beside) const
    {
        return to[i].opcode == op::broadcast && to[beside].opcode != op::broadcast ? to[i].a : i;
    }
    /// The value that a node repeats, or the node.
    constexpr node_id source(node_id i) const { return to[i].opcode == op::broadcast ? to[i].a : i; }
    /// @p i, repeated or not, along all dimensions of a matrix.
    constexpr node_id repeated(node_id i, extents shape)
    {
        return to.broadcast(in_order(to, source(i), shape), shape);
    }

    /// The operands of elementwise work on a matrix, which meet entry by entry.
    struct operands {
        std::array<node_id, 3> of{no_node, no_node, no_node};  ///< the nodes
        extents shape{};  ///< of the work: that of the operand which has all dimensions of the others
    };
    /// The operands of work on a matrix of @p shape without repetitions. If none of them has all dimensions
    /// of the others, one is repeated to @p shape.
    constexpr operands unrepeated(extents shape, std::array<node_id, 3> of)
    {
        operands out{};
        for (std::size_t k = 0; k < 3; ++k) {
            if (of[k] != no_node) {
                out.of[k] = in_order(to, source(of[k]), shape);
                out.shape = wider(out.shape, to[out.of[k]].shape);
            }
        }
        for (node_id const i : out.of) {
            if (i != no_node && !out.shape.contains(to[i].shape)) {
                std::size_t k = 2;  // one that is repeated already, if there is one
                while (k > 0 && (of[k] == no_node || to[of[k]].shape != shape)) {
                    --k;
                }
                out.of[k] = to.broadcast(out.of[k], shape);
                out.shape = shape;
            }
        }
        return out;
    }
};

}  // namespace rondo::inline RONDO_ISA::ir_internal
