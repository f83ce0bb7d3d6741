#pragma once
/// @file
/// The message for a value that is not finite.

#include <rondo/error/number_error.hpp>
#include <rondo/graph/definition_text.hpp>
#include <rondo/locate/entry_place.hpp>
#include <rondo/locate/plain_adjoints.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A step of a sequence, as the caller counts.
struct place_in_time {
    std::ptrdiff_t time = 0;   ///< the step
    std::ptrdiff_t batch = 0;  ///< the sequence
};

/// Writes the messages for the values of one step, with the names that drawings give them.
class value_describer {
   public:
    /// Refers to @p m.
    explicit value_describer(recorded_model const& m) : m_(m), program_(m.step.rebuilt())
    {
        leaf_names& names = leaves_;
        names.name_sequences(*m.step.shapes);
        for (lang_internal::parameter_info const& p : m.step.shapes->parameters) {
            names.parameters.emplace_back(p.name.view());
        }
        for (std::string_view const d : m.step.shapes->dimensions) {
            names.dimensions.emplace_back(d);
        }
        names_ = std::make_unique<value_names>(name_values(*program_, names, m.step.saved));
        drop_numbered_names();
    }

    /// The message for a value of the forward step.
    [[nodiscard]] rejection value(not_finite_value const& found, place_in_time at) const
    {
        return {text(found.where), "finite numbers", place(found, at)};
    }
    /// The message for an adjoint.
    [[nodiscard]] rejection adjoint(not_finite_value const& found, place_in_time at) const
    {
        return {"the derivative with respect to " + text(found.where), "finite numbers",
                place(found, at) + (found.through == no_node ? "" : ", through " + text(found.through))};
    }


   private:
    static constexpr int longest_definition = 12;  // operands, counted as leaves of the expression

    /// Drops the names `a_1`, `a_2` and so on of drawings, which say nothing to a reader of the cell, except
    /// where a definition would become long.
    void drop_numbered_names()
    {
        std::vector<int> leaves(m_.step.nodes.size(), 1);
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            node const& n = m_.step.nodes[i];
            if (is_leaf(n.opcode)) {
                continue;
            }
            auto const in = [&](node_id o) {
                return o == no_node ? 0 : (*names_)[o].empty() ? leaves[static_cast<std::size_t>(o)] : 1;
            };
            leaves[i] = std::min(in(n.a) + in(n.b) + in(n.c), 2 * longest_definition);
            symbol& s = (*names_)[static_cast<node_id>(i)];
            bool const is_numbered =
                s.name.starts_with("a_") && s.name.find_first_not_of("0123456789", 2) == std::string::npos;
            if (is_numbered && leaves[i] <= longest_definition) {
                s = {};
            }
        }
    }
    /// A value as the cell computes it: `f[t] = sigmoid(f.W * x[t] + f.b)`, or `log(x[t]) in f[t]` where the
    /// value has no name and is a part of one that has.
    [[nodiscard]] std::string text(node_id i) const
    {
        node const& n = program_->nodes[i];
        std::string const definition = definition_text(*program_, *names_, i, leaves_);
        if (is_leaf(n.opcode)) {
            return n.opcode == op::parameter  ? "parameter '" + definition + "'"
                   : n.opcode == op::constant ? "the constant " + definition
                                              : definition;
        }
        if (!(*names_)[i].empty()) {
            return plain((*names_)[i]) + " = " + definition;
        }
        node_id const whole = named_user(i);
        return definition + (whole == no_node ? "" : " in " + plain((*names_)[whole]));
    }
    /// The first value with a name whose definition contains node @p i; no_node if there is none.
    [[nodiscard]] node_id named_user(node_id i) const
    {
        for (node_id user = static_cast<node_id>(i + 1); user < program_->nodes.size(); ++user) {
            node const& n = program_->nodes[user];
            if (n.a == i || n.b == i || n.c == i) {
                if (!(*names_)[user].empty()) {
                    return user;
                }
                i = user;
            }
        }
        return no_node;
    }
    [[nodiscard]] std::string place(not_finite_value const& found, place_in_time at) const
    {
        node const& n = program_->nodes[found.where];
        if (n.opcode != op::parameter) {
            return concat(found.value, " at (time ", at.time, ", batch ", at.batch, ", ",
                          feature_text(m_, n.shape, found.entry), ")");
        }
        return concat(found.value, " at ", entry_text(m_, n.shape, found.entry), ", at (time ", at.time,
                      ", batch ", at.batch, ")");
    }

    recorded_model const& m_;
    std::unique_ptr<program> program_;
    leaf_names leaves_{};
    std::unique_ptr<value_names> names_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
