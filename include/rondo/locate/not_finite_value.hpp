#pragma once
/// @file
/// The result of a search for a number that is not finite.

#include <rondo/graph/node.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The first value or adjoint of a step that is not finite, in the order of computation.
struct not_finite_value {
    node_id where = no_node;    ///< the node of the value or of the adjoint; no_node if all are finite
    std::size_t entry = 0;      ///< index of the entry
    double value = 0;           ///< NaN or an infinity
    node_id through = no_node;  ///< of an adjoint: the node whose derivative made it so; no_node for a sum
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
