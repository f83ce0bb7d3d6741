#pragma once
/// @file
/// Finds the values that have an adjoint (activity analysis).
///
/// No gradient flows to constants, to what is computed from constants alone, nor through jumps.
/// differentiate() would derive adjoints that nobody needs.

#include <rondo/graph/program.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::ir_internal {

/// A flag for each parameter of a cell, by index; false where there is none.
using parameter_flags = static_vector<bool, max_parameters>;

/// Whether each node of @p p has a derivative with respect to an input, a state or a parameter that is none
/// of the @p constants.
///
/// Afterwards: an active node is such a leaf, or it has an active operand whose adjoint it adds to.
constexpr node_map<bool> find_active_nodes(program const& p, parameter_flags const& constants)
{
    node_map<bool> active{};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        auto const k = static_cast<std::size_t>(n.index);
        bool const is_trained = n.opcode == op::parameter && (k >= constants.size() || !constants[k]);
        bool depends =
            n.opcode == op::input || n.opcode == op::state || n.opcode == op::per_sequence || is_trained;
        for_each_operand(p.nodes, i, [&](node_id o) { depends |= active[o]; });
        if (controls_gradient(n.opcode)) {
            depends = active[n.opcode == op::with_gradient ? n.b : n.a];
        }
        active[i] = depends && !has_zero_derivative(n);
    }
    return active;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
