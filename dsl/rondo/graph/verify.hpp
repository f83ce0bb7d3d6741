#pragma once
/// @file
/// Verifies that a program is well-formed: the rules that every pass may rely on and has to keep.
///
/// The language cannot record an ill-formed step, but a pass is ordinary code and can make one. A wrong
/// shape in the middle of a graph has no effect until a kernel reads past an array, so the tests verify
/// the program after every pass.

#include <rondo/graph/program.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The defects of a program; describe() says each in a sentence.
enum class defect : std::uint8_t {
    none,
    operand_after_user,
    wrong_number_of_operands,
    leaf_of_wrong_shape,
    leaf_with_two_shapes,
    dimension_twice,
    shapes_differ,
    product_of_wrong_shapes,
    reduction_of_wrong_shape,
    join_of_no_vectors,
    rearranged_to_wrong_shape,
    outer_inside_step,
    state_is_no_leaf,
    state_read_twice,
    state_changes_shape,
    result_of_wrong_shape,
    value_outside_graph,
};

/// A sentence for each defect.
constexpr std::string_view describe(defect f) noexcept
{
    switch (f) {
        case defect::none: return "well-formed";
        case defect::operand_after_user: return "an operand does not come before its user";
        case defect::wrong_number_of_operands: return "an operation has too many or too few operands";
        case defect::leaf_of_wrong_shape: return "a leaf has a shape that its kind cannot have";
        case defect::leaf_with_two_shapes: return "a leaf occurs with two shapes";
        case defect::dimension_twice: return "a value that is no weight has a dimension twice";
        case defect::shapes_differ:
            return "the shape of an elementwise operation is not that of its operands";
        case defect::product_of_wrong_shapes: return "a product's matrix, vector and result disagree";
        case defect::reduction_of_wrong_shape:
            return "a reduction or running sum is along no dimension of its operand, or has another shape";
        case defect::join_of_no_vectors: return "a join, or a part of one, is not of vectors";
        case defect::rearranged_to_wrong_shape:
            return "a transposed or renamed value has not as many dimensions as its operand, or the same";
        case defect::outer_inside_step: return "an outer product is used for more than a gradient";
        case defect::state_is_no_leaf: return "a carried value is not read by its numbered leaf";
        case defect::state_read_twice: return "a state's leaf is in the graph but not in the table";
        case defect::state_changes_shape: return "a new state has another shape than the old one";
        case defect::result_of_wrong_shape: return "a result has a shape that its role cannot have";
        case defect::value_outside_graph: return "a root is not in the graph";
    }
    return "unknown";
}

/// A defect and the first node that has it; no node for a root outside the graph.
struct diagnosis {
    defect what = defect::none;  ///< the first defect found
    node_id where = no_node;     ///< the node that has it
    /// Whether there is no defect.
    [[nodiscard]] constexpr bool is_valid() const noexcept { return what == defect::none; }
};

namespace detail {

constexpr bool has_dimension_twice(extents s)
{
    return s.is_matrix() && (s.dims[0] == s.dims[1] || s.dims[1] == s.dims[2] || s.dims[0] == s.dims[2]);
}
constexpr bool has_gap(extents s)
{
    return (s.dims[0] == unit && s.dims[1] != unit) || (s.dims[1] == unit && s.dims[2] != unit);
}

constexpr defect check_leaf(graph const& g, node_id i)
{
    node const& n = g[i];
    bool const is_number = n.opcode == op::constant || n.opcode == op::extent;
    bool const is_entry = n.opcode == op::symbol;
    if (is_number ? n.shape != extents{} : is_entry && n.shape.rank() != 1) {
        return defect::leaf_of_wrong_shape;
    }
    for (node_id other = 0; other < i && n.opcode != op::constant; ++other) {
        if (g[other].opcode == n.opcode && g[other].index == n.index) {
            return defect::leaf_with_two_shapes;
        }
    }
    return defect::none;
}

constexpr defect check_elementwise(graph const& g, node const& n)
{
    extents const a = g[n.a].shape;
    if (n.opcode == op::broadcast) {
        return n.shape != a && n.shape.contains_in_order(a) ? defect::none : defect::shapes_differ;
    }
    extents const b = n.b == no_node ? a : g[n.b].shape;
    extents const c = n.c == no_node ? b : g[n.c].shape;
    bool const fits = n.shape == wider(wider(a, b), c) && n.shape.contains_in_order(a) &&
                      n.shape.contains_in_order(b) && n.shape.contains_in_order(c);
    return fits ? defect::none : defect::shapes_differ;
}

constexpr defect check_moved(graph const& g, node const& n)
{
    extents const a = g[n.a].shape;
    if (n.opcode == op::transpose) {
        bool const fits = a.is_matrix() && a.rank() == n.shape.rank() && a != n.shape && a.contains(n.shape);
        return fits ? defect::none : defect::rearranged_to_wrong_shape;
    }
    if (n.opcode == op::rename) {
        bool const fits = !a.is_scalar() && a.rank() == n.shape.rank() && a != n.shape;
        return fits ? defect::none : defect::rearranged_to_wrong_shape;
    }
    auto const is_vector = [](extents e) { return !e.is_scalar() && !e.is_matrix(); };
    bool const fits =
        is_vector(a) && is_vector(n.shape) && n.shape != a &&
        (n.opcode == op::join ? is_vector(g[n.b].shape) && n.shape != g[n.b].shape
                              : n.index != unit && a != extents{static_cast<dimension_id>(n.index)});
    return fits ? defect::none : defect::join_of_no_vectors;
}

/// Whether a matrix of shape @p matrix multiplies a value of shape @p columns to one of shape @p rows.
constexpr bool are_factors(extents matrix, extents rows, extents columns)
{
    auto const [first, second, third] = matrix.dims;
    if (matrix.rank() == 2) {
        return rows == extents{first} && columns == extents{second};
    }
    // The columns of square matrices may have a number of their own, see merge_dimensions().
    bool const is_square = columns == extents{first, second} || columns == extents{second};
    return matrix.rank() == 3 && rows == extents{first, second} &&
           (columns == extents{first, third} || columns == extents{third} || is_square);
}
constexpr defect check_across(graph const& g, node const& n)
{
    extents const a = g[n.a].shape;
    if (is_running_sum(n.opcode)) {
        bool const fits = a.has(static_cast<dimension_id>(n.index)) && n.shape == a;
        return fits ? defect::none : defect::reduction_of_wrong_shape;
    }
    if (is_reduction(n.opcode)) {
        bool const fits = n.shape != a && a.contains_in_order(n.shape);
        return fits ? defect::none : defect::reduction_of_wrong_shape;
    }
    if (moves_entries(n.opcode) || rearranges(n.opcode)) {
        return check_moved(g, n);
    }
    extents const b = g[n.b].shape;
    // The matrix, the operand or result along its rows, and that along its columns.
    extents const matrix = n.opcode == op::outer ? n.shape : a;
    extents const rows = n.opcode == op::outer ? a : n.opcode == op::product ? n.shape : b;
    extents const columns = n.opcode == op::transposed_product ? n.shape : b;
    bool const is_weight = n.opcode == op::outer || g[n.a].opcode == op::parameter;
    return is_weight && are_factors(matrix, rows, columns) ? defect::none : defect::product_of_wrong_shapes;
}

/// Whether a value other than a weight and its gradient has distinct dimensions.
constexpr defect check_shape(graph const& g, node_id i)
{
    node const& n = g[i];
    if (has_gap(n.shape)) {
        return defect::shapes_differ;
    }
    bool const is_of_weight = n.opcode == op::parameter || n.opcode == op::outer || n.opcode == op::broadcast;
    return is_of_weight || !has_dimension_twice(n.shape) ? defect::none : defect::dimension_twice;
}

constexpr defect check_node(graph const& g, node_id i)
{
    node const& n = g[i];
    if (std::max({n.a, n.b, n.c}) >= i || std::min({n.a, n.b, n.c}) < no_node) {
        return defect::operand_after_user;
    }
    int const operands = (n.a != no_node) + (n.b != no_node) + (n.c != no_node);
    bool const lacks_one = (n.a == no_node && n.b != no_node) || (n.b == no_node && n.c != no_node);
    if (arity(n.opcode) != operands || lacks_one) {
        return defect::wrong_number_of_operands;
    }
    defect inside = defect::none;
    for_each_operand(g, i, [&](node_id o) {
        if (g[o].opcode == op::outer) {
            inside = defect::outer_inside_step;
        }
    });
    if (inside != defect::none) {
        return inside;
    }
    if (defect const f = check_shape(g, i); f != defect::none) {
        return f;
    }
    if (is_leaf(n.opcode)) {
        return check_leaf(g, i);
    }
    return is_elementwise(n.opcode) ? check_elementwise(g, n) : check_across(g, n);
}

constexpr defect check_result(graph const& g, program_result const& r)
{
    extents const shape = g[r.value].shape;
    if (r.what != role::parameter_gradient) {
        return has_dimension_twice(shape) ? defect::result_of_wrong_shape : defect::none;
    }
    for (node_id i = 0; i < g.size(); ++i) {
        if (g[i].opcode == op::parameter && g[i].index == r.index && g[i].shape != shape) {
            return defect::result_of_wrong_shape;
        }
    }
    return defect::none;
}

}  // namespace detail

/// Verifies @p p: operands come before their users and have fitting shapes, a leaf has one shape, a
/// matrix with a dimension twice is a parameter and only ever a factor, and the table of states agrees with
/// the leaves.
constexpr diagnosis verify(program const& p)
{
    graph const& g = p.nodes;
    for (node_id i = 0; i < g.size(); ++i) {
        if (defect const f = detail::check_node(g, i); f != defect::none) {
            return {f, i};
        }
    }
    auto const in_graph = [&](node_id i) { return i >= 0 && i < g.size(); };
    op carries = op::state;
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        auto const [from, to, delay] = p.states[k];
        if (!in_graph(from) || !in_graph(to)) {
            return {defect::value_outside_graph, no_node};
        }
        carries = k == 0 ? g[from].opcode : carries;
        bool const carried = carries == op::state || carries == op::state_adjoint;
        if (!carried || g[from].opcode != carries || g[from].index != static_cast<int>(k)) {
            return {defect::state_is_no_leaf, from};
        }
        if (g[from].shape != g[to].shape) {
            return {defect::state_changes_shape, to};
        }
    }
    for (node_id i = 0; i < g.size(); ++i) {
        if (g[i].opcode == carries &&
            (static_cast<std::size_t>(g[i].index) >= p.states.size() || p.states[g[i].index].from != i)) {
            return {defect::state_read_twice, i};
        }
    }
    for (program_result const& r : p.results) {
        if (!in_graph(r.value)) {
            return {defect::value_outside_graph, no_node};
        }
        if (defect const f = detail::check_result(g, r); f != defect::none) {
            return {f, r.value};
        }
    }
    return {};
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
