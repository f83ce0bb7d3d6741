#pragma once
/// @file
/// Loop-invariant code motion by reassociation: reorders sums so that time-parallel terms are added up
/// outside the loop.
///
/// `W * x + U * h + b` adds the bias last, inside the loop, because that is how it was written.
/// Reordered, the loop adds one precomputed vector to one product, whose accumulators then start from that
/// vector.

#include <rondo/pass/recurrence.hpp>
#include <rondo/pass/simplify.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// The sums inside the loops of a program, and their terms.
struct sum_terms {
    program const& p;
    recurrence_structure const& r;
    node_map<int> uses = count_uses(p);
    node_map<bool> has_product = sums_of_products(p.nodes);
    // Terms of the sum collected last.
    node_list invariant{};    // complete before the loop begins
    node_list products{};     // of the loop, matrix products
    node_list elementwise{};  // of the loop, elementwise

    constexpr position where(node_id i) const { return r.positions[i]; }
    /// Whether @p i is a sum that is reordered. Those of matrices without a product are not: no accumulator
    /// starts from a term, and a matrix for every step costs more memory than an addition saves.
    constexpr bool is_sum(node_id i) const
    {
        return p.nodes[i].opcode == op::add && where(i).is_loop &&
               (has_product[i] || !p.nodes[i].shape.is_matrix());
    }
    /// Whether the sum @p part is used as a term of the sum @p whole and for nothing else.
    constexpr bool is_absorbed(node_id part, node_id whole) const
    {
        return is_sum(part) && where(part) == where(whole) && p.nodes[part].shape == p.nodes[whole].shape &&
               uses[part] == 1;
    }
    /// The sums whose terms become terms of another sum.
    constexpr node_map<bool> absorbed() const
    {
        node_map<bool> out{};
        for (node_id i = 0; i < p.nodes.size(); ++i) {
            if (is_sum(i)) {
                for_each_operand(p.nodes, i, [&](node_id o) { out[o] |= is_absorbed(o, i); });
            }
        }
        return out;
    }

    constexpr void collect(node_id whole)
    {
        invariant.clear();
        products.clear();
        elementwise.clear();
        collect_operands(whole);
    }
    constexpr void collect_operands(node_id sum)
    {
        for_each_operand(p.nodes, sum, [&](node_id o) {
            if (is_absorbed(o, sum)) {
                collect_operands(o);
            } else if (where(o).before(where(sum))) {
                invariant.push_back(o);
            } else if (is_product(p.nodes[o].opcode)) {
                products.push_back(o);
            } else {
                elementwise.push_back(o);
            }
        });
    }
};

}  // namespace detail

/// Returns @p p with the sums inside its loops reordered: time-parallel terms, then products,
/// then elementwise terms.
///
/// Afterwards: no addition of vectors or to products in a loop has a time-parallel part that could be added
/// outside it. The values are those of @p p up to rounding.
constexpr program hoist_invariant_terms(program const& p)
{
    recurrence_structure const r = recurrence(p);
    detail::sum_terms terms{.p = p, .r = r};
    node_map<bool> const absorbed = terms.absorbed();
    rewriter to(p);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (terms.is_sum(i) && !absorbed[i]) {
            terms.collect(i);
            node_id sum = no_node;
            auto const add_all = [&](auto const& list) {
                for (node_id t : list) {
                    sum = sum == no_node ? to[t] : to.nodes().binary(op::add, sum, to[t]);
                }
            };
            add_all(terms.invariant);
            add_all(terms.products);
            add_all(terms.elementwise);
            to.replace(i, sum);
        } else if (!absorbed[i]) {
            to.copy(i);
        }
    }
    return simplify(to.finish());
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
