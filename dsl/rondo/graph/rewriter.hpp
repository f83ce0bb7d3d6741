#pragma once
/// @file
/// Rebuilds a program: the one way in which passes change a graph.
///
/// A graph only grows, and equal nodes are one, so a pass does not edit a program but writes another.
/// What every such pass has to do is done here: it maps old nodes to new ones and carries operands,
/// states and results across.

#include <rondo/graph/node_map.hpp>
#include <rondo/graph/program.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Copies a program node by node. A pass visits the nodes in the order of their numbers and decides
/// for each: copy() it, replace() it by another node of the new graph, or leave it out.
///
/// The new graph numbers nodes in the order in which they are added. Operands of sums and products are
/// sorted by number, so this order also decides in which order terms are added up.
class rewriter {
   public:
    /// Rebuilds @p from, which must outlive the rewriter.
    constexpr explicit rewriter(program const& from) : from_(from), copies_(from.nodes.size(), no_node) {}

    /// The graph of the new program, for nodes that the old one does not have.
    constexpr graph& nodes() { return to_.nodes; }
    /// The new node that stands for the old node @p i, or no_node if it was left out.
    constexpr node_id operator[](node_id i) const { return i == no_node ? no_node : copies_[i]; }
    /// The old node @p i with its operands in the new graph.
    constexpr node rebuilt(node_id i) const
    {
        node n = from_.nodes[i];
        n.a = (*this)[n.a];
        n.b = (*this)[n.b];
        n.c = (*this)[n.c];
        return n;
    }
    /// Copies the old node @p i, whose operands must have been copied or replaced.
    constexpr void copy(node_id i) { copies_[i] = to_.nodes.add(rebuilt(i)); }
    /// Lets the new node @p by stand for the old node @p i.
    constexpr void replace(node_id i, node_id by) { copies_[i] = by; }

    /// Completes the new program with the states of the old one and those of its results for which
    /// @p keep is true. @p keep is given the result as it is in the new program.
    template <class Keep>
    constexpr program const& finish(Keep&& keep)
    {
        for (carry const& c : from_.states) {
            to_.states.push_back({(*this)[c.from], (*this)[c.to], c.delay});
        }
        for (program_result const& r : from_.results) {
            program_result const copy{r.what, r.index, (*this)[r.value]};
            if (keep(copy)) {
                to_.results.push_back(copy);
            }
        }
        return to_;
    }
    /// Completes the new program with all states and results of the old one.
    constexpr program const& finish()
    {
        return finish([](program_result const&) { return true; });
    }

   private:
    program const& from_;
    program to_{};
    node_map<node_id> copies_;
};

}  // namespace rondo::inline RONDO_ISA::ir_internal
