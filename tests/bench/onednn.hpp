#pragma once
/// @file
/// oneDNN 2's recurrent primitives as a peer.

#include "contestant.hpp"
#include "problem.hpp"

namespace rondo::bench {

/// oneDNN on a problem, in both of its weight formats; none for a cell or a mode that it does not
/// support. Refers to @p p.
contestants onednn_contestants(problem const& p);

}  // namespace rondo::bench
