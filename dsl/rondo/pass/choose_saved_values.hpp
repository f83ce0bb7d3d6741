#pragma once
/// @file
/// Decides which forward values the backward step finds in memory and which it computes again.
///
/// Storing everything would be simple and would make long sequences run at the speed of memory.
/// Storing too little would repeat products. Old and new states are kept anyway; of the rest, a
/// value is computed again if that takes no product and no more than one dear function of what is
/// there, and is stored otherwise.

#include <rondo/graph/program.hpp>
#include <rondo/pass/simplify.hpp>

#include <algorithm>

namespace rondo::inline RONDO_ISA::ir_internal {

/// A backward program that stands alone, and the forward nodes it wants kept.
struct saved_values {
    program backward{};  ///< reads no forward node
    /// Nodes of the forward program; the `remembered` leaf i of the backward program is the value
    /// of the i-th.
    static_vector<node_id, max_nodes> kept{};
};

namespace detail {

/// What recomputing may cost, in additions: one tanh and a few operations around it, about what
/// writing and reading a value costs once it has left the nearest cache.
inline constexpr int recompute_limit = 10;

/// How to come by each forward value in the backward step.
struct availability {
    per_node<bool> in_memory{};  // leaves, states, kept values
    per_node<bool> needed{};
    per_node<int> cost{};  // of computing it from what is in memory
};

constexpr availability decide(program const& forward, program const& backward)
{
    per_node<bool> const live = live_nodes(backward);
    availability a{};
    node_id const size = forward.nodes.size();
    for (node_id i = 0; i < size; ++i) {
        a.in_memory[static_cast<std::size_t>(i)] = is_leaf(forward.nodes[i].opcode);
    }
    for (carry const& c : forward.states) {
        a.in_memory[static_cast<std::size_t>(c.to)] = true;
    }
    for (node_id i = size; i < backward.nodes.size(); ++i) {
        if (!live[static_cast<std::size_t>(i)]) {
            continue;
        }
        for_each_operand(backward.nodes, i, [&](node_id o) {
            if (o < size) {
                a.needed[static_cast<std::size_t>(o)] = true;
            }
        });
    }
    for_each_root(backward, [&](node_id r) {
        if (r < size) {
            a.needed[static_cast<std::size_t>(r)] = true;
        }
    });
    // Operands first, so that a cheap value rests on those kept before it.
    for (node_id i = 0; i < size; ++i) {
        auto const at = static_cast<std::size_t>(i);
        if (a.in_memory[at]) {
            continue;
        }
        op const code = forward.nodes[i].opcode;
        int cost = is_elementwise(code) ? cost_of(code) : recompute_limit + 1;
        for_each_operand(forward.nodes, i, [&](node_id o) { cost += a.cost[static_cast<std::size_t>(o)]; });
        if (a.needed[at] && cost > recompute_limit) {
            a.in_memory[at] = true;
            cost = 0;
        }
        a.cost[at] = std::min(cost, recompute_limit + 1);  // shared parts count every time
    }
    return a;
}

/// Renumbers the `remembered` leaves, so that they count the forward nodes that are still used.
constexpr void number_kept_values(saved_values& r)
{
    program numbered{};
    numbered.states = r.backward.states;
    numbered.results = r.backward.results;
    for (node_id i = 0; i < r.backward.nodes.size(); ++i) {
        node n = r.backward.nodes[i];
        if (n.opcode == op::saved) {
            r.kept.push_back(n.index);
            n.index = static_cast<std::int16_t>(r.kept.size() - 1);
        }
        numbered.nodes.add(n);
    }
    r.backward.nodes = numbered.nodes;
}

}  // namespace detail

/// Cuts @p backward, just as differentiate() made it from @p forward, loose from the forward step.
///
/// Afterwards: the backward program contains no forward product or reduction; each of its
/// `remembered` leaves stands for a value that is kept; every kept value is used.
constexpr saved_values choose_saved_values(program const& forward, program const& backward)
{
    detail::availability const a = detail::decide(forward, backward);
    program cut{};
    per_node<node_id> copy{};
    auto const copied = [&](node_id i) { return copy[static_cast<std::size_t>(i)]; };

    for (node_id i = 0; i < backward.nodes.size(); ++i) {
        auto const at = static_cast<std::size_t>(i);
        node n = backward.nodes[i];
        if (i < forward.nodes.size() && !is_leaf(n.opcode)) {
            if (a.in_memory[at]) {
                n = {.opcode = op::saved, .shape = n.shape, .index = i};
                for (std::size_t k = 0; k < forward.states.size(); ++k) {
                    if (forward.states[k].to == i) {
                        n.opcode = op::new_state;
                        n.index = static_cast<std::int16_t>(k);
                    }
                }
                copy[at] = cut.nodes.add(n);
                continue;
            }
            if (a.cost[at] > detail::recompute_limit) {
                copy[at] = no_node;  // not needed backwards
                continue;
            }
        }
        if (n.a != no_node) {
            n.a = copied(n.a);
        }
        if (n.b != no_node) {
            n.b = copied(n.b);
        }
        copy[at] = cut.nodes.add(n);
    }
    for (carry const& c : backward.states) {
        cut.states.push_back({copied(c.from), copied(c.to)});
    }
    for (program_result const& r : backward.results) {
        cut.results.push_back({r.what, r.index, copied(r.value)});
    }
    saved_values out{.backward = simplify(cut)};
    detail::number_kept_values(out);
    return out;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
