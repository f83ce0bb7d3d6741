#pragma once
/// @file
/// What a backward run gives.

#include <rondo/model/model.hpp>
#include <rondo/model/xtensor.hpp>

namespace rondo::inline RONDO_ISA {

/// The derivative of a loss with respect to everything that goes into a run.
template <class Cell, class T>
struct gradients {
    rondo::parameters<Cell, T> parameters;  ///< of every parameter, summed over steps and batch
    xt::xtensor<T, 3> input{};              ///< (time, batch, input)
    states_of<Cell, T> initial{};           ///< of the initial states, each (batch, dimension)
};

}  // namespace rondo::inline RONDO_ISA
