#pragma once
/// @file
/// The lengths of truncated backpropagation through time.

#include <rondo/namespaces.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA {

/// How often a gradient is taken, and how far back it goes: k1 and k2 of Williams and Peng 1990, in time
/// steps.
struct truncation {
    std::ptrdiff_t every = 1;  ///< the most steps of a forward(), after which there is a gradient
    std::ptrdiff_t over = 1;   ///< the most steps that the gradient goes back
};

}  // namespace rondo::inline RONDO_ISA
