#pragma once
/// @file
/// A value for every node of a graph.
///
/// Each pass computes facts about nodes: their uses, their stage, their copy. This is the one table for
/// them. It is indexed by a node's number and by nothing else, so no pass converts numbers.

#include <rondo/graph/node.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

/// A table with an entry for each of the max_nodes nodes that a graph has room for.
template <class T>
class node_map {
   public:
    /// All entries are `T{}`.
    constexpr node_map() = default;
    /// The entries of the first @p size nodes are @p value, the others `T{}`. A compiler takes time and
    /// memory for every entry that it writes, so a pass gives the size of its graph.
    constexpr node_map(node_id size, T const& value)
    {
        for (node_id i = 0; i < size; ++i) {
            entries_[i] = value;
        }
    }

    /// The entry of a node, which must not be no_node.
    constexpr T& operator[](node_id i) noexcept { return entries_[i]; }
    constexpr T const& operator[](node_id i) const noexcept { return entries_[i]; }
    /// The entries, in the order of the nodes.
    constexpr T* begin() noexcept { return entries_; }
    constexpr T const* begin() const noexcept { return entries_; }
    /// The end of the entries.
    constexpr T* end() noexcept { return entries_ + max_nodes; }
    constexpr T const* end() const noexcept { return entries_ + max_nodes; }

   private:
    T entries_[max_nodes]{};
};

}  // namespace rondo::inline RONDO_ISA::ir_internal
