#pragma once
/// @file
/// A step that can be unrolled: a graph, the values that it carries to later steps, and its results.
///
/// The forward step and the backward step are both programs, so each pass after differentiation is
/// written once and serves both. The backward step carries the adjoints of the states, from the last
/// step to the first.

#include <rondo/graph/graph.hpp>

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The largest number of states of a cell, those of nested cells included.
inline constexpr std::size_t max_states = 64;
/// The largest number of parameters of a cell.
inline constexpr std::size_t max_parameters = 256;
/// The largest number of inputs of a step, and of its outputs.
inline constexpr std::size_t max_sequences = 32;

/// Reports that the table of states is full.
struct too_many_states {
    static_assert(max_states == 64, "the sentence states the size");
    /// @throws std::length_error if @p is_full.
    static constexpr void check(bool is_full)
    {
        if (is_full) {
            throw std::length_error("rondo: a cell has more than 64 states");
        }
    }
};

/// Reports that the table of parameters is full.
struct too_many_parameters {
    static_assert(max_parameters == 256, "the sentence states the size");
    /// @throws std::length_error if @p is_full.
    static constexpr void check(bool is_full)
    {
        if (is_full) {
            throw std::length_error("rondo: a cell has more than 256 parameters and constants");
        }
    }
};

/// Reports that the table of inputs or outputs is full.
struct too_many_sequences {
    static_assert(max_sequences == 32, "the sentence states the size");
    /// @throws std::length_error if @p is_full.
    static constexpr void check(bool is_full)
    {
        if (is_full) {
            throw std::length_error("rondo: a step has more than 32 inputs or outputs");
        }
    }
};

/// The largest number of steps that a value is carried.
inline constexpr int max_delay = 1 << 20;

/// A value carried from one step to a later one.
struct carry {
    node_id from = no_node;  ///< the leaf that reads it
    node_id to = no_node;    ///< the value that the step @p delay steps later will read
    int delay = 1;           ///< how many steps later it is read
};

/// The purpose of a result.
enum class role : std::uint8_t {
    output,                 ///< an output of the step
    input_gradient,         ///< the loss's derivative with respect to an input of the step
    parameter_gradient,     ///< a part of the derivative with respect to a parameter
    per_sequence_gradient,  ///< a part of the derivative with respect to a value that the sequence keeps
    start,  ///< a state that sequences begin with; only in a step that has not been separated from its
            ///< prologue
};

/// Whether results of this purpose are added up over the steps.
constexpr bool is_added_up(role what) noexcept
{
    return what == role::parameter_gradient || what == role::per_sequence_gradient;
}

/// A value that leaves the step. A parameter's gradient is the sum of all results for it over all steps
/// and the whole batch; there can be several.
struct program_result {
    role what = role::output;  ///< its purpose
    std::int16_t index = 0;    ///< of an output, an input, a parameter, a per-sequence value or a state
    node_id value = no_node;   ///< the node that computes it
};

/// A step: its operations, the values it carries, and its results.
struct program {
    graph nodes{};                                                                ///< all operations
    static_vector<carry, max_states, std::size_t, too_many_states> states{};      ///< to later steps
    static_vector<program_result, max_parameters + 2 * max_sequences> results{};  ///< out of the step
};

/// Calls @p f with every node whose value leaves the step: new states, then results.
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

/// The number of uses of each node, by other nodes and as a root.
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
