#pragma once
/// @file
/// Differentiates one step of one sequence in reverse, node by node.

#include <rondo/locate/not_finite_value.hpp>
#include <rondo/locate/plain_slopes.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The derivatives of the loss with respect to all nodes of a step. It applies the rules of differentiate()
/// to numbers, so each adjoint belongs to a node of the forward step.
class plain_adjoints {
   public:
    /// Refers to @p m and to the values of its steps.
    plain_adjoints(recorded_model const& m, plain_values const& values)
        : m_(m),
          values_(values),
          slopes_(m, values),
          adjoints_(m.step.nodes.size()),
          is_reached_(m.step.nodes.size()),
          through_(m.step.nodes.size()),
          is_active_(m.step.nodes.size())
    {
        for (std::size_t i = 0; i < is_active_.size(); ++i) {
            node const& n = m_.step.nodes[i];
            auto const is_active = [&](node_id o) { return o != no_node && is_active_[at(o)] != 0; };
            bool const depends =
                (n.opcode != op::with_gradient && is_active(n.a)) || is_active(n.b) || is_active(n.c);
            is_active_[i] = n.opcode == op::input || n.opcode == op::state || is_trained(n) ||
                            (depends && !has_zero_derivative(n));
        }
    }

    /// Goes back through the step that plain_values has evaluated last. @p outputs and @p states are the
    /// derivatives with respect to its outputs and its new states; @p states is replaced by the derivatives
    /// with respect to the states before the step. Returns the first adjoint that is not finite.
    not_finite_value go_back(std::vector<plain_value> const& outputs, std::vector<plain_value>& states)
    {
        begin();
        for (std::size_t o = 0; o < outputs.size(); ++o) {
            add(m_.step.outputs[o], no_node, 0, [&](std::size_t k) { return outputs[o][k]; });
        }
        for (std::size_t s = 0; s < states.size(); ++s) {
            add(m_.step.states[s].to, no_node, 0, [&](std::size_t k) { return states[s][k]; });
        }
        finish();
        for (std::size_t s = 0; s < states.size(); ++s) {
            plain_value const& a = adjoints_[at(m_.step.states[s].from)];
            states[s] = a.empty() ? plain_value(states[s].size(), 0.0) : a;
        }
        return found_;
    }
    /// Goes back through start(), with the derivatives with respect to the states that it gives. Returns the
    /// first adjoint that is not finite.
    not_finite_value go_back_to_start(std::vector<plain_value> const& states)
    {
        begin();
        for (std::size_t s = 0; s < m_.step.starts.size(); ++s) {
            add(m_.step.starts[s], no_node, 0, [&](std::size_t k) { return states[s][k]; });
        }
        return finish();
    }
    /// The adjoint of node @p i, which is no matrix; empty if it is zero because nothing depends on the node.
    [[nodiscard]] plain_value const& operator[](node_id i) const { return adjoints_[at(i)]; }

   private:
    void begin()
    {
        found_ = {};
        adjoints_.assign(adjoints_.size(), {});
        is_reached_.assign(is_reached_.size(), {});
        through_.assign(through_.size(), no_node);
    }
    /// Goes back from the adjoints of the roots, to the first adjoint that is not finite.
    not_finite_value const& finish()
    {
        for (std::size_t i = adjoints_.size(); i-- > 0 && found_.where == no_node;) {
            number_view const of_node(adjoints_[i].data(), adjoints_[i].size());
            std::size_t const entry = of_node.first_not_finite();
            if (entry < adjoints_[i].size()) {
                found_ = {static_cast<node_id>(i), entry, adjoints_[i][entry], through_[i]};
            } else if (!adjoints_[i].empty() && !is_leaf(m_.step.nodes[i].opcode)) {
                propagate(static_cast<node_id>(i));
            }
        }
        return found_;
    }
    /// Whether a node is a parameter with a gradient.
    [[nodiscard]] bool is_trained(node const& n) const
    {
        auto const* const shapes = m_.step.shapes;
        return n.opcode == op::parameter &&
               (shapes == nullptr || !shapes->parameters[static_cast<std::size_t>(n.index)].is_constant);
    }
    static std::size_t at(node_id i) { return static_cast<std::size_t>(i); }

    /// Adds the contributions `of(k)` of node @p user, one for each entry k, to the adjoint of its operand
    /// @p i, its operand number @p slot. If node i is a scalar that was broadcast to a vector, it adds their
    /// sum.
    template <class Entry>
    void add(node_id i, node_id user, int slot, Entry const& of)
    {
        if (is_active_[at(i)] == 0) {
            return;
        }
        plain_value& to = adjoints_[at(i)];
        to.resize(values_[i].size());  // zeros, the first time
        is_reached_[at(i)].resize(to.size());
        std::size_t const count = to.size() > 1 || user == no_node ? to.size() : entries_below(user);
        for (std::size_t k = 0; k < count; ++k) {
            if (!lets_through(user, slot, k)) {
                continue;
            }
            double const part = m_.rounded(of(k));
            std::size_t const entry = to.size() > 1 ? k : 0;
            is_reached_[at(i)][entry] = 1;
            double& sum = to[entry];
            if (!std::isfinite(part) && through_[at(i)] == no_node) {
                through_[at(i)] = user;
            }
            sum = m_.rounded(sum + part);
        }
    }
    /// Whether entry @p k of node @p user depends on its operand number @p slot and is itself something that
    /// the loss depends on: a selection stops the adjoint of what it does not choose.
    [[nodiscard]] bool lets_through(node_id user, int slot, std::size_t k) const
    {
        if (user == no_node) {
            return true;
        }
        node const& n = m_.step.nodes[at(user)];
        if (is_product(n.opcode) || is_running_sum(n.opcode) || moves_entries(n.opcode)) {
            return true;
        }
        std::vector<char> const& reached = is_reached_[at(user)];
        if (reached[reached.size() == 1 ? 0 : k] == 0) {
            return false;
        }
        return n.opcode != op::select || (std::equal_to{}(value(n.a, k), 0.0) ? slot == 2 : slot == 1);
    }
    /// The entries of the contributions of node @p user to a scalar operand.
    [[nodiscard]] std::size_t entries_below(node_id user) const
    {
        node const& n = m_.step.nodes[at(user)];
        return is_elementwise(n.opcode) || is_running_sum(n.opcode) ? values_[user].size() : 1;
    }
    void propagate(node_id i)
    {
        node const& n = m_.step.nodes[at(i)];
        if (is_product(n.opcode)) {
            multiply(i, n);
        } else if (moves_entries(n.opcode)) {
            move(i, n);
        } else if (n.opcode == op::sum) {
            add(n.a, i, 0, [&](std::size_t) { return adjoints_[at(i)][0]; });
        } else if (is_running_sum(n.opcode)) {
            plain_value const& g = adjoints_[at(i)];
            plain_value sums(g.size());
            double sum = 0;
            for (std::size_t k = 0; k < g.size(); ++k) {
                std::size_t const entry = n.opcode == op::running_sum ? g.size() - 1 - k : k;
                sum = m_.rounded(sum + g[entry]);
                sums[entry] = sum;
            }
            add(n.a, i, 0, [&](std::size_t k) { return sums[k]; });
        } else if (n.opcode == op::largest) {
            plain_value const& entries = values_[n.a];
            double const largest = values_[i][0];
            auto const count = std::count(entries.begin(), entries.end(), largest);
            double const part = m_.rounded(adjoints_[at(i)][0] / static_cast<double>(count));
            add(n.a, i, 0,
                [&](std::size_t k) { return (std::equal_to{}(entries[k], largest) ? 1 : 0) * part; });
        } else {
            if (n.opcode != op::with_gradient) {
                add(n.a, i, 0, [&](std::size_t k) { return slopes_.to_first(i, k, adjoints_[at(i)][k]); });
            }
            if (n.b != no_node && n.opcode != op::clip_gradient) {
                add(n.b, i, 1, [&](std::size_t k) { return slopes_.to_second(i, k, adjoints_[at(i)][k]); });
            }
            if (n.c != no_node) {
                add(n.c, i, 2, [&](std::size_t k) { return adjoints_[at(i)][k]; });  // of a selection
            }
        }
    }
    [[nodiscard]] double value(node_id i, std::size_t k) const
    {
        plain_value const& v = values_[i];
        return v[v.size() == 1 ? 0 : k];
    }
    /// Adds to the adjoints of the operands of a join, or to that of the vector that a part is taken of.
    void move(node_id i, node const& n)
    {
        plain_value const& g = adjoints_[at(i)];
        std::size_t const skipped = n.opcode == op::last_piece ? values_[n.a].size() - g.size() : 0;
        add(n.a, i, 0, [&](std::size_t k) { return k - skipped < g.size() ? g[k - skipped] : 0; });
        if (n.opcode == op::join) {
            add(n.b, i, 1, [&](std::size_t k) { return g[values_[n.a].size() + k]; });
        }
    }
    /// Adds to the adjoint of the vector of a product, and checks the step's part of the weight's gradient.
    void multiply(node_id i, node const& n)
    {
        node const& matrix = m_.step.nodes[at(n.a)];
        number_view const& w = values_.parameter(matrix);
        plain_value const& g = adjoints_[at(i)];
        plain_value const& v = values_[n.b];
        bool const is_transposed = n.opcode == op::transposed_product;
        add(n.b, i, 1, [&](std::size_t j) {
            double sum = 0;
            for (std::size_t k = 0; k < g.size(); ++k) {
                sum = m_.rounded(sum + w[is_transposed ? j * g.size() + k : k * v.size() + j] * g[k]);
            }
            return sum;
        });
        if (!is_trained(matrix)) {
            return;
        }
        plain_value const& rows = is_transposed ? v : g;
        plain_value const& columns = is_transposed ? g : v;
        for (std::size_t r = 0; r < rows.size() && found_.where == no_node; ++r) {
            for (std::size_t c = 0; c < columns.size(); ++c) {
                double const part = m_.rounded(rows[r] * columns[c]);
                if (!std::isfinite(part)) {
                    found_ = {n.a, r * columns.size() + c, part, i};
                    break;
                }
            }
        }
    }

    recorded_model const& m_;
    plain_values const& values_;
    plain_slopes slopes_;
    std::vector<plain_value> adjoints_;
    std::vector<std::vector<char>> is_reached_;  // by entry of an adjoint: something has been added to it
    std::vector<node_id> through_;
    std::vector<char> is_active_;
    not_finite_value found_{};
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
