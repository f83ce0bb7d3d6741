#pragma once
/// @file
/// Whether a program is well-formed: the rules that every pass may rely on and has to keep.
///
/// The language cannot record an ill-formed step, but a pass is ordinary code and can. A shape that
/// is wrong in the middle of a graph shows nowhere until a kernel reads past an array, so the tests
/// ask here after every pass.

#include <rondo/graph/program.hpp>

#include <cstdint>
#include <string_view>

namespace rondo {

/// What can be wrong with a program; describe() says each in a sentence.
enum class flaw : std::uint8_t {
    none,
    operand_after_user,
    wrong_number_of_operands,
    leaf_of_wrong_shape,
    leaf_with_two_shapes,
    elementwise_on_matrix,
    shapes_differ,
    product_of_wrong_shapes,
    sum_of_no_vector,
    outer_inside_step,
    state_is_no_leaf,
    state_read_twice,
    state_changes_shape,
    result_of_wrong_shape,
    value_outside_graph,
};

/// A sentence for each flaw.
constexpr std::string_view describe(flaw f) noexcept
{
    switch (f) {
        case flaw::none: return "well-formed";
        case flaw::operand_after_user: return "an operand does not stand before its user";
        case flaw::wrong_number_of_operands: return "an operation has too many or too few operands";
        case flaw::leaf_of_wrong_shape: return "a leaf has a shape that its kind cannot have";
        case flaw::leaf_with_two_shapes: return "one and the same leaf occurs with two shapes";
        case flaw::elementwise_on_matrix: return "a matrix is used entry by entry";
        case flaw::shapes_differ: return "the shape of elementwise work is not that of its operands";
        case flaw::product_of_wrong_shapes: return "a product's matrix, vector and result disagree";
        case flaw::sum_of_no_vector: return "a sum is not over a vector, or not a scalar";
        case flaw::outer_inside_step: return "an outer product is used for more than a gradient";
        case flaw::state_is_no_leaf: return "what a step carries is not read by its numbered leaf";
        case flaw::state_read_twice: return "a state's leaf is in the graph but not in the table";
        case flaw::state_changes_shape: return "a new state has another shape than the old one";
        case flaw::result_of_wrong_shape: return "a result has a shape that its role cannot have";
        case flaw::value_outside_graph: return "a root is not in the graph";
    }
    return "unknown";
}

/// A flaw and the first node that has it; of a root outside the graph, no node.
struct diagnosis {
    flaw what = flaw::none;   ///< the first flaw found
    node_id where = no_node;  ///< the node that has it
    /// Whether there is no flaw.
    [[nodiscard]] constexpr bool sound() const noexcept { return what == flaw::none; }
};

namespace detail {

constexpr flaw check_leaf(graph const& g, node_id i)
{
    node const& n = g[i];
    bool const number = n.code == op::constant || n.code == op::extent;
    if (number ? n.shape != extents{} : n.shape.is_matrix() && n.code != op::parameter) {
        return flaw::leaf_of_wrong_shape;
    }
    for (node_id other = 0; other < i && n.code != op::constant; ++other) {
        if (g[other].code == n.code && g[other].index == n.index) {
            return flaw::leaf_with_two_shapes;
        }
    }
    return flaw::none;
}

constexpr flaw check_elementwise(graph const& g, node const& n)
{
    extents const a = g[n.a].shape;
    if (n.code == op::broadcast) {
        return a == extents{} && n.shape != extents{} ? flaw::none : flaw::shapes_differ;
    }
    extents const b = n.b == no_node ? a : g[n.b].shape;
    if (a.is_matrix() || b.is_matrix()) {
        return flaw::elementwise_on_matrix;
    }
    bool const meet = a == b || a.is_scalar() || b.is_scalar();
    return meet && n.shape == (a.is_scalar() ? b : a) ? flaw::none : flaw::shapes_differ;
}

constexpr flaw check_across(graph const& g, node const& n)
{
    extents const a = g[n.a].shape;
    if (n.code == op::sum) {
        bool const fits = !a.is_scalar() && !a.is_matrix() && n.shape == extents{};
        return fits ? flaw::none : flaw::sum_of_no_vector;
    }
    extents const b = g[n.b].shape;
    if (n.code == op::outer) {
        bool const fits = !a.is_matrix() && !b.is_matrix() && n.shape == extents{a.rows, b.rows};
        return fits ? flaw::none : flaw::product_of_wrong_shapes;
    }
    extents const direct = n.code == op::product ? a : extents{a.columns, a.rows};
    bool const fits = g[n.a].code == op::parameter && a.is_matrix() && b == extents{direct.columns} &&
                      n.shape == extents{direct.rows};
    return fits ? flaw::none : flaw::product_of_wrong_shapes;
}

constexpr flaw check_node(graph const& g, node_id i)
{
    node const& n = g[i];
    if (n.a >= i || n.b >= i || n.a < no_node || n.b < no_node) {
        return flaw::operand_after_user;
    }
    if (arity(n.code) != (n.a != no_node) + (n.b != no_node) || (n.a == no_node && n.b != no_node)) {
        return flaw::wrong_number_of_operands;
    }
    flaw inside = flaw::none;
    for_each_operand(g, i, [&](node_id o) {
        if (g[o].code == op::outer) {
            inside = flaw::outer_inside_step;
        }
    });
    if (inside != flaw::none) {
        return inside;
    }
    if (is_leaf(n.code)) {
        return check_leaf(g, i);
    }
    return is_elementwise(n.code) ? check_elementwise(g, n) : check_across(g, n);
}

constexpr flaw check_result(graph const& g, yielded const& r)
{
    extents const shape = g[r.value].shape;
    if (r.what != role::parameter_gradient) {
        return shape.is_matrix() ? flaw::result_of_wrong_shape : flaw::none;
    }
    if (shape.is_matrix() && g[r.value].code != op::outer && g[r.value].code != op::broadcast) {
        return flaw::result_of_wrong_shape;
    }
    for (node_id i = 0; i < g.size(); ++i) {
        if (g[i].code == op::parameter && g[i].index == r.index && g[i].shape != shape) {
            return flaw::result_of_wrong_shape;
        }
    }
    return flaw::none;
}

}  // namespace detail

/// Checks @p p: operands stand before their users and have fitting shapes, a leaf has one shape, a
/// matrix is a parameter and only ever a factor, and the table of states agrees with the leaves.
constexpr diagnosis check(program const& p)
{
    graph const& g = p.nodes;
    for (node_id i = 0; i < g.size(); ++i) {
        if (flaw const f = detail::check_node(g, i); f != flaw::none) {
            return {f, i};
        }
    }
    auto const in_graph = [&](node_id i) { return i >= 0 && i < g.size(); };
    op carries = op::state;
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        auto const [from, to] = p.states[k];
        if (!in_graph(from) || !in_graph(to)) {
            return {flaw::value_outside_graph, no_node};
        }
        carries = k == 0 ? g[from].code : carries;
        bool const carried = carries == op::state || carries == op::state_adjoint;
        if (!carried || g[from].code != carries || g[from].index != static_cast<int>(k)) {
            return {flaw::state_is_no_leaf, from};
        }
        if (g[from].shape != g[to].shape) {
            return {flaw::state_changes_shape, to};
        }
    }
    for (node_id i = 0; i < g.size(); ++i) {
        if (g[i].code == carries && (static_cast<std::size_t>(g[i].index) >= p.states.size() ||
                                     p.states[static_cast<std::size_t>(g[i].index)].from != i)) {
            return {flaw::state_read_twice, i};
        }
    }
    for (yielded const& r : p.results) {
        if (!in_graph(r.value)) {
            return {flaw::value_outside_graph, no_node};
        }
        if (flaw const f = detail::check_result(g, r); f != flaw::none) {
            return {f, r.value};
        }
    }
    return {};
}

}  // namespace rondo
