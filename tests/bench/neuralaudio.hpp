#pragma once
/// @file
/// NeuralAudio as a peer.

#include "contestant.hpp"
#include "problem.hpp"

namespace rondo::bench {

/// NeuralAudio's LSTM of constant sizes on a stream of one voice; none for another problem. The first has the
/// library's own approximations of the functions, the second has Eigen's functions. Refer to @p p.
contestants neuralaudio_fast_contestants(problem const& p);
contestants neuralaudio_eigen_contestants(problem const& p);

}  // namespace rondo::bench
