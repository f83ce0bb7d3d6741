#pragma once
/// @file
/// Decides which sums of matrix products are added up in the accumulators of the products.
///
/// A kernel adds to its accumulators anyway, so a sum of products costs no addition. A vector that is
/// in memory before the stage begins costs none either, if the accumulators start from it.

#include <rondo/pass/order_stages.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The accumulators of a program.
struct accumulations {
    node_map<node_id> root{};   ///< of a product or sum: the node whose accumulator it is added to
    node_map<node_id> start{};  ///< of a root: the vector it starts from, or no_node

    /// Whether a node's value is in an accumulator.
    constexpr bool is_root(node_id i) const { return root[i] == i; }
};

namespace detail {

/// Finds sums of products, operands first.
struct product_summation {
    program const& p;
    staging const& s;
    stage_order const& order;
    node_map<int> uses = count_uses(p);
    accumulations sums{.root = {p.nodes.size(), no_node}, .start = {p.nodes.size(), no_node}};

    constexpr node_id& root(node_id i) { return sums.root[i]; }
    constexpr node_id& start(node_id i) { return sums.start[i]; }

    /// Whether @p i is in an accumulator and only an addition of @p stage uses its value, so that the
    /// addition can absorb it.
    constexpr bool is_absorbed(node_id i, stage_id stage)
    {
        return root(i) == i && order.of(i) == stage && uses[i] == 1 && !s.is_stored[i];
    }
    /// Whether @p i is a vector in memory when the stage begins.
    constexpr bool is_in_memory(node_id i, stage_id stage) const
    {
        op const code = p.nodes[i].opcode;
        bool const elsewhere = order.of(i) != no_stage && order.of(i) != stage;
        return !p.nodes[i].shape.is_scalar() && (is_leaf(code) || elsewhere);
    }

    constexpr void visit(node_id i)
    {
        node const& n = p.nodes[i];
        stage_id const stage = order.of(i);
        if (is_multiplied(p.nodes, i)) {
            root(i) = i;
        } else if (n.opcode == op::add && stage != no_stage) {
            bool const a = is_absorbed(n.a, stage);
            bool const b = is_absorbed(n.b, stage);
            if (a && b && (start(n.a) == no_node || start(n.b) == no_node)) {
                root(n.a) = root(n.b) = root(i) = i;
                start(i) = start(n.a) == no_node ? start(n.b) : start(n.a);
            } else if (a && start(n.a) == no_node && is_in_memory(n.b, stage)) {
                root(n.a) = root(i) = i;
                start(i) = n.b;
            } else if (b && start(n.b) == no_node && is_in_memory(n.a, stage)) {
                root(n.b) = root(i) = i;
                start(i) = n.a;
            }
        }
    }
};

}  // namespace detail

/// Finds the accumulators of @p p.
///
/// Afterwards: every product is added to one accumulator, of its own stage; the vector that an accumulator
/// starts from is in memory before its stage begins.
constexpr accumulations fuse_accumulations(program const& p, staging const& s, stage_order const& order)
{
    detail::product_summation search{.p = p, .s = s, .order = order};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        search.visit(i);
    }
    for (node_id i = p.nodes.size(); i-- > 0;) {
        if (node_id const r = search.root(i); r != no_node) {
            search.root(i) = search.root(r);  // a root is its own, and is visited before its terms
        }
    }
    return search.sums;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
