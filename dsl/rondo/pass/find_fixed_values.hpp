#pragma once
/// @file
/// Finds the values that depend on parameters alone and are worth computing once for a run.
///
/// A decay of `exp(-softplus(rate))` is equal in all steps and all sequences. Inlined like other work on
/// leaves, its functions would be computed again for every row, and in a loop that is a scan they would be
/// most of the work.

#include <rondo/graph/program.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Which values depend on parameters alone.
struct fixed_values {
    node_map<bool> is_fixed{};  ///< elementwise work on parameters and constants
    node_map<bool> is_kept{};   ///< computed once for a run, and kept in an array with a single row
};

/// Finds the fixed values of @p p. A value that @p is_stored says must be in an array with a row for every
/// step is none of them.
///
/// Afterwards: a kept value is fixed, takes more than one cheap operation, and has a user that is not fixed;
/// the operands of a fixed value are fixed or leaves.
constexpr fixed_values find_fixed_values(program const& p, node_map<bool> const& is_stored)
{
    fixed_values out{};
    node_map<int> cost{};  // of computing a fixed value from leaves
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        if (is_leaf(n.opcode)) {
            out.is_fixed[i] = n.opcode == op::constant || n.opcode == op::extent || n.opcode == op::parameter;
            continue;
        }
        // Stages repeat a value along a matrix as they load it, so only the value itself is worth keeping.
        bool const fills_matrix = n.opcode == op::broadcast && n.shape.is_matrix();
        bool fixed = is_elementwise(n.opcode) && !is_stored[i] && !fills_matrix;
        int sum = cost_of(n.opcode);
        for_each_operand(p.nodes, i, [&](node_id o) {
            fixed = fixed && out.is_fixed[o];
            sum += cost[o];
        });
        out.is_fixed[i] = fixed;
        cost[i] = fixed ? sum : 0;
    }
    for (node_id u = 0; u < p.nodes.size(); ++u) {
        if (is_leaf(p.nodes[u].opcode) || out.is_fixed[u]) {
            continue;
        }
        for_each_operand(p.nodes, u, [&](node_id o) {
            out.is_kept[o] = out.is_fixed[o] && !is_leaf(p.nodes[o].opcode) && cost[o] > 1;
        });
    }
    for (program_result const& r : p.results) {
        // The gradient of a vector is added up over rows, by a stage that computes the value for each.
        out.is_kept[r.value] = false;
    }
    return out;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
