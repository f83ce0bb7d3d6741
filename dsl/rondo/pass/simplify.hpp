#pragma once
/// @file
/// Folds constants, drops neutral elements and removes dead nodes.
///
/// Differentiation applies the chain rule blindly; a factor 1, a zero adjoint or a derivative that
/// nobody needs would otherwise reach the kernels.

#include <rondo/graph/rewriter.hpp>
#include <rondo/pass/folded_value.hpp>
#include <rondo/pass/simplify_across.hpp>

#include <array>
#include <cstddef>
#include <functional>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// Adds nodes to a graph in their simplest form.
struct simplifier : simplify_across<simplifier> {
    using simplify_across::simplify_across;

    constexpr node_id unary(op code, extents shape, node_id a)
    {
        if (code == op::broadcast) {
            return repeated(a, shape);
        }
        if (code == op::negate && to[a].opcode == op::negate) {
            return to[a].a;
        }
        if (shape.is_matrix() && to[a].opcode == op::broadcast) {
            node_id const own = to[a].a;
            return to.broadcast(unary(code, to[own].shape, own), shape);
        }
        return is_number(a) && folds(code) ? constant(folded_value(code, number(a)), shape)
                                           : to.unary(code, a);
    }

    /// @p a with a gradient that @p by says. A number, which stands for no derivative or for a limit, stays a
    /// scalar.
    constexpr node_id controlled(op code, extents shape, node_id a, node_id by)
    {
        bool const is_limit = code == op::clip_gradient;
        node_id const whole = to.broadcast(in_order(to, a, shape), shape);
        if ((a == by && !is_limit) || (is_number(a) && (is_limit || is_number(by)))) {
            return whole;
        }
        return to.binary(code, whole, is_number(by) ? to.constant(number(by)) : in_order(to, by, shape));
    }

    /// A power. Those of some exponents are products, quotients and roots, in at most two operations.
    constexpr node_id power(node_id a, node_id b)
    {
        extents const own = to[a].shape;
        auto const of = [&](op code, node_id i) { return unary(code, own, i); };
        auto const inverse = [&](node_id i) { return binary(op::divide, own, to.constant(1), i); };
        if (is(b, 0) || is(a, 1)) return to.constant(1);
        if (is(b, 1)) return a;
        if (is(b, -1)) return inverse(a);
        if (is(b, 2)) return of(op::square, a);
        if (is(b, -2)) return inverse(of(op::square, a));
        if (is(b, 3)) return binary(op::multiply, own, a, of(op::square, a));
        if (is(b, 4)) return of(op::square, of(op::square, a));
        if (is(b, 0.5)) return of(op::sqrt, a);
        if (is(b, -0.5)) return of(op::rsqrt, a);
        if (is(b, 1.5)) return binary(op::multiply, own, a, of(op::sqrt, a));
        return to.binary(op::pow, a, b);
    }

    constexpr node_id binary(op code, extents shape, node_id wide_a, node_id wide_b)
    {
        if (controls_gradient(code)) {
            return controlled(code, shape, wide_a, wide_b);
        }
        operands const of = shape.is_matrix() ? unrepeated(shape, {wide_a, wide_b, no_node}) : operands{};
        node_id const a = shape.is_matrix() ? of.of[0] : narrow(wide_a, wide_b);
        node_id const b = shape.is_matrix() ? of.of[1] : narrow(wide_b, wide_a);
        if (code == op::pow) {
            return to.broadcast(power(a, b), shape);
        }
        if (is_number(a) && is_number(b) && code != op::fmod && !(code == op::divide && is(b, 0))) {
            return constant(folded_value(code, number(a), number(b)), shape);
        }
        auto const shaped = [&](node_id i) { return to.broadcast(i, shape); };
        auto const negated = [&](node_id i) { return shaped(unary(op::negate, to[i].shape, i)); };
        switch (code) {
            case op::add:
                if (is(a, 0)) return shaped(b);
                if (is(b, 0)) return shaped(a);
                if (to[b].opcode == op::negate) return binary(op::subtract, shape, a, to[b].a);
                if (to[a].opcode == op::negate) return binary(op::subtract, shape, b, to[a].a);
                if (are_joined_alike(a, b)) return sum_of_joined(shape, node(to[a]), node(to[b]));
                break;
            case op::subtract:
                if (is(b, 0)) return shaped(a);
                if (is(a, 0)) return negated(b);
                if (to[b].opcode == op::negate) return binary(op::add, shape, a, to[b].a);
                break;
            case op::multiply:
                if (is(a, 0) || is(b, 0)) return constant(0, shape);
                if (is(a, 1)) return shaped(b);
                if (is(b, 1)) return shaped(a);
                if (is(a, -1)) return negated(b);
                if (is(b, -1)) return negated(a);
                break;
            case op::divide:
                if (is(a, 0)) return constant(0, shape);
                if (is(b, 1)) return shaped(a);
                break;
            case op::minimum:
            case op::maximum:
                if (a == b) return shaped(a);
                break;
            default: break;
        }
        return shaped(to.binary(code, a, b));
    }

    /// A selection. A scalar that is repeated beside a vector is used as it is.
    constexpr node_id select(extents shape, node_id condition, node_id a, node_id b)
    {
        if (is_number(condition)) {
            return to.broadcast(is(condition, 0) ? b : a, shape);
        }
        if (source(a) == source(b)) {
            return to.broadcast(source(a), shape);
        }
        if (shape.is_matrix()) {
            operands const of = unrepeated(shape, {condition, a, b});
            return to.broadcast(to.ternary(op::select, of.of[0], of.of[1], of.of[2]), shape);
        }
        bool const has_vector = is_vector(condition) || is_vector(a) || is_vector(b);
        auto const narrowed = [&](node_id i) { return has_vector ? source(i) : i; };
        return to.broadcast(to.ternary(op::select, narrowed(condition), narrowed(a), narrowed(b)), shape);
    }
    /// Whether a node is a vector of its own, not a repeated scalar.
    constexpr bool is_vector(node_id i) const
    {
        return !to[i].shape.is_scalar() && to[i].opcode != op::broadcast;
    }

    /// Adds @p n, whose operands are in the graph, or a simpler node of the same value.
    constexpr node_id add(node const& n)
    {
        if (is_leaf(n.opcode)) {
            return to.add(n);
        }
        if (is_unary(n.opcode)) {
            return unary(n.opcode, n.shape, n.a);
        }
        if (is_ternary(n.opcode)) {
            return select(n.shape, n.a, n.b, n.c);
        }
        return is_binary(n.opcode) ? binary(n.opcode, n.shape, n.a, n.b) : across(n);
    }
};

/// The nodes that some root needs, and the leaves of the states.
constexpr node_map<bool> live_nodes(program const& p)
{
    node_map<bool> live{};
    for_each_root(p, [&](node_id r) { live[r] = true; });
    for (carry const& c : p.states) {
        live[c.from] = true;
    }
    for (node_id i = p.nodes.size(); i-- > 0;) {
        if (live[i]) {
            for_each_operand(p.nodes, i, [&](node_id o) { live[o] = true; });
        }
    }
    return live;
}

/// Rebuilds @p p from simplified nodes and drops gradients that are zero. Nodes that simplification has
/// made useless stay in the graph.
constexpr program fold(program const& p)
{
    rewriter to(p);
    simplifier simplified(to.nodes());
    node_map<bool> const live = live_nodes(p);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (live[i]) {
            to.replace(i, simplified.add(to.rebuilt(i)));
        }
    }
    return to.finish(
        [&](program_result const& r) { return !is_added_up(r.what) || !simplified.is(r.value, 0); });
}

/// Rebuilds @p p without the nodes that no root needs.
constexpr program without_dead_code(program const& p)
{
    rewriter to(p);
    node_map<bool> const live = live_nodes(p);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (live[i]) {
            to.copy(i);
        }
    }
    return to.finish();
}

}  // namespace detail

/// Returns a program that computes the values of @p p with no more nodes.
///
/// Afterwards: every node but the leaves of the states is needed by a root; no operation has only
/// constants for operands, except functions that cannot be folded while compiling; no operation adds 0,
/// multiplies by 0 or 1, or broadcasts a scalar that is combined with a vector, or a value that is combined
/// with a matrix of all its dimensions. The operands of elementwise work on a matrix have their dimensions in
/// its order, and so has the result of a reduction. Entry by entry the values are those of @p p, where these
/// are finite.
constexpr program simplify(program const& p) { return detail::without_dead_code(detail::fold(p)); }

}  // namespace rondo::inline RONDO_ISA::ir_internal
