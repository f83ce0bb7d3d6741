#pragma once
/// @file
/// Decides which values of a program have a name in its drawings, and which.
///
/// A graph has numbers; a reader wants the few values that matter by name and the rest written out
/// in place. The three drawings share the choice, so that they can be read side by side.

#include <rondo/graph/leaf_names.hpp>

#include <string>
#include <vector>

namespace rondo::inline RONDO_ISA::ir_internal {

/// A symbol for every node. That of a value which is written out where it is used is empty, as is
/// that of a constant.
using value_names = node_map<symbol>;

namespace detail {

/// The common part of the names of a gate's parameters: `i` of `i.W`, `r` of `U_r`.
inline std::string group_of(std::string const& parameter)
{
    auto const dot = parameter.rfind('.');
    std::string prefix = dot == std::string::npos ? "" : parameter.substr(0, dot);
    std::string const last = dot == std::string::npos ? parameter : parameter.substr(dot + 1);
    auto const bar = last.find('_');
    if (bar != std::string::npos && bar + 1 < last.size()) {
        prefix += (prefix.empty() ? "" : ".") + last.substr(bar + 1);
    }
    return prefix;
}

}  // namespace detail

/// Names the leaves of @p p, its ends, what is used more than once, what is listed in @p also, and
/// what would make a line too long. A value all of whose parameters share a prefix or a subscript
/// takes it for a name, as the gates of a cell do in papers: i of `i.W` and `i.U`, r of `W_r`. The
/// others are `a_1`, `a_2` and so on; backwards `delta_1` if they depend on an adjoint, else `v_1`.
template <class Nodes = std::vector<node_id>>
value_names name_values(program const& p, leaf_names const& names, Nodes const& also = {})
{
    constexpr int longest_line = 12;  // in leaves
    node_map<int> const uses = count_uses(p);
    bool const back = runs_backward(p);
    value_names out{};
    node_map<bool> named{};
    node_map<int> leaves{};
    node_map<bool> depends_on_adjoint{};
    node_map<std::vector<std::string>> groups{};

    auto const take = [&](node_id i, symbol const& s) {
        if (out[i].empty() && !is_leaf(p.nodes[i].opcode)) {
            out[i] = s;
            named[i] = true;
        }
    };
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        take(p.states[k].to, name_of_next(p, k, names));
    }
    for (program_result const& r : p.results) {
        if (r.what != role::parameter_gradient) {
            take(r.value, name_of_result(r, names));
        }
    }
    for (node_id const i : also) {
        named[i] = named[i] || !is_leaf(p.nodes[i].opcode);
    }

    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        if (is_leaf(n.opcode)) {
            out[i] = name_of_leaf(p, n, names);
            leaves[i] = 1;
            depends_on_adjoint[i] = out[i].adjoint;
            if (n.opcode == op::parameter) {
                groups[i].push_back(detail::group_of(out[i].name));
            }
            continue;
        }
        bool only_numbers = true;
        for_each_operand(p.nodes, i, [&](node_id o) {
            leaves[i] += named[o] ? 1 : leaves[o];
            depends_on_adjoint[i] = depends_on_adjoint[i] || depends_on_adjoint[o];
            only_numbers = only_numbers && p.nodes[o].opcode == op::constant;
            // An activation belongs to the gate whose sum it is applied to.
            if (!named[o] || is_unary(n.opcode)) {
                groups[i].insert(groups[i].end(), groups[o].begin(), groups[o].end());
            }
        });
        bool const shared = uses[i] > 1 && !only_numbers;
        named[i] = named[i] || shared || leaves[i] > longest_line;
    }

    auto const taken = [&](std::string const& name) {
        for (symbol const& s : out) {
            if (s.name == name) {
                return true;
            }
        }
        return name == "x" || name == "y";
    };
    // The last value of a group is the gate; what stands before it is a part of the gate.
    for (node_id i = back ? node_id{0} : p.nodes.size(); i-- > 0;) {
        auto const& g = groups[i];
        bool const one = !g.empty() && std::vector<std::string>(g.size(), g.front()) == g;
        if (named[i] && out[i].empty() && one && !g.front().empty() && !taken(g.front())) {
            out[i] = {g.front(), moment::now};
        }
    }
    int count = 0;
    int count_forward = 0;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (named[i] && out[i].empty()) {
            std::string name{};
            do {
                name = back && depends_on_adjoint[i] ? "delta_" + std::to_string(++count)
                                                     : (back ? "v_" : "a_") + std::to_string(++count_forward);
            } while (taken(name));
            out[i] = {name, moment::now};
        }
    }
    return out;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
