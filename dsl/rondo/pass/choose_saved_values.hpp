#pragma once
/// @file
/// Decides which forward values are saved for the backward step and which it recomputes.
///
/// Saving everything would be simple and would make long sequences run at the speed of memory.
/// Saving too little would repeat products. Old and new states are in memory anyway. Of the other values,
/// one is recomputed if that takes no product and no more than one expensive function of values in
/// memory; otherwise it is saved.
///
/// A matrix is recomputed at any cost if it is made entry by entry from values of fewer dimensions and from
/// matrices in memory, such as old and new states: those values are saved instead. To save it would take as
/// many numbers at each step as a state has, where its factors take the sum of its sides.

#include <rondo/pass/find_fixed_values.hpp>
#include <rondo/pass/simplify.hpp>

#include <algorithm>

namespace rondo::inline RONDO_ISA::ir_internal {

/// A backward program without the forward step, and the forward nodes that are saved for it.
struct saved_values {
    program backward{};  ///< reads no forward node
    node_list saved{};   ///< forward nodes; entry i is the value of the backward program's `saved` leaf i
};

namespace detail {

/// The largest cost of recomputing a value, in additions: one tanh and a few operations around it. Writing
/// and reading a value costs about as much once it has left L1.
inline constexpr int recompute_limit = 10;

/// The cost of looking up a value again, in additions: a row of a large matrix may be in memory alone.
inline constexpr int look_up_cost = 4;

/// How the backward step obtains each forward value.
struct availability {
    node_map<bool> in_memory{};  // leaves, states, saved values
    node_map<bool> needed{};     // by the backward step
    node_map<int> cost{};        // of computing it from values in memory
    node_map<bool> is_spread{};  // a matrix made entry by entry from fewer dimensions and matrices in memory
};

/// Finds the matrices that are recomputed at any cost, and adds their operands to the needed values.
constexpr void find_spread_matrices(program const& forward, availability& a)
{
    for (node_id i = 0; i < forward.nodes.size(); ++i) {
        node const& n = forward.nodes[i];
        bool spread =
            !a.in_memory[i] && n.shape.is_matrix() && (is_elementwise(n.opcode) || rearranges(n.opcode));
        for_each_operand(forward.nodes, i, [&](node_id o) {
            bool const is_smaller = forward.nodes[o].shape.rank() < n.shape.rank();
            spread = spread && (is_smaller || a.in_memory[o] || a.is_spread[o]);
        });
        a.is_spread[i] = spread;
    }
    for (node_id i = forward.nodes.size(); i-- > 0;) {
        if (a.needed[i] && a.is_spread[i]) {
            for_each_operand(forward.nodes, i, [&](node_id o) { a.needed[o] = true; });
        }
    }
}

constexpr availability decide(program const& forward, program const& backward)
{
    node_map<bool> const live = live_nodes(backward);
    availability a{};
    node_id const size = forward.nodes.size();
    for (node_id i = 0; i < size; ++i) {
        a.in_memory[i] = is_leaf(forward.nodes[i].opcode);
    }
    for (carry const& c : forward.states) {
        a.in_memory[c.to] = true;
    }
    for (node_id i = size; i < backward.nodes.size(); ++i) {
        if (!live[i]) {
            continue;
        }
        for_each_operand(backward.nodes, i, [&](node_id o) {
            if (o < size) {
                a.needed[o] = true;
            }
        });
    }
    for_each_root(backward, [&](node_id r) {
        if (r < size) {
            a.needed[r] = true;
        }
    });
    find_spread_matrices(forward, a);
    fixed_values const fixed = find_fixed_values(forward, a.in_memory);
    // Operands first, so that the cost of a value counts from the values saved before it.
    for (node_id i = 0; i < size; ++i) {
        if (a.in_memory[i]) {
            continue;
        }
        op const code = forward.nodes[i].opcode;
        if (a.is_spread[i]) {
            a.cost[i] = a.needed[i] ? 0 : recompute_limit + 1;
            continue;
        }
        int cost = fixed.is_fixed[i]                                                 ? 0
                   : is_elementwise(code) || moves_entries(code) || rearranges(code) ? cost_of(code)
                   : is_look_up(forward.nodes, i)                                    ? look_up_cost
                                                                                     : recompute_limit + 1;
        for_each_operand(forward.nodes, i, [&](node_id o) { cost += a.cost[o]; });
        if (a.needed[i] && cost > recompute_limit) {
            a.in_memory[i] = true;
            cost = 0;
        }
        a.cost[i] = std::min(cost, recompute_limit + 1);  // shared parts count every time
    }
    return a;
}

/// Renumbers the `saved` leaves of @p backward, so that they count the forward nodes that are still used.
constexpr saved_values number_saved_values(program const& backward)
{
    saved_values out{};
    rewriter to(backward);
    for (node_id i = 0; i < backward.nodes.size(); ++i) {
        node leaf = backward.nodes[i];
        if (leaf.opcode == op::saved) {
            node_id const value = leaf.index;
            leaf.index = out.saved.push_back(value);
            to.replace(i, to.nodes().add(leaf));
        } else {
            to.copy(i);
        }
    }
    out.backward = to.finish();
    return out;
}

/// The leaf through which the backward step reads node @p i of @p forward from memory.
constexpr node leaf_of(program const& forward, node_id i)
{
    node leaf{.opcode = op::saved, .shape = forward.nodes[i].shape, .index = i};
    for (std::size_t k = 0; k < forward.states.size(); ++k) {
        if (forward.states[k].to == i) {
            leaf.opcode = op::new_state;
            leaf.index = static_cast<std::int16_t>(k);
        }
    }
    return leaf;
}

}  // namespace detail

/// Separates @p backward, which differentiate() made from @p forward, from the forward step.
///
/// Afterwards: the backward program contains no forward product or reduction; each of its
/// `saved` leaves stands for a value that is saved; every saved value is used; no matrix is saved that is
/// made entry by entry from values in memory or of fewer dimensions.
constexpr saved_values choose_saved_values(program const& forward, program const& backward)
{
    detail::availability const a = detail::decide(forward, backward);
    rewriter to(backward);
    for (node_id i = 0; i < backward.nodes.size(); ++i) {
        bool const recomputed = i >= forward.nodes.size() || is_leaf(forward.nodes[i].opcode);
        if (!recomputed && a.in_memory[i]) {
            to.replace(i, to.nodes().add(detail::leaf_of(forward, i)));
        } else if (recomputed || a.cost[i] <= detail::recompute_limit) {
            to.copy(i);
        }
    }
    return detail::number_saved_values(simplify(to.finish()));
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
