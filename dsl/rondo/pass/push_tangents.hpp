#pragma once
/// @file
/// Derives directional derivatives: forward mode, in one graph.
///
/// The tangent of a value is its derivative along a direction of the leaves. A step together with its
/// tangents is a step again, with tangents as further states, so every pass and every run takes it. Reverse
/// mode on top of it gives products with the Hessian.

#include <rondo/pass/adjoint_of_operand.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// The tangent of every node of a graph; no_node where it is zero.
struct forward_sweep {
    graph& to;
    node_map<node_id>& tangent;

    constexpr node_id constant(double v) { return to.constant(v); }
    constexpr node_id times(node_id a, node_id b) { return to.binary(op::multiply, a, b); }
    constexpr node_id apply(op code, node_id a) { return to.unary(code, a); }
    constexpr node_id apply(op code, node_id a, node_id b) { return to.binary(code, a, b); }
    /// Zero as a node, where an operation needs one.
    constexpr node_id or_zero(node_id a) { return a == no_node ? constant(0) : a; }
    /// @p a times @p factor; zero if @p a is.
    constexpr node_id scaled(node_id a, node_id factor) { return a == no_node ? no_node : times(a, factor); }
    constexpr node_id sum(node_id a, node_id b)
    {
        return a == no_node ? b : b == no_node ? a : apply(op::add, a, b);
    }
    constexpr node_id difference(node_id a, node_id b)
    {
        if (b == no_node) {
            return a;
        }
        return a == no_node ? apply(op::negate, b) : apply(op::subtract, a, b);
    }

    constexpr node_id of_unary(node_id y)
    {
        node_id const a = tangent[to[y].a];
        return a == no_node ? no_node : adjoint_of_operand(to, y, a);
    }
    constexpr node_id of_binary(node_id y)
    {
        node const n = to[y];
        node_id const a = tangent[n.a];
        node_id const b = tangent[n.b];
        switch (n.opcode) {
            case op::add: return sum(a, b);
            case op::subtract: return difference(a, b);
            case op::multiply: {
                node_id const left = scaled(a, n.b);
                return sum(left, scaled(b, n.a));
            }
            case op::divide: {
                node_id const all = difference(a, scaled(b, y));
                return all == no_node ? no_node : apply(op::divide, all, n.b);
            }
            case op::with_gradient: return b;
            case op::clip_gradient: return a;
            case op::minimum: return of_choice(a, b, n.b, n.a);
            case op::maximum: return of_choice(a, b, n.a, n.b);
            case op::fmod: {
                node_id const whole = apply(op::divide, apply(op::subtract, n.a, y), n.b);  // an integer
                return difference(a, scaled(b, whole));
            }
            case op::pow: return of_power(y, a, b);
            default: return no_node;  // piecewise constant
        }
    }
    /// Of the operand that is chosen: the first where @p x is above @p z; the mean where they are equal.
    constexpr node_id of_choice(node_id a, node_id b, node_id x, node_id z)
    {
        node_id const first = a == no_node ? no_node : times(a, apply(op::above, x, z));
        return sum(first, b == no_node ? no_node : times(b, apply(op::above, z, x)));
    }
    constexpr node_id of_power(node_id y, node_id a, node_id b)
    {
        node const n = to[y];
        node_id of_base = no_node;
        if (a != no_node) {
            node_id const lower = apply(op::subtract, n.b, constant(1));
            of_base = times(a, times(n.b, apply(op::pow, n.a, lower)));
        }
        if (b == no_node) {
            return of_base;
        }
        node_id const zero = constant(0);
        node_id const is_zero = apply(op::equal, y, zero);
        node_id const slope = times(y, apply(op::log, n.a));
        return sum(of_base, times(b, to.ternary(op::select, is_zero, zero, slope)));
    }
    constexpr node_id of_selection(node const& n)
    {
        if (tangent[n.b] == no_node && tangent[n.c] == no_node) {
            return no_node;
        }
        auto const choice = [&](node_id a) {  // one of three operands has all dimensions of a matrix
            return n.shape.is_matrix() ? to.broadcast(or_zero(a), n.shape) : or_zero(a);
        };
        node_id const b = choice(tangent[n.b]);
        return to.ternary(op::select, n.a, b, choice(tangent[n.c]));
    }
    constexpr node_id of_product(node const& n)
    {
        auto const multiply = [&](node_id matrix, node_id vector) {
            if (matrix == no_node || vector == no_node) {
                return no_node;
            }
            return to.add({.opcode = n.opcode, .shape = n.shape, .a = matrix, .b = vector});
        };
        node_id const of_vector = multiply(n.a, tangent[n.b]);
        return sum(of_vector, multiply(tangent[n.a], n.b));
    }
    constexpr node_id of_moved(node moved)
    {
        if (tangent[moved.a] == no_node && (moved.b == no_node || tangent[moved.b] == no_node)) {
            return no_node;
        }
        moved.a = to.broadcast(or_zero(tangent[moved.a]), to[moved.a].shape);
        if (moved.b != no_node) {
            moved.b = to.broadcast(or_zero(tangent[moved.b]), to[moved.b].shape);
        }
        return to.add(moved);
    }
    constexpr node_id across(node_id y)
    {
        node const n = to[y];
        if (is_product(n.opcode)) {
            return of_product(n);
        }
        if (moves_entries(n.opcode)) {
            return of_moved(n);
        }
        node_id const a = tangent[n.a];
        if (a == no_node) {
            return no_node;
        }
        if (n.opcode == op::sum) {
            return to.sum(a, n.shape);
        }
        if (n.opcode == op::largest) {
            // The mean over all entries that attain it, as the adjoint is divided among them.
            node_id const attains = apply(op::equal, n.a, y);
            node_id const of_them = to.sum(times(attains, a), n.shape);
            return apply(op::divide, of_them, to.sum(attains, n.shape));
        }
        if (rearranges(n.opcode)) {
            return n.opcode == op::transpose ? to.transpose(a, n.shape) : to.rename(a, n.shape);
        }
        return to.running_sum(n.opcode, a, static_cast<dimension_id>(n.index));
    }
    /// The tangent of node @p y, in its shape.
    constexpr node_id of(node_id y)
    {
        node const n = to[y];
        node_id t = no_node;
        if (has_zero_derivative(n)) {
            return no_node;
        }
        if (is_unary(n.opcode)) {
            t = of_unary(y);
        } else if (is_binary(n.opcode)) {
            t = of_binary(y);
        } else {
            t = is_ternary(n.opcode) ? of_selection(n) : across(y);
        }
        return t == no_node ? no_node : to.broadcast(t, n.shape);
    }
};

}  // namespace detail

/// Adds to @p to the tangents of its first @p size nodes. @p tangent has those of the leaves, no_node where
/// the direction is zero, and gets those of the others. The adjoint of a value clipped by clip_gradient is
/// clipped, its tangent is not.
///
/// Afterwards: for any direction of the leaves, and for any adjoints of values, the sum of tangents times
/// adjoints of the values equals that of the leaves, with adjoints by differentiate(), unless an operation
/// clips.
constexpr void push_tangents(graph& to, node_map<node_id>& tangent, node_id size)
{
    detail::forward_sweep sweep{to, tangent};
    for (node_id i = 0; i < size; ++i) {
        if (!is_leaf(to[i].opcode)) {
            tangent[i] = sweep.of(i);
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
