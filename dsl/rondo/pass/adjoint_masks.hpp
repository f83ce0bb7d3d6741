#pragma once
/// @file
/// The masks of adjoints: where a selection lets an adjoint through.
///
/// A value that a selection does not choose has an adjoint of zero, and so has everything that it alone is
/// computed from. To multiply that zero by derivatives on the way would give NaN where one of them is
/// infinite. So an adjoint is taken out of its masks before it is multiplied, and the masks are put around
/// the result.

#include <rondo/graph/graph.hpp>

#include <functional>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Masks, the outermost first: each is a node `select(c, g, 0)` or `select(c, 0, g)` that an adjoint g was
/// in.
/// An adjoint is taken out of the outermost 32 at most.
using mask_list = static_vector<node_id, 33>;

namespace detail {

constexpr bool is_zero(graph const& g, node_id i)
{
    return g[i].opcode == op::constant && std::equal_to{}(g[i].value, 0.0);
}

}  // namespace detail

/// Whether @p adjoint is in a mask.
constexpr bool is_masked(graph const& g, node_id adjoint)
{
    node const& n = g[adjoint];
    return n.opcode == op::select && (detail::is_zero(g, n.b) || detail::is_zero(g, n.c));
}

/// @p adjoint in the mask @p mask.
constexpr node_id in_mask(graph& g, node_id mask, node_id adjoint)
{
    node const n = g[mask];
    return detail::is_zero(g, n.c) ? g.ternary(op::select, n.a, adjoint, n.c)
                                   : g.ternary(op::select, n.a, n.b, adjoint);
}

/// Takes @p adjoint out of its masks, which are returned.
constexpr mask_list take_masks(graph const& g, node_id& adjoint)
{
    mask_list masks{};
    while (is_masked(g, adjoint) && masks.size() + 1 < mask_list::capacity()) {
        node const& n = g[adjoint];
        masks.push_back(adjoint);
        adjoint = detail::is_zero(g, n.c) ? n.b : n.c;
    }
    return masks;
}

/// @p adjoint in those of @p masks for whose condition, by its shape, @p fits holds.
template <class Fits>
constexpr node_id within(graph& g, mask_list const& masks, node_id adjoint, Fits const& fits)
{
    for (std::size_t k = masks.size(); k-- > 0;) {
        if (fits(g[g[masks[k]].a].shape)) {
            adjoint = in_mask(g, masks[k], adjoint);
        }
    }
    return adjoint;
}

/// The sum of two adjoints, in their mask if it is one mask.
constexpr node_id add_masked(graph& g, node_id one, node_id other)
{
    node const a = g[one];
    node const b = g[other];
    bool const first = detail::is_zero(g, a.c == no_node ? one : a.c);
    if (is_masked(g, one) && is_masked(g, other) && a.a == b.a && first == detail::is_zero(g, b.c)) {
        node_id const sum = first ? add_masked(g, a.b, b.b) : add_masked(g, a.c, b.c);
        return in_mask(g, one, sum);
    }
    return g.binary(op::add, one, other);
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
