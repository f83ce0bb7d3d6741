#pragma once
/// @file
/// Folds constants, drops neutral elements and removes dead nodes.
///
/// Differentiation applies the chain rule blindly; a factor 1, a zero adjoint or a derivative that
/// nobody needs would otherwise reach the kernels.

#include <rondo/graph/rewriter.hpp>
#include <rondo/pass/common_dimensions.hpp>
#include <rondo/pass/folded_value.hpp>

#include <array>
#include <cstddef>
#include <functional>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// Adds nodes to a graph in their simplest form.
struct simplifier {
    graph& to;

    /// Whether a node is a constant, repeated along a dimension or not.
    constexpr bool is_number(node_id i) const
    {
        node const n = to[i];
        return n.opcode == op::constant || (n.opcode == op::broadcast && is_number(n.a));
    }
    constexpr double number(node_id i) const
    {
        return to[i].opcode == op::broadcast ? number(to[i].a) : to[i].value;
    }
    constexpr bool is(node_id i, double v) const { return is_number(i) && std::equal_to{}(number(i), v); }
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
        std::array<node_id, 3> of{no_node, no_node, no_node};
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
        node_id const first = out.of[0];
        for (node_id const i : out.of) {
            if (i != no_node && !out.shape.contains(to[i].shape)) {
                out.of[0] = to.broadcast(first, shape);
                out.shape = shape;
            }
        }
        return out;
    }

    constexpr node_id unary(op code, extents shape, node_id a)
    {
        if (code == op::broadcast) {
            return to.broadcast(in_order(to, source(a), shape), shape);
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

    /// Whether @p part is a part of @p i, whose other part is along @p rest.
    constexpr bool is_part_of(op code, node_id part, node_id i, dimension_id rest) const
    {
        return to[part].opcode == code && to[part].a == i && to[part].index == rest;
    }
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
        auto const sum = [&](node_id x, node_id y) { return binary(op::add, to[x].shape, x, y); };
        node_id const first = sum(a.a, b.a);
        return joined({.opcode = op::join, .shape = shape, .a = first, .b = sum(a.b, b.b)});
    }
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
        return to.broadcast(add(sums), n.shape);
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
                reduced = binary(op::multiply, to[reduced].shape, reduced, to.leaf(op::extent, d, {}));
            }
        }
        return unary(op::broadcast, n.shape, reduced);
    }

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
        if (to[n.a].shape.is_matrix() && is_row_operation(n.opcode)) {
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
            return is(n.a, 0) || is(n.b, 0) ? constant(0, n.shape) : to.outer(n.a, n.b);
        }
        if (is(n.b, 0)) {
            return constant(0, n.shape);
        }
        return n.opcode == op::product ? to.product(n.a, n.b) : to.transposed_product(n.a, n.b);
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
    simplifier simplified{to.nodes()};
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
