#pragma once
/// @file
/// Finds the leaves of a step whose gradient cannot be compared with difference quotients.
///
/// A gradient that was chosen is not the derivative of the value, so quotients of values say nothing about
/// it. The derivative of a step function is zero, and quotients are zero beside its jumps: two zeros agree,
/// whatever was derived elsewhere. A gradient check that compared these would report differences or agreement
/// that mean nothing.

#include <rondo/graph/program.hpp>

#include <cstddef>
#include <string_view>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Names the operation that keeps the gradient of a leaf from being compared with differences; empty if it
/// can be compared.
struct gradient_obstacle {
    std::string_view operation{};  ///< such as "with_gradient"
    /// Whether the operation chooses the gradient. Otherwise it is a step function that no path avoids.
    bool is_control = false;

    /// Whether there is none.
    [[nodiscard]] constexpr bool empty() const noexcept { return operation.empty(); }
    friend constexpr bool operator==(gradient_obstacle const&, gradient_obstacle const&) = default;
};

/// The obstacles of all leaves of a step.
struct gradient_obstacles {
    static_vector<gradient_obstacle, max_sequences> inputs{};       ///< by index
    static_vector<gradient_obstacle, max_parameters> parameters{};  ///< by index
    static_vector<gradient_obstacle, max_states> states{};          ///< of the states as the step finds them
};

namespace detail {

/// Walks from the results of a step to its leaves, over any number of steps.
struct obstacle_search {
    program const& p;
    node_map<bool> reached{};     // leads to a result
    node_map<bool> smooth{};      // leads to a result without a step function
    node_map<node_id> control{};  // the operation that chooses a gradient, if the node leads to one
    node_map<node_id> jump{};     // the step function that the node leads to

    constexpr void visit(node_id i)
    {
        op const code = p.nodes[i].opcode;
        if (!reached[i] || is_shift(p.nodes[i])) {
            return;
        }
        auto const visit_operand = [&](node_id o, bool jumps) {
            reached[o] = true;
            smooth[o] = smooth[o] || (smooth[i] && !jumps);
            control[o] = controls_gradient(code) ? i : control[o] == no_node ? control[i] : control[o];
            jump[o] = jumps ? i : jump[o] == no_node ? jump[i] : jump[o];
        };
        if (code == op::select) {  // jumps with its condition
            visit_operand(p.nodes[i].a, true);
            visit_operand(p.nodes[i].b, false);
            visit_operand(p.nodes[i].c, false);
        } else {
            for_each_operand(p.nodes, i, [&](node_id o) { visit_operand(o, is_piecewise_constant(code)); });
        }
    }
    /// Carries what is known of a state as the step finds it to its value before. Returns whether that is
    /// news.
    constexpr bool go_back_a_step()
    {
        bool changed = false;
        for (carry const& c : p.states) {
            bool const news = (reached[c.from] && !reached[c.to]) || (smooth[c.from] && !smooth[c.to]) ||
                              (control[c.from] != no_node && control[c.to] == no_node) ||
                              (jump[c.from] != no_node && jump[c.to] == no_node);
            changed = changed || news;
            reached[c.to] = reached[c.to] || reached[c.from];
            smooth[c.to] = smooth[c.to] || smooth[c.from];
            control[c.to] = control[c.to] == no_node ? control[c.from] : control[c.to];
            jump[c.to] = jump[c.to] == no_node ? jump[c.from] : jump[c.to];
        }
        for (program_result const& r : p.results) {  // the states before the first step
            if (r.what == role::start) {
                node_id const from = p.states[static_cast<std::size_t>(r.index)].from;
                changed =
                    changed || (reached[from] && !reached[r.value]) || (smooth[from] && !smooth[r.value]);
                reached[r.value] = reached[r.value] || reached[from];
                smooth[r.value] = smooth[r.value] || smooth[from];
                control[r.value] = control[r.value] == no_node ? control[from] : control[r.value];
                jump[r.value] = jump[r.value] == no_node ? jump[from] : jump[r.value];
            }
        }
        return changed;
    }
    constexpr void run(bool with_states)
    {
        auto const begin_at = [&](node_id i) { reached[i] = smooth[i] = true; };
        for (program_result const& r : p.results) {
            if (r.what == role::output) {
                begin_at(r.value);
            }
        }
        for (carry const& c : p.states) {
            if (with_states) {
                begin_at(c.to);
            }
        }
        do {
            for (node_id i = p.nodes.size(); i-- > 0;) {
                visit(i);
            }
        } while (go_back_a_step());
    }
    constexpr gradient_obstacle obstacle_of(node_id leaf) const
    {
        if (node_id const c = control[leaf]; c != no_node) {
            node const& n = p.nodes[c];
            bool const stops = n.opcode == op::with_gradient && p.nodes[n.b].opcode == op::constant;
            return {stops ? "stop_gradient" : word_of(n.opcode), true};
        }
        if (reached[leaf] && !smooth[leaf]) {
            return {word_of(p.nodes[jump[leaf]].opcode), false};
        }
        return {};
    }
};

}  // namespace detail

/// Finds the obstacles of @p step, which has @p inputs inputs and @p parameters parameters, as it is
/// differentiated. The loss depends on its outputs and, if @p with_states, on the states after the last step.
///
/// Afterwards: a leaf has an obstacle if a path from it to the loss leads through an operation that
/// controls the gradient, or if every path leads through a step function. Of a leaf that has smooth
/// paths too, the derivative is that of the loss between the jumps, and can be compared there.
constexpr gradient_obstacles find_gradient_obstacles(program const& step, std::size_t inputs,
                                                     std::size_t parameters, bool with_states)
{
    detail::obstacle_search search{
        .p = step, .control = {step.nodes.size(), no_node}, .jump = {step.nodes.size(), no_node}};
    search.run(with_states);
    gradient_obstacles out{};
    for (std::size_t k = 0; k < inputs; ++k) {
        out.inputs.push_back({});
    }
    for (std::size_t k = 0; k < parameters; ++k) {
        out.parameters.push_back({});
    }
    for (carry const& c : step.states) {
        out.states.push_back(search.obstacle_of(c.from));
    }
    for (node_id i = 0; i < step.nodes.size(); ++i) {
        node const& n = step.nodes[i];
        if (n.opcode == op::input) {
            out.inputs[static_cast<std::size_t>(n.index)] = search.obstacle_of(i);
        } else if (n.opcode == op::parameter) {
            out.parameters[static_cast<std::size_t>(n.index)] = search.obstacle_of(i);
        }
    }
    return out;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
