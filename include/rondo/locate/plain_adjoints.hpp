#pragma once
/// @file
/// Differentiates one step of one sequence in reverse, node by node.

#include <rondo/locate/entry_place.hpp>
#include <rondo/locate/not_finite_value.hpp>
#include <rondo/locate/plain_slopes.hpp>

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
            add_own(m_.step.outputs[o], no_node, 0, [&](std::size_t k) { return outputs[o][k]; });
        }
        for (std::size_t s = 0; s < states.size(); ++s) {
            add_own(m_.step.states[s].to, no_node, 0, [&](std::size_t k) { return states[s][k]; });
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
            add_own(m_.step.starts[s], no_node, 0, [&](std::size_t k) { return states[s][k]; });
        }
        return finish();
    }
    /// The adjoint of node @p i; empty if it is zero because nothing depends on the node. That of a parameter
    /// in a product is not among them.
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

    [[nodiscard]] node const& get(node_id i) const { return m_.step.nodes[at(i)]; }

    /// Adds the contributions `of(k)` of node @p user, one for each entry k of a value of shape @p shape, to
    /// the adjoint of its operand @p i, its operand number @p slot. Those to an entry that was repeated are
    /// added up.
    template <class Entry>
    void add(node_id i, node_id user, int slot, extents shape, Entry const& of)
    {
        if (is_active_[at(i)] == 0) {
            return;
        }
        plain_value& to = adjoints_[at(i)];
        to.resize(entries_of(m_, get(i).shape));  // zeros, the first time
        is_reached_[at(i)].resize(to.size());
        for (std::size_t k = 0; k < entries_of(m_, shape); ++k) {
            if (!lets_through(user, slot, shape, k)) {
                continue;
            }
            double const part = m_.rounded(of(k));
            std::size_t const entry = entry_along(m_, shape, k, get(i).shape);
            is_reached_[at(i)][entry] = 1;
            double& sum = to[entry];
            if (!std::isfinite(part) && through_[at(i)] == no_node) {
                through_[at(i)] = user;
            }
            sum = m_.rounded(sum + part);
        }
    }
    /// Adds one contribution for each entry of the operand.
    template <class Entry>
    void add_own(node_id i, node_id user, int slot, Entry const& of)
    {
        add(i, user, slot, get(i).shape, of);
    }
    /// Whether the entry of node @p user that belongs to entry @p k of a value of shape @p shape depends on
    /// its operand number @p slot and is itself something that the loss depends on: a selection stops the
    /// adjoint of what it does not choose.
    [[nodiscard]] bool lets_through(node_id user, int slot, extents shape, std::size_t k) const
    {
        if (user == no_node) {
            return true;
        }
        node const& n = get(user);
        if (is_product(n.opcode) || is_running_sum(n.opcode) || moves_entries(n.opcode) ||
            n.opcode == op::rename) {
            return true;
        }
        if (is_reached_[at(user)][entry_along(m_, shape, k, n.shape)] == 0) {
            return false;
        }
        return n.opcode != op::select ||
               (std::equal_to{}(values_.entry(n.a, n.shape, k), 0.0) ? slot == 2 : slot == 1);
    }
    void propagate(node_id i)
    {
        node const& n = m_.step.nodes[at(i)];
        if (is_product(n.opcode)) {
            multiply(i, n);
        } else if (moves_entries(n.opcode)) {
            move(i, n);
        } else if (n.opcode == op::rename) {
            add_own(n.a, i, 0, [&](std::size_t k) { return adjoints_[at(i)][k]; });
        } else if (n.opcode == op::sum || n.opcode == op::transpose) {
            extents const from = get(n.a).shape;
            add_own(n.a, i, 0,
                    [&](std::size_t k) { return adjoints_[at(i)][entry_along(m_, from, k, n.shape)]; });
        } else if (is_running_sum(n.opcode)) {
            plain_value const sums = sums_of(n, adjoints_[at(i)]);
            add_own(n.a, i, 0, [&](std::size_t k) { return sums[k]; });
        } else if (n.opcode == op::largest) {
            share(i, n);
        } else {
            if (n.opcode != op::with_gradient) {
                add(n.a, i, 0, n.shape,
                    [&](std::size_t k) { return slopes_.to_first(i, k, adjoints_[at(i)][k]); });
            }
            if (n.b != no_node && n.opcode != op::clip_gradient) {
                add(n.b, i, 1, n.shape,
                    [&](std::size_t k) { return slopes_.to_second(i, k, adjoints_[at(i)][k]); });
            }
            if (n.c != no_node) {
                add(n.c, i, 2, n.shape, [&](std::size_t k) { return adjoints_[at(i)][k]; });  // a selection
            }
        }
    }
    /// The sums of @p g along the dimension of the running sum @p n, from its other end.
    [[nodiscard]] plain_value sums_of(node const& n, plain_value const& g) const
    {
        auto const along = static_cast<dimension_id>(n.index);
        bool const from_the_end = n.opcode == op::running_sum;
        std::size_t const next = entries_below(m_, n.shape, along);
        plain_value sums(g.size());
        for (std::size_t i = 0; i < g.size(); ++i) {
            std::size_t const k = from_the_end ? g.size() - 1 - i : i;
            bool const is_first = i / next % m_.size(along) == 0;
            double const before = is_first ? 0 : sums[from_the_end ? k + next : k - next];
            sums[k] = m_.rounded(before + g[k]);
        }
        return sums;
    }
    /// Shares the adjoint of a largest entry evenly among the entries that are as large.
    void share(node_id i, node const& n)
    {
        extents const from = get(n.a).shape;
        auto const result = [&](std::size_t k) { return entry_along(m_, from, k, n.shape); };
        auto const attains = [&](std::size_t k) {
            return std::equal_to{}(values_.entry(n.a, from, k), values_[i][result(k)]);
        };
        std::vector<double> count(values_[i].size());
        for (std::size_t k = 0; k < entries_of(m_, from); ++k) {
            count[result(k)] += attains(k) ? 1 : 0;
        }
        add_own(n.a, i, 0, [&](std::size_t k) {
            return (attains(k) ? 1 : 0) * m_.rounded(adjoints_[at(i)][result(k)] / count[result(k)]);
        });
    }
    /// Adds to the adjoints of the operands of a join, or to that of the vector that a part is taken of.
    void move(node_id i, node const& n)
    {
        plain_value const& g = adjoints_[at(i)];
        std::size_t const skipped = n.opcode == op::last_piece ? values_[n.a].size() - g.size() : 0;
        add_own(n.a, i, 0, [&](std::size_t k) { return k - skipped < g.size() ? g[k - skipped] : 0; });
        if (n.opcode == op::join) {
            add_own(n.b, i, 1, [&](std::size_t k) { return g[values_[n.a].size() + k]; });
        }
    }
    /// Adds to the adjoint of the vector of a product, and checks the step's part of the weight's gradient.
    void multiply(node_id i, node const& n)
    {
        node const& matrix = m_.step.nodes[at(n.a)];
        number_view const& w = values_.parameter(matrix);
        plain_value const& g = adjoints_[at(i)];
        plain_value const& v = values_[n.b];
        plain_value sums(v.size(), 0);
        for_each_factor(m_, n, [&](std::size_t r, std::size_t j, std::size_t k) {
            sums[j] = m_.rounded(sums[j] + w[k] * g[r]);
        });
        add_own(n.b, i, 1, [&](std::size_t j) { return sums[j]; });
        if (!is_trained(matrix)) {
            return;
        }
        for_each_factor(m_, n, [&](std::size_t r, std::size_t j, std::size_t k) {
            double const part = m_.rounded(g[r] * v[j]);
            if (found_.where == no_node && !std::isfinite(part)) {
                found_ = {n.a, k, part, i};
            }
        });
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
