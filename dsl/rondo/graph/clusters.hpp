#pragma once
/// @file
/// Groups of nodes that a picture draws a box around. The graph does not know what they mean.

#include <rondo/namespaces.hpp>

#include <string>
#include <vector>

namespace rondo::inline RONDO_ISA::ir_internal {

/// A box around operations that belong together.
struct cluster {
    std::string title{};   ///< shown in the corner
    std::string colour{};  ///< of the background, as Graphviz takes it: `#eef4ff`
};

/// Which boxes there are and what is in them.
struct clusters {
    std::vector<cluster> clusters{};  ///< the boxes, in the order in which they are drawn
    std::vector<int> of{};            ///< for every node the number of its cluster; -1, or no entry, for none
};

}  // namespace rondo::inline RONDO_ISA::ir_internal
