#pragma once
/// @file
/// Folds constants, drops neutral elements, and leaves behind whatever no root needs.
///
/// Differentiation applies the chain rule blindly; a factor 1, a zero adjoint or a derivative that
/// nobody asked for would otherwise reach the kernels.

#include <rondo/graph/program.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// Builds the simplified copy of one graph.
struct simplifier {
    program const& from;
    graph to{};
    per_node<node_id> copy{};

    constexpr node_id copy_of(node_id i) const { return copy[static_cast<std::size_t>(i)]; }

    /// Whether a node is a number, perhaps repeated along a dimension.
    constexpr bool is_number(node_id i) const
    {
        node const n = to[i];
        return n.opcode == op::constant || (n.opcode == op::broadcast && is_number(n.a));
    }
    constexpr double number(node_id i) const
    {
        return to[i].opcode == op::broadcast ? number(to[i].a) : to[i].value;
    }
    constexpr bool is(node_id i, double v) const { return is_number(i) && number(i) == v; }
    constexpr node_id constant(double v, extents shape) { return to.broadcast(to.constant(v), shape); }
    /// A scalar that is repeated along a vector beside another vector can stay a scalar.
    constexpr node_id narrow(node_id i, node_id beside) const
    {
        return to[i].opcode == op::broadcast && to[beside].opcode != op::broadcast ? to[i].a : i;
    }

    constexpr node_id unary(op code, extents shape, node_id a)
    {
        if (code == op::broadcast) {
            return to.broadcast(to[a].opcode == op::broadcast ? to[a].a : a, shape);
        }
        if (code == op::negate && to[a].opcode == op::negate) {
            return to[a].a;
        }
        if (is_number(a)) {
            double const v = number(a);
            switch (code) {
                case op::negate: return constant(-v, shape);
                case op::square: return constant(v * v, shape);
                case op::abs: return constant(v < 0 ? -v : v, shape);
                case op::relu: return constant(v > 0 ? v : 0, shape);
                case op::positive: return constant(v > 0 ? 1 : 0, shape);
                case op::sign: return constant(v > 0 ? 1 : v < 0 ? -1 : 0, shape);
                default: break;
            }
        }
        return to.unary(code, a);
    }

    constexpr node_id folded(op code, double a, double b, extents shape)
    {
        switch (code) {
            case op::add: return constant(a + b, shape);
            case op::subtract: return constant(a - b, shape);
            case op::multiply: return constant(a * b, shape);
            default: return constant(a / b, shape);
        }
    }

    constexpr node_id binary(op code, extents shape, node_id wide_a, node_id wide_b)
    {
        node_id const a = narrow(wide_a, wide_b);
        node_id const b = narrow(wide_b, wide_a);
        if (is_number(a) && is_number(b) && !(code == op::divide && number(b) == 0)) {
            return folded(code, number(a), number(b), shape);
        }
        auto const shaped = [&](node_id i) { return to.broadcast(i, shape); };
        auto const negated = [&](node_id i) { return shaped(unary(op::negate, to[i].shape, i)); };
        switch (code) {
            case op::add:
                if (is(a, 0)) return shaped(b);
                if (is(b, 0)) return shaped(a);
                if (to[b].opcode == op::negate) return binary(op::subtract, shape, a, to[b].a);
                if (to[a].opcode == op::negate) return binary(op::subtract, shape, b, to[a].a);
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
            default:
                if (is(a, 0)) return constant(0, shape);
                if (is(b, 1)) return shaped(a);
                break;
        }
        return shaped(to.binary(code, a, b));
    }

    constexpr node_id across(node const& n, node_id a, node_id b)
    {
        if (n.opcode == op::sum) {
            return is(a, 0) ? to.constant(0) : to.sum(a);
        }
        if (n.opcode == op::outer) {
            return is(a, 0) || is(b, 0) ? constant(0, n.shape) : to.outer(a, b);
        }
        if (is(b, 0)) {
            return constant(0, n.shape);
        }
        return n.opcode == op::product ? to.product(a, b) : to.transposed_product(a, b);
    }

    constexpr node_id rebuilt(node const& n)
    {
        if (is_leaf(n.opcode)) {
            return to.add(n);
        }
        if (is_unary(n.opcode)) {
            return unary(n.opcode, n.shape, copy_of(n.a));
        }
        if (is_binary(n.opcode)) {
            return binary(n.opcode, n.shape, copy_of(n.a), copy_of(n.b));
        }
        return across(n, copy_of(n.a), n.b == no_node ? no_node : copy_of(n.b));
    }
};

/// The nodes that some root needs, and the leaves of the states.
constexpr per_node<bool> live_nodes(program const& p)
{
    per_node<bool> live{};
    for_each_root(p, [&](node_id r) { live[static_cast<std::size_t>(r)] = true; });
    for (carry const& c : p.states) {
        live[static_cast<std::size_t>(c.from)] = true;
    }
    for (node_id i = static_cast<node_id>(p.nodes.size() - 1); i >= 0; --i) {
        if (live[static_cast<std::size_t>(i)]) {
            for_each_operand(p.nodes, i, [&](node_id o) { live[static_cast<std::size_t>(o)] = true; });
        }
    }
    return live;
}

/// Rebuilds @p p, folding on the way. What folding was done with is left behind in the graph.
constexpr program fold(program const& p)
{
    simplifier s{.from = p};
    per_node<bool> const live = live_nodes(p);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (live[static_cast<std::size_t>(i)]) {
            s.copy[static_cast<std::size_t>(i)] = s.rebuilt(p.nodes[i]);
        }
    }
    program out{};
    for (carry const& c : p.states) {
        out.states.push_back({s.copy_of(c.from), s.copy_of(c.to)});
    }
    for (program_result const& r : p.results) {
        if (r.what != role::parameter_gradient || !s.is(s.copy_of(r.value), 0)) {
            out.results.push_back({r.what, r.index, s.copy_of(r.value)});
        }
    }
    out.nodes = s.to;
    return out;
}

/// Copies what is live.
constexpr program without_dead_code(program const& p)
{
    per_node<bool> const live = live_nodes(p);
    program out{};
    per_node<node_id> copy{};
    auto const copied = [&](node_id i) { return copy[static_cast<std::size_t>(i)]; };
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (live[static_cast<std::size_t>(i)]) {
            node n = p.nodes[i];
            n.a = n.a == no_node ? no_node : copied(n.a);
            n.b = n.b == no_node ? no_node : copied(n.b);
            copy[static_cast<std::size_t>(i)] = out.nodes.add(n);
        }
    }
    for (carry const& c : p.states) {
        out.states.push_back({copied(c.from), copied(c.to)});
    }
    for (program_result const& r : p.results) {
        out.results.push_back({r.what, r.index, copied(r.value)});
    }
    return out;
}

}  // namespace detail

/// Returns a program that computes the same with no more nodes.
///
/// Afterwards: every node but the leaves of the states is needed by a root, no operation has only
/// numbers for operands (functions that cannot be folded while compiling excepted), and no
/// operation adds 0, multiplies by 0 or 1, or repeats a scalar that stands beside a vector. Entry by
/// entry the values are those of @p p, where these are finite.
constexpr program simplify(program const& p) { return detail::without_dead_code(detail::fold(p)); }

}  // namespace rondo::inline RONDO_ISA::ir_internal
