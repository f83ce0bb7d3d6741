#pragma once
/// @file
/// Drops forward values that only had a derivative.
///
/// In with_gradient(value, like) the value of `like` is of no use forwards, unless the backward step reads a
/// part of it. Which part that is, choose_saved_values() decides. So the rest can be dropped only after it.

#include <rondo/pass/choose_saved_values.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The steps of a cell: the forward step, and the backward step with the numbers of the values saved for it.
struct derived_steps {
    program forward{};       ///< all of its nodes are needed
    saved_values reverse{};  ///< of `forward`
};

/// Drops the nodes of @p forward that no result, no state and no saved value needs: operations
/// whose derivative was wanted and not their value.
///
/// Afterwards: @p forward has no such node, and the saved values have their new numbers.
constexpr derived_steps drop_unneeded_nodes(program const& forward, saved_values const& reverse)
{
    node_map<bool> needed = detail::live_nodes(forward);
    for (node_id const i : reverse.saved) {
        needed[i] = true;
    }
    rewriter to(forward);
    for (node_id i = forward.nodes.size(); i-- > 0;) {
        if (needed[i]) {
            for_each_operand(forward.nodes, i, [&](node_id o) { needed[o] = true; });
        }
    }
    for (node_id i = 0; i < forward.nodes.size(); ++i) {
        if (needed[i]) {
            to.copy(i);
        }
    }
    derived_steps out{to.finish(), {reverse.backward, {}}};
    for (node_id const i : reverse.saved) {
        out.reverse.saved.push_back(to[i]);
    }
    return out;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
