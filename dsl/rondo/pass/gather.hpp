#pragma once
/// @file
/// Reorders sums so that what is time-parallel is added up outside the loop.
///
/// `W * x + U * h + b` adds the bias last, inside the loop, because that is how it was written.
/// Gathered, the loop adds one precomputed vector to one product, which then starts its
/// accumulators from that vector.

#include <rondo/pass/recurrence.hpp>
#include <rondo/pass/simplify.hpp>

namespace rondo {

namespace detail {

/// The terms of one sum, sorted by when they are there.
struct sum_terms {
    static_vector<node_id, 64> early{};     // complete before the loop begins
    static_vector<node_id, 64> entries{};   // of the loop, elementwise
    static_vector<node_id, 64> products{};  // of the loop, matrix products
};

/// Collects the terms of the sum rooted at @p i: additions of the same shape that nothing else uses
/// are opened up.
constexpr void collect_terms(program const& p, recurrence_structure const& r,
                             per_node<int> const& uses, node_id root, node_id i, sum_terms& out)
{
    node const& n = p.nodes[i];
    bool const opens = n.code == op::add && n.shape == p.nodes[root].shape &&
                       (i == root || uses[static_cast<std::size_t>(i)] == 1);
    if (opens && out.early.size() + out.entries.size() + out.products.size() < 60) {
        collect_terms(p, r, uses, root, n.a, out);
        collect_terms(p, r, uses, root, n.b, out);
    } else if (is_leaf(n.code) ? n.code != op::state && n.code != op::state_adjoint
                               : r.places[static_cast<std::size_t>(i)].before(
                                     r.places[static_cast<std::size_t>(root)])) {
        out.early.push_back(i);
    } else if (is_product(n.code)) {
        out.products.push_back(i);
    } else {
        out.entries.push_back(i);
    }
}

}  // namespace detail

/// Returns @p p with the sums inside its loops rearranged: time-parallel terms, then products,
/// then what is worked out entry by entry.
///
/// Afterwards: no addition in a loop has a time-parallel part that could be added outside it. The
/// values are those of @p p up to rounding.
constexpr program gather(program const& p)
{
    recurrence_structure const r = recurrence(p);
    per_node<int> const uses = count_uses(p);
    program out{};
    per_node<node_id> copy{};
    auto const copied = [&](node_id i) { return copy[static_cast<std::size_t>(i)]; };

    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node n = p.nodes[i];
        if (n.code == op::add && r.places[static_cast<std::size_t>(i)].in_loop) {
            detail::sum_terms terms{};
            detail::collect_terms(p, r, uses, i, i, terms);
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
    for (carried const& c : p.states) {
        out.states.push_back({copied(c.from), copied(c.to)});
    }
    for (yielded const& y : p.results) {
        out.results.push_back({y.what, y.index, copied(y.value)});
    }
    return simplify(out);
}

}  // namespace rondo
