#pragma once
/// @file
/// A cell written by hand on top of a fast matrix product, as a peer.

#include "contestant.hpp"
#include "problem.hpp"

namespace rondo::bench {

/// The hand-written cell on a problem, with oneDNN's products and, for a batch of one, also with
/// loops; none for a cell that has no hand-written version. Refers to @p p.
contestants hand_contestants(problem const& p);

}  // namespace rondo::bench
