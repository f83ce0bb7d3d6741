#pragma once
/// @file
/// Whether two programs are the same, node by node.

#include <rondo/graph/program.hpp>

#include <cstddef>

namespace rondo::test {

/// Whether two programs have equal nodes in the same order, equal states and equal results.
inline bool equal(ir_internal::program const& a, ir_internal::program const& b)
{
    bool same = a.nodes.size() == b.nodes.size() && a.states.size() == b.states.size() &&
                a.results.size() == b.results.size();
    for (ir_internal::node_id i = 0; same && i < a.nodes.size(); ++i) {
        same = a.nodes[i] == b.nodes[i];
    }
    for (std::size_t k = 0; same && k < a.states.size(); ++k) {
        same = a.states[k].from == b.states[k].from && a.states[k].to == b.states[k].to &&
               a.states[k].delay == b.states[k].delay;
    }
    for (std::size_t k = 0; same && k < a.results.size(); ++k) {
        same = a.results[k].what == b.results[k].what && a.results[k].index == b.results[k].index &&
               a.results[k].value == b.results[k].value;
    }
    return same;
}

}  // namespace rondo::test
