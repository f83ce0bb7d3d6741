#pragma once
/// @file
/// Random steps whose gradient is controlled, and the steps whose gradient is the same without that.

#include "random_program.hpp"

#include <rondo/graph/rewriter.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// The values between the shift of a softmax and the value in which it cancels, whose derivatives alone are
/// not those of their values, and the infinite values of masked entries.
inline node_map<bool> shifted_values(graph const& g)
{
    node_map<bool> shifted{};
    for (node_id i = 0; i < g.size(); ++i) {
        bool const adds_shift = g[i].opcode == op::add && (is_shift(g[g[i].a]) || is_shift(g[g[i].b]));
        bool const cancels = g[i].opcode == op::divide || adds_shift;
        shifted[i] = is_shift(g[i]) || (g[i].opcode == op::constant && std::isinf(g[i].value));
        for_each_operand(g, i, [&](node_id o) { shifted[i] = shifted[i] || (shifted[o] && !cancels); });
    }
    return shifted;
}

/// @p s with some of its values replaced by values with the derivative of another one, or with none; and, if
/// @p clips, by values whose adjoint is clipped.
inline sample_program controlled(sample_program const& s, random_source& random, bool clips)
{
    rewriter to(s.step);
    node_map<bool> const shifted = shifted_values(s.step.nodes);
    for (node_id i = 0; i < s.step.nodes.size(); ++i) {
        to.copy(i);
        node const& n = s.step.nodes[i];
        if (is_leaf(n.opcode) || shifted[i] || !random.chance(0.3)) {
            continue;
        }
        if (clips && random.chance(0.3)) {
            to.replace(i, to.nodes().binary(op::clip_gradient, to[i], to.nodes().constant(0.3)));
            continue;
        }
        node_id like = random.chance(0.2) ? to.nodes().constant(0) : no_node;
        while (like == no_node) {
            auto const earlier = static_cast<node_id>(random.below(static_cast<std::size_t>(i) + 1));
            bool const fits = s.step.nodes[earlier].shape == n.shape && !shifted[earlier] &&
                              s.step.nodes[earlier].opcode != op::symbol;
            like = fits ? to[earlier] : no_node;
        }
        to.replace(i, to.nodes().binary(op::with_gradient, to[i], like));
    }
    sample_program out = s;
    out.step = to.finish();
    return out;
}

/// The step whose plain gradient is that of @p s where the leaves have the values @p at: each value with the
/// derivative of b is b, moved to that value by a parameter of its own.
inline sample_program moved(sample_program const& s, leaf_values const& at, std::vector<value>& parameters)
{
    std::vector<value> const values = evaluate(s.step.nodes, s.size, at);
    auto const entry = [&](node_id i, std::size_t k) {
        value const& v = values[static_cast<std::size_t>(i)];
        return v.size() == 1 ? v[0] : v[k];
    };
    sample_program out = s;
    rewriter to(s.step);
    for (node_id i = 0; i < s.step.nodes.size(); ++i) {
        node const& n = s.step.nodes[i];
        if (n.opcode != op::with_gradient) {
            to.copy(i);
            continue;
        }
        auto const k = static_cast<int>(out.parameters.size());
        out.parameters.push_back(n.shape);
        value& by = parameters.emplace_back(s.size.entries(n.shape));
        for (std::size_t e = 0; e < by.size(); ++e) {
            by[e] = entry(n.a, e) - entry(n.b, e);
        }
        to.replace(i, to.nodes().binary(op::add, to[n.b], to.nodes().leaf(op::parameter, k, n.shape)));
    }
    out.step = to.finish();
    return out;
}

}  // namespace rondo::test
