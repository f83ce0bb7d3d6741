#pragma once
/// @file
/// The simplest form of operations across entries: sums, products, joined vectors and transposed matrices.

#include <rondo/pass/repeated_values.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Adds operations across entries to a graph in their simplest form. @p Simplifier adds all others: by
/// `unary`, `binary` and `add`.
template <class Simplifier>
struct simplify_across : repeated_values {
    using repeated_values::repeated_values;

    /// Whether @p part is a part of @p i, whose other part is along @p rest.
    constexpr bool is_part_of(op code, node_id part, node_id i, dimension_id rest) const
    {
        return to[part].opcode == code && to[part].a == i && to[part].index == rest;
    }
    /// A joined vector, or the vector that its pieces are parts of.
    constexpr node_id joined(node const& n)
    {
        node_id const whole = to[n.a].a;
        if (is_number(n.a) && is(n.b, number(n.a))) {
            return constant(number(n.a), n.shape);
        }
        bool const are_parts = is_part_of(op::first_piece, n.a, whole, to[n.b].shape.rows()) &&
                               is_part_of(op::last_piece, n.b, whole, to[n.a].shape.rows()) &&
                               to[whole].shape == n.shape;
        return are_parts ? whole : to.add(n);
    }
    /// A part of a vector, or the piece that was joined.
    constexpr node_id part(node const& n)
    {
        if (is_number(n.a)) {
            return to.broadcast(to[n.a].a, n.shape);
        }
        node const& whole = to[n.a];
        bool const is_first = n.opcode == op::first_piece;
        node_id const own = is_first ? whole.a : whole.b;
        node_id const rest = is_first ? whole.b : whole.a;
        bool const is_operand =
            whole.opcode == op::join && to[own].shape == n.shape && to[rest].shape.rows() == n.index;
        return is_operand ? own : to.add(n);
    }
    /// The sum of two joined vectors, part by part if their parts are alike: adjoints of parts have zeros,
    /// which this drops.
    constexpr node_id sum_of_joined(extents shape, node const& a, node const& b)
    {
        auto const sum = [&](node_id x, node_id y) { return all().binary(op::add, to[x].shape, x, y); };
        node_id const first = sum(a.a, b.a);
        return joined({.opcode = op::join, .shape = shape, .a = first, .b = sum(a.b, b.b)});
    }
    /// Whether two vectors are joined from pieces of equal dimensions.
    constexpr bool are_joined_alike(node_id x, node_id y) const
    {
        node const& a = to[x];
        node const& b = to[y];
        return a.opcode == op::join && b.opcode == op::join && a.shape == b.shape &&
               to[a.a].shape == to[b.a].shape && to[a.b].shape == to[b.b].shape;
    }

    /// @p i with its dimensions in the order of @p shape.
    constexpr node_id transposed(node_id i, extents shape)
    {
        if (to[i].opcode == op::broadcast) {
            return repeated(i, shape);
        }
        return to.transpose(to[i].opcode == op::transpose ? to[i].a : i, shape);
    }
    /// @p i along the dimensions of @p shape, which have the sizes of its own.
    constexpr node_id renamed(node_id i, extents shape)
    {
        node const& n = to[i];
        if (n.opcode == op::broadcast && to[n.a].shape.is_scalar()) {
            return repeated(n.a, shape);
        }
        return to.rename(n.opcode == op::rename ? n.a : i, shape);
    }
    /// Of a repeated value, its own sums are repeated.
    constexpr node_id running_sum_of_matrix(node const& n)
    {
        auto const along = static_cast<dimension_id>(n.index);
        node_id const own = source(n.a);
        if (own == n.a || !to[own].shape.has(along)) {
            return is(n.a, 0) ? n.a : to.add(n);
        }
        node sums{.opcode = n.opcode, .shape = to[own].shape, .a = own, .index = n.index};
        return to.broadcast(across(sums), n.shape);
    }
    /// A sum or a largest entry. Of a repeated value, that value is reduced, and its sum is counted as often
    /// as it is repeated. A sum of sums is one sum, and the order of dimensions that are summed over does not
    /// matter.
    constexpr node_id reduction_of_matrix(node const& n)
    {
        bool const sums = n.opcode == op::sum;
        if (is(n.a, 0) && sums) {
            return constant(0, n.shape);
        }
        node const from = to[n.a];
        node_id const own = source(n.a);
        bool const is_repeated = from.opcode == op::broadcast;
        bool const is_moved = from.opcode == op::transpose || (from.opcode == op::sum && sums);
        if (!is_repeated && !is_moved) {
            extents const ordered = common_dimensions(from.shape, n.shape);
            node_id const reduced =
                to.add({.opcode = n.opcode, .shape = ordered, .a = n.a, .index = n.index});
            return in_order(to, reduced, n.shape);
        }
        node_id const inner = is_repeated ? own : from.a;
        extents const left = common_dimensions(to[inner].shape, n.shape);
        node_id reduced = inner;
        if (left != to[inner].shape) {
            reduced = across({.opcode = n.opcode, .shape = left, .a = inner, .index = n.index});
        }
        for (dimension_id const d : from.shape.dims) {
            bool const is_counted =
                sums && is_repeated && d != unit && !to[own].shape.has(d) && !n.shape.has(d);
            if (is_counted) {
                reduced = all().binary(op::multiply, to[reduced].shape, reduced, to.leaf(op::extent, d, {}));
            }
        }
        return all().unary(op::broadcast, n.shape, reduced);
    }

    /// Adds @p n, an operation across entries whose operands are in the graph, or a simpler node.
    constexpr node_id across(node const& n)
    {
        if (n.opcode == op::join) {
            return joined(n);
        }
        if (is_part(n.opcode)) {
            return part(n);
        }
        if (n.opcode == op::transpose) {
            return transposed(n.a, n.shape);
        }
        if (n.opcode == op::rename) {
            return renamed(n.a, n.shape);
        }
        bool const sums_sums = n.opcode == op::sum && to[n.a].opcode == op::sum;  // of a matrix
        if ((to[n.a].shape.is_matrix() || sums_sums) && is_row_operation(n.opcode)) {
            return is_running_sum(n.opcode) ? running_sum_of_matrix(n) : reduction_of_matrix(n);
        }
        if (is_running_sum(n.opcode)) {
            return is(n.a, 0) ? n.a : to.add(n);
        }
        if (n.opcode == op::largest) {
            return to[n.a].opcode == op::broadcast ? to[n.a].a : to.add(n);
        }
        if (n.opcode == op::sum) {
            return is(n.a, 0) ? to.constant(0) : to.sum(n.a);
        }
        if (n.opcode == op::outer) {
            return is(n.a, 0) || is(n.b, 0) ? constant(0, n.shape) : to.add(n);
        }
        return is(n.b, 0) ? constant(0, n.shape) : to.add(n);
    }

   private:
    constexpr Simplifier& all() { return static_cast<Simplifier&>(*this); }
};

}  // namespace rondo::inline RONDO_ISA::ir_internal
