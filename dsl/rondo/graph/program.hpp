#pragma once
/// @file
/// A step that can be unrolled: a graph, what it carries from step to step, and what it yields.
///
/// The forward step and the backward step are both programs, so each pass after
/// differentiation is written once and serves both. Backwards, what is carried are the adjoints of
/// the states, and the steps are walked from the last to the first.

#include <rondo/graph/graph.hpp>

#include <cstdint>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The largest number of states of a cell, those of nested cells included.
inline constexpr std::size_t max_states = 32;
/// The largest number of parameters of a cell.
inline constexpr std::size_t max_parameters = 256;

/// A value handed from one step to the next.
struct carry {
    node_id from = no_node;  ///< the leaf that reads it
    node_id to = no_node;    ///< the value that the next step will read
};

/// What a yielded value is for.
enum class role : std::uint8_t {
    output,              ///< the output of the step
    input_gradient,      ///< the loss's derivative with respect to the input of the step
    parameter_gradient,  ///< a part of the derivative with respect to a parameter
};

/// A value that leaves the step. A parameter's gradient is the sum over all steps and the whole
/// batch of the values yielded for it, and there can be several.
struct program_result {
    role what = role::output;  ///< what it is for
    std::int16_t index = 0;    ///< of a parameter
    node_id value = no_node;   ///< the node whose value it is
};

/// A step with its ends.
struct program {
    graph nodes{};                                                ///< all that is computed
    static_vector<carry, max_states> states{};                    ///< from step to step
    static_vector<program_result, max_parameters + 2> results{};  ///< out of the step
};

/// Calls @p f with every node whose value the program must have: new states and results.
template <class F>
constexpr void for_each_root(program const& p, F&& f)
{
    for (carry const& s : p.states) {
        f(s.to);
    }
    for (program_result const& r : p.results) {
        f(r.value);
    }
}

/// How many nodes and roots use each node.
constexpr node_map<int> count_uses(program const& p)
{
    node_map<int> uses{};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        for_each_operand(p.nodes, i, [&](node_id o) { ++uses[o]; });
    }
    for_each_root(p, [&](node_id r) { ++uses[r]; });
    return uses;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
