#pragma once
/// @file
/// Assigns every node to a stage: as few as the dependences allow, with reductions apart from products.
///
/// A product needs all features of its operand, so it starts a stage, and everything elementwise stays
/// with the product it follows. A reduction is complete only when its stage is, so it ends one; that is
/// a stage without products, which goes along each row, where those with products go down many. A value
/// that is elementwise work on what is in memory anyway is not stored: every stage that needs it works it
/// out.

#include <rondo/pass/schedule.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The stage of each node, by what identifies it.
struct stage_key {
    section where{};          ///< loop or phase
    std::int8_t level = -1;   ///< within its place; -1: of no stage
    bool reduces = false;     ///< whether it has sums, and so no products
    dimension_id dim = unit;  ///< of the features

    friend constexpr bool operator==(stage_key, stage_key) = default;
};

/// The staging of a program.
struct staging {
    node_map<stage_key> key{};  ///< the stage that works a node out
    /// Evaluated wherever it is needed: elementwise work on leaves, and cheap work on what is stored.
    node_map<bool> floats{};
    /// Must stand in an array for another reason than being used by a later stage.
    node_map<bool> stored{};
    /// Of those, what is read there. (A result is for the caller, and a sum for later stages, if any need
    /// it.)
    node_map<bool> readable{};
};

namespace detail {

constexpr void mark_stored(program const& p, node_list const& kept, staging& s)
{
    auto const store = [&](node_id i) { s.stored[i] = true; };
    auto const store_readable = [&](node_id i) {
        store(i);
        s.readable[i] = true;
    };
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        if (is_product(n.opcode)) {
            store_readable(n.b);
        } else if (n.opcode == op::outer) {
            store_readable(n.a);
            store_readable(n.b);
        } else if (n.opcode == op::sum) {
            store(i);
        }
    }
    for (carry const& c : p.states) {
        store_readable(c.to);
    }
    for (program_result const& r : p.results) {
        if (r.what != role::parameter_gradient) {
            store(r.value);
        }
    }
    for (node_id k : kept) {
        store_readable(k);
    }
}

/// Whether every stage that needs a node may work it out for itself: from leaves and other such
/// nodes at any cost, from what is stored if that is a single cheap operation. (A mean or a standard
/// deviation is a scalar, but a quotient and a root in every vector of a stage of products cost more than a
/// stage.)
constexpr bool can_float(program const& p, staging const& s, node_id i)
{
    node const& n = p.nodes[i];
    bool can = is_elementwise(n.opcode) && !s.stored[i];
    for_each_operand(p.nodes, i, [&](node_id o) {
        can = can && (is_leaf(p.nodes[o].opcode) || s.floats[o] || (s.stored[o] && cost_of(n.opcode) <= 1));
    });
    return can;
}

/// So far the keys say of everything that needs no product of its level that it could stand with sums. Where
/// there are none it stands with the products.
constexpr void join_stages(program const& p, staging& s)
{
    static_vector<stage_key, max_nodes> with_sums{};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (p.nodes[i].opcode == op::sum) {
            with_sums.push_back_once(s.key[i]);
        }
    }
    for (stage_key& key : s.key) {
        key.reduces = with_sums.contains(key);
    }
}

}  // namespace detail

/// Stages @p p, whose nodes in @p kept must be stored for the backward step.
///
/// Afterwards: an operand of a product is complete before the product's stage begins, and a
/// reduction before its users' stages; the operands of elementwise work are of the same stage,
/// floating, or complete earlier; no stage has both products and reductions; and what floats does no
/// more than a cheap operation on what is stored.
constexpr staging fuse_stages(program const& p, recurrence_structure const& r, node_list const& kept)
{
    staging s{};
    detail::mark_stored(p, kept, s);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        if (is_leaf(n.opcode) || n.opcode == op::outer) {
            continue;
        }
        s.floats[i] = detail::can_float(p, s, i);
        bool const is_sum = n.opcode == op::sum;
        stage_key key{r.sections[i], 0, !is_product(n.opcode),
                      is_sum ? p.nodes[n.a].shape.rows : n.shape.rows};
        for_each_operand(p.nodes, i, [&](node_id o) {
            stage_key const& from = s.key[o];
            if (is_leaf(p.nodes[o].opcode) || from.where != key.where) {
                return;
            }
            bool const waits = is_product(n.opcode) || p.nodes[o].opcode == op::sum ||
                               (is_sum && !from.reduces) || (from.dim != key.dim && !s.floats[o]);
            auto const level = static_cast<std::int8_t>(from.level + (waits ? 1 : 0));
            if (level > key.level) {
                key.level = level;
                key.reduces = !is_product(n.opcode);
            }
            key.reduces = key.reduces && (waits || level < key.level || from.reduces);
        });
        s.key[i] = key;
    }
    detail::join_stages(p, s);
    return s;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
