#pragma once
/// @file
/// Chooses names for the values of a program in its drawings.
///
/// A graph numbers its values; a reader wants names for the few that matter and the others written out
/// where they are used. The three drawings share the choice, so that they can be read side by side.

#include <rondo/graph/leaf_names.hpp>
#include <rondo/graph/node_map.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace rondo::inline RONDO_ISA::ir_internal {

/// A symbol for every node, empty for a constant and for a value that is written out where it is used.
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

/// Chooses the names of one program.
class value_namer {
   public:
    value_namer(program const& p, leaf_names const& names)
        : p_(p), names_(names), is_backward_(runs_backward(p)), uses_(count_uses(p))
    {
    }

    /// Gives a name to a value that has none.
    void require(node_id i) { is_named_[i] = is_named_[i] || !is_leaf(p_.nodes[i].opcode); }

    value_names run()
    {
        name_results();
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            if (is_leaf(p_.nodes[i].opcode)) {
                visit_leaf(i);
            } else {
                visit_operation(i);
            }
        }
        if (!is_backward_) {
            name_gates();
        }
        number_others();
        return out_;
    }

   private:
    static constexpr int longest_line = 12;  // in leaves

    void name_results()
    {
        auto const set = [&](node_id i, symbol const& s) {
            if (out_[i].empty() && !is_leaf(p_.nodes[i].opcode)) {
                out_[i] = s;
                is_named_[i] = true;
            }
        };
        for (std::size_t k = 0; k < p_.states.size(); ++k) {
            set(p_.states[k].to, name_of_next(p_, k, names_));
        }
        for (program_result const& r : p_.results) {
            if (!is_added_up(r.what)) {
                set(r.value, name_of_result(r, names_));
            }
        }
    }
    void visit_leaf(node_id i)
    {
        out_[i] = name_of_leaf(p_, p_.nodes[i], names_);
        leaves_[i] = 1;
        depends_on_adjoint_[i] = out_[i].adjoint;
        if (p_.nodes[i].opcode == op::parameter) {
            groups_[i].push_back(group_of(out_[i].name));
        }
    }
    void visit_operation(node_id i)
    {
        bool only_numbers = true;
        for_each_operand(p_.nodes, i, [&](node_id o) {
            leaves_[i] += is_named_[o] ? 1 : leaves_[o];
            depends_on_adjoint_[i] = depends_on_adjoint_[i] || depends_on_adjoint_[o];
            only_numbers = only_numbers && p_.nodes[o].opcode == op::constant;
            // An activation belongs to the gate whose sum it is applied to.
            if (!is_named_[o] || is_unary(p_.nodes[i].opcode)) {
                groups_[i].insert(groups_[i].end(), groups_[o].begin(), groups_[o].end());
            }
        });
        bool const is_shared = uses_[i] > 1 && !only_numbers;
        is_named_[i] = is_named_[i] || ((is_shared || leaves_[i] > longest_line) && !is_between_parts(i));
    }
    /// Whether node @p i is a part of which only parts are used: they are written as parts of the whole.
    [[nodiscard]] bool is_between_parts(node_id i) const
    {
        int parts = 0;
        for (node_id user = i; user < p_.nodes.size(); ++user) {
            parts += is_part(p_.nodes[user].opcode) && p_.nodes[user].a == i ? 1 : 0;
        }
        return p_.nodes[i].opcode == op::first_piece && parts == uses_[i];
    }
    [[nodiscard]] bool is_taken(std::string const& name) const
    {
        auto const has_name = [&](symbol const& s) { return s.name == name; };
        return name == "x" || name == "y" || std::any_of(out_.begin(), out_.end(), has_name);
    }
    [[nodiscard]] bool needs_name(node_id i) const { return is_named_[i] && out_[i].empty(); }
    /// Names gates. The last value of a group is the gate; the values before it are parts of the gate.
    void name_gates()
    {
        for (node_id i = p_.nodes.size(); i-- > 0;) {
            auto const& g = groups_[i];
            bool const is_one = !g.empty() && std::vector<std::string>(g.size(), g.front()) == g;
            if (needs_name(i) && is_one && !g.front().empty() && !is_taken(g.front())) {
                out_[i] = {g.front(), names_.now()};
            }
        }
    }
    void number_others()
    {
        int adjoints = 0;
        int others = 0;
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            while (needs_name(i)) {
                bool const is_adjoint = is_backward_ && depends_on_adjoint_[i];
                std::string const name = is_adjoint ? "delta_" + std::to_string(++adjoints)
                                                    : (is_backward_ ? "v_" : "a_") + std::to_string(++others);
                if (!is_taken(name)) {
                    out_[i] = {name, names_.now()};
                }
            }
        }
    }

    program const& p_;
    leaf_names const& names_;
    bool is_backward_;
    node_map<int> uses_;
    value_names out_{};
    node_map<bool> is_named_{};
    node_map<int> leaves_{};  // of the line that defines a value
    node_map<bool> depends_on_adjoint_{};
    node_map<std::vector<std::string>> groups_{};  // of the parameters in that line
};

}  // namespace detail

/// Names the leaves of @p p, its results and new states, values that are used more than once, the values in
/// @p also, and values that would make a line too long. A value all of whose parameters share a prefix or a
/// subscript is named after it, as the gates of a cell are in papers: i of `i.W` and `i.U`, r of `W_r`. The
/// others are `a_1`, `a_2` and so on; backwards `delta_1` if they depend on an adjoint, else `v_1`.
template <class Nodes = std::vector<node_id>>
value_names name_values(program const& p, leaf_names const& names, Nodes const& also = {})
{
    detail::value_namer namer(p, names);
    for (node_id const i : also) {
        namer.require(i);
    }
    return namer.run();
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
