#pragma once
/// @file
/// Unrolls a step over a sequence with the plain interpreter: the oracle of schedules.

#include "random_program.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// The arguments of a run over a sequence and of its gradient.
struct sequence_values {
    std::size_t steps = 0;
    std::vector<std::vector<value>> inputs{};           ///< by input, then by step
    std::vector<std::vector<value>> output_adjoints{};  ///< by output, then by step
    std::vector<value> states{};                        ///< initial
    std::vector<value> state_adjoints{};                ///< of the last states
    std::vector<value> parameters{};
};

inline sequence_values random_sequence(sample_program const& s, std::size_t steps, random_source& random)
{
    leaf_values const first = random_leaves(s, random);
    sequence_values q{};
    q.states = first.states;
    q.state_adjoints = first.state_adjoints;
    q.parameters = first.parameters;
    q.steps = steps;
    q.inputs.resize(s.inputs.size());
    q.output_adjoints.resize(first.output_adjoints.size());
    for (std::size_t t = 0; t < steps; ++t) {
        for (std::size_t k = 0; k < q.inputs.size(); ++k) {
            q.inputs[k].push_back(random_input(s, k, random));
        }
        for (std::size_t k = 0; k < q.output_adjoints.size(); ++k) {
            q.output_adjoints[k].push_back(random.vector(first.output_adjoints[k].size(), 1));
        }
    }
    return q;
}

/// The results of an unrolled forward step.
struct unrolled_forward {
    std::vector<leaf_values> found{};           ///< by step: what the step read
    std::vector<std::vector<value>> nodes{};    ///< by step: the value of every node
    std::vector<std::vector<value>> outputs{};  ///< by output, then by step
    std::vector<std::vector<value>> states{};   ///< by step: after the step
    double distance_to_kink = HUGE_VAL;
};

/// The values of step @p t of several sequences.
inline std::vector<value> at_step(std::vector<std::vector<value>> const& sequences, std::size_t t)
{
    std::vector<value> values;
    for (std::vector<value> const& s : sequences) {
        values.push_back(s.at(t));
    }
    return values;
}

inline unrolled_forward unroll(program const& step, sizes const& size, sequence_values const& q)
{
    unrolled_forward u{};
    leaf_values now{};
    now.parameters = q.parameters;
    now.states = q.states;
    u.outputs.resize(step.results.size());
    for (std::size_t t = 0; t < q.steps; ++t) {
        now.inputs = at_step(q.inputs, t);
        now.output_adjoints = at_step(q.output_adjoints, t);
        u.found.push_back(now);
        u.nodes.push_back(evaluate(step.nodes, size, now));
        std::vector<value> const& v = u.nodes.back();
        u.distance_to_kink = std::min(u.distance_to_kink, distance_to_kink(step.nodes, v));
        for (std::size_t k = 0; k < step.states.size(); ++k) {
            now.states[k] = v[static_cast<std::size_t>(step.states[k].to)];
        }
        u.states.push_back(now.states);
        for (std::size_t k = 0; k < step.results.size(); ++k) {
            u.outputs[k].push_back(v[static_cast<std::size_t>(step.results[k].value)]);
        }
    }
    return u;
}

/// The loss whose gradients are the adjoints: inner products with outputs and last states.
inline double loss(program const& step, sizes const& size, sequence_values const& q)
{
    unrolled_forward const u = unroll(step, size, q);
    double sum = 0;
    auto const add = [&](value const& a, value const& b) {
        for (std::size_t i = 0; i < a.size(); ++i) {
            sum += a[i] * b.at(i);
        }
    };
    for (std::size_t k = 0; k < u.outputs.size(); ++k) {
        for (std::size_t t = 0; t < q.steps; ++t) {
            add(u.outputs[k][t], q.output_adjoints[k][t]);
        }
    }
    for (std::size_t k = 0; k < q.states.size(); ++k) {
        add(u.states.back()[k], q.state_adjoints[k]);
    }
    return sum;
}

/// The gradient of the loss with respect to all differentiable arguments.
struct sequence_gradient {
    std::vector<std::vector<value>> inputs{};  ///< by input, then by step
    std::vector<value> states{};               ///< initial
    std::vector<value> parameters{};
};
inline double difference(sequence_gradient const& a, sequence_gradient const& b)
{
    return std::max({difference(a.inputs, b.inputs), difference(a.states, b.states),
                     difference(a.parameters, b.parameters)});
}

/// Backward through time with the plain interpreter: @p backward reads the forward nodes it shares
/// a graph with (as differentiate() makes it) or, where it has been cut loose, what was @p kept.
template <class Kept>
sequence_gradient unroll_backward(program const& backward, Kept const& kept, sizes const& size,
                                  sequence_values const& q, unrolled_forward const& u)
{
    sequence_gradient g{};
    g.inputs.assign(q.inputs.size(), std::vector<value>(q.steps));
    for (value const& p : q.parameters) {
        g.parameters.emplace_back(p.size(), 0.0);
    }
    g.states = q.state_adjoints;
    for (std::size_t t = q.steps; t-- > 0;) {
        leaf_values now = u.found[t];
        now.state_adjoints = g.states;
        now.new_states = u.states[t];
        for (node_id const k : kept) {
            now.saved.push_back(u.nodes[t][static_cast<std::size_t>(k)]);
        }
        outcome const o = run(backward, size, now);
        gradients const parts = gradients_of(backward, o, now);
        g.states = o.states;
        for (std::size_t k = 0; k < g.inputs.size(); ++k) {
            g.inputs[k][t] = parts.inputs[k];
        }
        for (std::size_t k = 0; k < g.parameters.size(); ++k) {
            add_to(g.parameters[k], parts.parameters[k]);
        }
    }
    return g;
}

/// The gradient by central differences.
inline sequence_gradient differences(program const& step, sizes const& size, sequence_values q)
{
    sequence_gradient g{};
    auto const along = [&](std::vector<value>& arguments) {
        std::vector<value> slopes;
        for (value& v : arguments) {
            slopes.emplace_back();
            for (double& entry : v) {
                double const h = 1e-5;
                double const here = std::exchange(entry, entry + h);
                double const above = loss(step, size, q);
                entry = here - h;
                double const below = loss(step, size, q);
                entry = here;
                slopes.back().push_back((above - below) / (2 * h));
            }
        }
        return slopes;
    };
    for (std::vector<value>& one : q.inputs) {
        g.inputs.push_back(along(one));  // a symbol moved by so little is the same symbol
    }
    g.states = along(q.states);
    g.parameters = along(q.parameters);
    return g;
}

}  // namespace rondo::test
