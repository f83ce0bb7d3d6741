#pragma once
/// @file
/// Reorders sums so that what is time-parallel is added up outside the loop.
///
/// `W * x + U * h + b` adds the bias last, inside the loop, because that is how it was written.
/// Gathered, the loop adds one precomputed vector to one product, which then starts its
/// accumulators from that vector.

#include <rondo/pass/recurrence.hpp>
#include <rondo/pass/simplify.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// The sums inside the loops of a program, and their terms.
struct sum_terms {
    program const& p;
    recurrence_structure const& r;
    per_node<int> uses = count_uses(p);
    // Terms of the sum collected last, by when they are there.
    static_vector<node_id, max_nodes> early{};     // complete before the loop begins
    static_vector<node_id, max_nodes> products{};  // of the loop, matrix products
    static_vector<node_id, max_nodes> entries{};   // of the loop, elementwise

    constexpr section where(node_id i) const { return r.sections[static_cast<std::size_t>(i)]; }
    constexpr bool is_sum(node_id i) const { return p.nodes[i].opcode == op::add && where(i).is_loop; }
    /// Whether the sum @p part is nothing but a term of the sum @p whole.
    constexpr bool opens(node_id part, node_id whole) const
    {
        return is_sum(part) && where(part) == where(whole) && p.nodes[part].shape == p.nodes[whole].shape &&
               uses[static_cast<std::size_t>(part)] == 1;
    }
    /// Which sums are opened up, because all that they are used for is another sum.
    constexpr per_node<bool> opened() const
    {
        per_node<bool> out{};
        for (node_id i = 0; i < p.nodes.size(); ++i) {
            if (is_sum(i)) {
                for_each_operand(p.nodes, i,
                                 [&](node_id o) { out[static_cast<std::size_t>(o)] |= opens(o, i); });
            }
        }
        return out;
    }

    constexpr void collect(node_id whole)
    {
        early.clear();
        products.clear();
        entries.clear();
        collect_operands(whole);
    }
    constexpr void collect_operands(node_id sum)
    {
        for_each_operand(p.nodes, sum, [&](node_id o) {
            if (opens(o, sum)) {
                collect_operands(o);
            } else if (where(o).before(where(sum))) {
                early.push_back(o);
            } else if (is_product(p.nodes[o].opcode)) {
                products.push_back(o);
            } else {
                entries.push_back(o);
            }
        });
    }
};

}  // namespace detail

/// Returns @p p with the sums inside its loops rearranged: time-parallel terms, then products,
/// then what is worked out entry by entry.
///
/// Afterwards: no addition in a loop has a time-parallel part that could be added outside it. The
/// values are those of @p p up to rounding.
constexpr program hoist_invariant_terms(program const& p)
{
    recurrence_structure const r = recurrence(p);
    detail::sum_terms terms{.p = p, .r = r};
    per_node<bool> const opened = terms.opened();
    program out{};
    per_node<node_id> copy{};
    auto const copied = [&](node_id i) { return copy[static_cast<std::size_t>(i)]; };

    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (opened[static_cast<std::size_t>(i)]) {
            continue;
        }
        node n = p.nodes[i];
        if (terms.is_sum(i)) {
            terms.collect(i);
            node_id sum = no_node;
            auto const add_all = [&](auto const& list) {
                for (node_id t : list) {
                    sum = sum == no_node ? copied(t) : out.nodes.binary(op::add, sum, copied(t));
                }
            };
            add_all(terms.early);
            add_all(terms.products);
            add_all(terms.entries);
            copy[static_cast<std::size_t>(i)] = sum;
            continue;
        }
        if (n.a != no_node) {
            n.a = copied(n.a);
        }
        if (n.b != no_node) {
            n.b = copied(n.b);
        }
        copy[static_cast<std::size_t>(i)] = out.nodes.add(n);
    }
    for (carry const& c : p.states) {
        out.states.push_back({copied(c.from), copied(c.to)});
    }
    for (program_result const& y : p.results) {
        out.results.push_back({y.what, y.index, copied(y.value)});
    }
    return simplify(out);
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
