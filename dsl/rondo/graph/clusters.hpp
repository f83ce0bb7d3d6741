#pragma once
/// @file
/// Groups of nodes that a drawing puts into boxes. The graph does not know their meaning.

#include <rondo/graph/node_map.hpp>
#include <rondo/namespaces.hpp>

#include <string>
#include <vector>

namespace rondo::inline RONDO_ISA::ir_internal {

/// A box around operations that belong together.
struct cluster {
    std::string title{};   ///< shown in the corner
    std::string colour{};  ///< of the background, as Graphviz takes it: `#eef4ff`
};

/// The boxes of a drawing and the nodes in each.
struct clusters {
    std::vector<cluster> boxes{};                           ///< in the order in which they are drawn
    node_map<int> of{static_cast<node_id>(max_nodes), -1};  ///< the index of a node's box, or -1 for none
};

}  // namespace rondo::inline RONDO_ISA::ir_internal
