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
    std::vector<value> states{};                        ///< initial, of all steps that each is carried over
    std::vector<value> state_adjoints{};                ///< of the last states, likewise
    std::vector<value> parameters{};
};

/// Appends the entries of @p more.
inline void append(value& to, value const& more) { to.insert(to.end(), more.begin(), more.end()); }

/// The entries of step @p i in the values of several steps of @p entries each.
inline value of_step(value const& all, std::size_t i, std::size_t entries)
{
    auto const first = all.begin() + static_cast<std::ptrdiff_t>(i * entries);
    return {first, first + static_cast<std::ptrdiff_t>(entries)};
}

inline sequence_values random_sequence(sample_program const& s, std::size_t steps, random_source& random)
{
    leaf_values const first = random_leaves(s, random);
    sequence_values q{};
    for (std::size_t k = 0; k < s.states.size(); ++k) {
        q.states.push_back(first.states[k]);
        q.state_adjoints.push_back(first.state_adjoints[k]);
        for (int j = 1; j < s.step.states[k].delay; ++j) {
            append(q.states[k], random.vector(first.states[k].size(), 1));
            append(q.state_adjoints[k], random.vector(first.states[k].size(), 1));
        }
    }
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
    std::vector<std::vector<value>> states{};   ///< by step: the new values
    std::vector<value> last{};  ///< after the last step, of all steps that each is carried over
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
    now.states.resize(q.states.size());
    u.last = q.states;
    u.outputs.resize(step.results.size());
    for (std::size_t t = 0; t < q.steps; ++t) {
        now.inputs = at_step(q.inputs, t);
        now.output_adjoints = at_step(q.output_adjoints, t);
        for (std::size_t k = 0; k < step.states.size(); ++k) {
            now.states[k] = of_step(u.last[k], 0, size.entries(step.nodes[step.states[k].from].shape));
        }
        u.found.push_back(now);
        u.nodes.push_back(evaluate(step.nodes, size, now));
        std::vector<value> const& v = u.nodes.back();
        u.states.emplace_back();
        for (std::size_t k = 0; k < step.states.size(); ++k) {
            u.states[t].push_back(v[static_cast<std::size_t>(step.states[k].to)]);
            append(u.last[k], u.states[t][k]);
            u.last[k].erase(u.last[k].begin(),
                            u.last[k].begin() + static_cast<std::ptrdiff_t>(u.states[t][k].size()));
        }
        for (std::size_t k = 0; k < step.results.size(); ++k) {
            u.outputs[k].push_back(v[static_cast<std::size_t>(step.results[k].value)]);
        }
    }
    return u;
}

/// How far an unrolled step stays from the points where it has no derivative.
inline double distance_to_kink(program const& step, sizes const& size, unrolled_forward const& u)
{
    double least = HUGE_VAL;
    for (std::vector<value> const& values : u.nodes) {
        least = std::min(least, distance_to_kink(step.nodes, size, values));
    }
    return least;
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
        add(u.last[k], q.state_adjoints[k]);
    }
    return sum;
}

/// The values that each step finds of a state, given its new values by step.
inline std::vector<value> found_by_steps(value const& initial, std::vector<value> const& next)
{
    std::vector<value> found;
    for (std::size_t i = 0; i < initial.size() / next[0].size(); ++i) {
        found.push_back(of_step(initial, i, next[0].size()));
    }
    found.insert(found.end(), next.begin(), next.end());
    found.resize(next.size());
    return found;
}
/// The gradient with respect to the initial values of a state, given that with respect to the value that each
/// step finds. Initial values that no step finds are still there after the last.
inline value gradient_of_initial(std::vector<value> const& found, value const& last)
{
    value all;
    for (value const& v : found) {
        append(all, v);
    }
    append(all, last);
    all.resize(last.size());
    return all;
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
        now.state_adjoints.clear();
        for (std::size_t k = 0; k < g.states.size(); ++k) {
            std::size_t const entries = u.states[t][k].size();
            now.state_adjoints.push_back(of_step(g.states[k], g.states[k].size() / entries - 1, entries));
            g.states[k].resize(g.states[k].size() - entries);
        }
        now.new_states = u.states[t];
        for (node_id const k : kept) {
            now.saved.push_back(u.nodes[t][static_cast<std::size_t>(k)]);
        }
        outcome const o = run(backward, size, now);
        gradients const parts = gradients_of(backward, o, now);
        for (std::size_t k = 0; k < g.states.size(); ++k) {
            g.states[k].insert(g.states[k].begin(), o.states[k].begin(), o.states[k].end());
        }
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
