#pragma once
/// @file
/// A cell written by hand over a good matrix product, as a peer.

#include "contestant.hpp"
#include "problem.hpp"

namespace rondo::bench {

/// The hand-written cell on a problem, over oneDNN's products and, for a batch of one, over loops
/// as well; none for a cell that was not written. Refers to @p p.
contestants hand_contestants(problem const& p);

}  // namespace rondo::bench
