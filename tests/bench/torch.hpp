#pragma once
/// @file
/// PyTorch as a peer, in a child process.

#include "contestant.hpp"
#include "problem.hpp"

namespace rondo::bench {

/// PyTorch on a problem, in the variants that torch_cells.py and torch_stream.py have of the cell.
/// @throws std::runtime_error if /usr/bin/python3 has no torch, or it fails.
contestants torch_contestants(problem const& p);

}  // namespace rondo::bench
