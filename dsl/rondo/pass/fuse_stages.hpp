#pragma once
/// @file
/// Assigns every node to a stage: as few as the dependences allow, with reductions apart from products.
///
/// A product needs all features of its operand, so it starts a stage, and all elementwise work stays
/// with the product it follows. A reduction is complete only when its stage is, so it ends one; that is
/// a stage without products, which goes along each row, where stages with products go down many rows. A
/// value that is elementwise work on values in memory is not stored: it is inlined into every stage that
/// needs it. So are joined vectors and parts of them: they are loads from other positions, and what they are
/// loaded from must be stored. A matrix is inlined if that takes little work on values in memory: an outer
/// product of two vectors is never stored. The vectors that a matrix stage reads are stored, because it would
/// compute them once for every entry.
///
/// A product with a matrix for each head has a stage of matrices to itself and to the work that one head does
/// without the others: entry by entry on matrices of its shape, on vectors along their rows, and on numbers.

#include <rondo/pass/find_fixed_values.hpp>
#include <rondo/pass/schedule.hpp>

#include <algorithm>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The properties that tell the stages of a program apart.
struct stage_key {
    position where{};        ///< loop or phase
    std::int8_t level = -1;  ///< within its loop or phase; -1: of no stage
    bool reduces = false;    ///< whether it has reductions, and so no products
    bool by_head = false;    ///< whether it has products with a matrix for each head, and runs head by head
    extents shape{};         ///< of the features of a row
    bool is_once = false;    ///< whether it computes values that are kept for a run, before all others

    friend constexpr bool operator==(stage_key, stage_key) = default;
};

/// The staging of a program.
struct staging {
    node_map<stage_key> key{};  ///< the stage that computes a node
    /// Computed again in every stage that needs it: elementwise work on leaves, and cheap work on stored
    /// values.
    node_map<bool> is_inlined{};
    /// Must be written to an array even if no later stage uses it.
    node_map<bool> is_stored{};
    /// Stored where another stage can load it. A result is stored for the caller alone, and a reduction
    /// only if a later stage needs it.
    node_map<bool> is_readable{};
    /// Matrices of which a head computes its row from rows of its own and from values without heads.
    node_map<bool> is_of_head{};
    /// The cost of an entry of an inlined node, in additions.
    node_map<int> cost{};
    /// Values that depend on parameters alone: computed once for a run, or inlined where they are.
    fixed_values fixed{};
};

namespace detail {

constexpr void mark_stored(program const& p, node_list const& saved, staging& s)
{
    auto const store = [&](node_id i) { s.is_stored[i] = true; };
    auto const store_readable = [&](node_id i) {
        store(i);
        s.is_readable[i] = true;
    };
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        if (is_product(n.opcode)) {
            store_readable(n.b);
        } else if (n.opcode == op::outer) {
            store_readable(n.a);
            store_readable(n.b);
        } else if (is_row_operation(n.opcode)) {
            store(i);
        } else if (loads_elsewhere(n.opcode)) {
            for_each_operand(p.nodes, i, [&](node_id o) {
                bool const is_piece = moves_entries(n.opcode) && moves_entries(p.nodes[o].opcode);
                if (!is_leaf(p.nodes[o].opcode) && !is_piece && !is_repeated_number(p.nodes, o)) {
                    store_readable(o);
                }
            });
        }
    }
    for (carry const& c : p.states) {
        store_readable(c.to);
    }
    for (program_result const& r : p.results) {
        if (!is_added_up(r.what)) {
            store(r.value);
        }
    }
    for (node_id i : saved) {
        store_readable(i);
    }
}

/// Marks the values with fewer dimensions that matrix stages read. Those that take at most one cheap
/// operation on leaves are computed where they are used.
constexpr void mark_read_by_matrices(program const& p, staging& s)
{
    node_map<bool> is_cheap{};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        bool cheap = is_elementwise(n.opcode) && cost_of(n.opcode) <= 1;
        for_each_operand(p.nodes, i, [&](node_id o) { cheap = cheap && is_leaf(p.nodes[o].opcode); });
        is_cheap[i] = is_leaf(n.opcode) || cheap || s.fixed.is_fixed[i];
        if (is_elementwise(n.opcode) && n.shape.is_matrix()) {
            for_each_operand(p.nodes, i, [&](node_id o) {
                if (p.nodes[o].shape != n.shape && !is_cheap[o]) {
                    s.is_stored[o] = s.is_readable[o] = true;
                }
            });
        }
    }
}

/// Whether node @p i is an inlined load of a value that another stage has stored.
constexpr bool loads_stored_value(program const& p, staging const& s, node_id i)
{
    bool loads = false;
    if (loads_elsewhere(p.nodes[i].opcode) && s.is_inlined[i]) {
        for_each_operand(p.nodes, i,
                         [&](node_id o) { loads = loads || s.is_stored[o] || loads_stored_value(p, s, o); });
    }
    return loads;
}

/// The largest cost of a matrix that every stage which needs it computes for itself, in additions. To store
/// an entry and load it again costs about as much.
inline constexpr int inlined_matrix_limit = 10;

/// The cost of an entry of node @p i for a stage that computes it, in additions. What is loaded costs
/// nothing.
constexpr int cost_in_stage(program const& p, staging const& s, node_id i)
{
    int cost = cost_of(p.nodes[i].opcode);
    for_each_operand(p.nodes, i, [&](node_id o) { cost += s.is_inlined[o] ? s.cost[o] : 0; });
    return std::min(cost, inlined_matrix_limit + 1);  // shared parts count every time
}

/// Whether every stage that needs a node may compute it for itself: from leaves and inlined nodes at any
/// cost, if it is a matrix up to inlined_matrix_limit, from stored values if that is a single cheap
/// operation. A mean or a standard deviation is a scalar, but a quotient and a root in every vector of a
/// stage of products cost more than a stage of their own.
constexpr bool can_inline(program const& p, staging const& s, node_id i)
{
    node const& n = p.nodes[i];
    bool can =
        (is_elementwise(n.opcode) || is_look_up(p.nodes, i) || loads_elsewhere(n.opcode)) && !s.is_stored[i];
    can = can && (!n.shape.is_matrix() || s.fixed.is_fixed[i] || s.cost[i] <= inlined_matrix_limit);
    for_each_operand(p.nodes, i, [&](node_id o) {
        bool const is_cheap = cost_of(n.opcode) <= 1;
        can = can && (is_leaf(p.nodes[o].opcode) || (s.is_stored[o] && is_cheap) || s.fixed.is_kept[o] ||
                      (s.is_inlined[o] && (is_cheap || !loads_stored_value(p, s, o))));
    });
    return can;
}

/// Whether a head can compute its row of node @p i from its rows of the operands, and from vectors along the
/// row and numbers.
constexpr bool is_work_of_head(program const& p, staging const& s, node_id i)
{
    node const& n = p.nodes[i];
    bool is = n.shape.rank() == 2 && (is_elementwise(n.opcode) || is_multiplied(p.nodes, i));
    for_each_operand(p.nodes, i, [&](node_id o) {
        extents const from = p.nodes[o].shape;
        bool const is_row = from == n.shape && (!s.is_inlined[o] || s.is_of_head[o]);
        is = is && (is_product(n.opcode) || is_row || from.is_scalar() || from == extents{n.shape.last()});
    });
    return is;
}

/// The stage of node @p i, from the stages of its operands. `reduces` is provisional: it is true if the
/// node needs no product of its level.
constexpr stage_key key_of(program const& p, position where, staging const& s, node_id i)
{
    node const& n = p.nodes[i];
    bool const reduces = is_row_operation(n.opcode);
    extents const shape = work_shape(p.nodes, n);
    bool const multiplies = is_multiplied(p.nodes, i);
    bool const is_of_head = s.is_of_head[i];
    stage_key key{where, 0, !multiplies, multiplies && is_of_head, shape};
    for_each_operand(p.nodes, i, [&](node_id o) {
        stage_key const& from = s.key[o];
        if (is_leaf(p.nodes[o].opcode) || from.where != key.where || from.is_once) {
            return;
        }
        bool const waits = multiplies || is_row_operation(p.nodes[o].opcode) || (reduces && !from.reduces) ||
                           ((from.shape != key.shape || loads_elsewhere(n.opcode)) && !s.is_inlined[o]) ||
                           (from.by_head && !is_of_head);
        auto const level = static_cast<std::int8_t>(from.level + (waits ? 1 : 0));
        if (level > key.level) {
            key.level = level;
            key.reduces = !multiplies;
            key.by_head = multiplies && is_of_head;
        }
        key.reduces = key.reduces && (waits || level < key.level || from.reduces);
        key.by_head = key.by_head || (!waits && level == key.level && from.by_head);
    });
    return key;
}

/// Clears the provisional `reduces` flags of levels without reductions, whose nodes join the products.
constexpr void join_stages(program const& p, staging& s)
{
    static_vector<stage_key, max_nodes> with_reductions{};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (is_row_operation(p.nodes[i].opcode)) {
            with_reductions.push_back_once(s.key[i]);
        }
    }
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        s.key[i].reduces = with_reductions.contains(s.key[i]);
    }
}

}  // namespace detail

/// Stages @p p, whose nodes in @p saved must be stored for the backward step.
///
/// Afterwards: an operand of a product is complete before the product's stage begins, and a
/// reduction before its users' stages; the operands of elementwise work are of the same stage,
/// inlined, or complete earlier; kept values are in stages of their own before all others; no stage has both
/// products and reductions; a stage of matrices has products only if it runs head by head, and reads stored
/// values where they have fewer dimensions; and an inlined node does no more than a cheap operation on stored
/// values.
constexpr staging fuse_stages(program const& p, recurrence_structure const& r, node_list const& saved)
{
    // The keys are written out, because g++ 12 does not always initialise them from the member's default.
    staging s{.key = {p.nodes.size(), stage_key{}}};
    detail::mark_stored(p, saved, s);
    s.fixed = find_fixed_values(p, s.is_stored);
    detail::mark_read_by_matrices(p, s);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        op const code = p.nodes[i].opcode;
        if (s.fixed.is_kept[i]) {
            s.key[i] = {.level = 0, .shape = p.nodes[i].shape, .is_once = true};
        } else if (!is_leaf(code) && code != op::outer) {
            s.cost[i] = detail::cost_in_stage(p, s, i);
            s.is_inlined[i] = detail::can_inline(p, s, i);
            s.is_of_head[i] = detail::is_work_of_head(p, s, i);
            s.key[i] = detail::key_of(p, r.positions[i], s, i);
        }
    }
    detail::join_stages(p, s);
    return s;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
