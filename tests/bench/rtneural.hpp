#pragma once
/// @file
/// RTNeural as a peer, with each of its back ends.

#include "contestant.hpp"
#include "problem.hpp"

namespace rondo::bench {

/// RTNeural's compile-time models on a stream of one voice; none for another problem. Refer to @p p.
contestants rtneural_eigen_contestants(problem const& p);
contestants rtneural_xsimd_contestants(problem const& p);
contestants rtneural_stl_contestants(problem const& p);

}  // namespace rondo::bench
