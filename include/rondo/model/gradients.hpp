#pragma once
/// @file
/// The gradients that a backward run gives.

#include <rondo/model/model.hpp>
#include <rondo/model/xtensor.hpp>

namespace rondo::inline RONDO_ISA {

/// The derivatives of a loss with respect to the parameters, the input and the initial states of a run.
template <class Cell, class T>
struct gradients {
    rondo::parameters<Cell, T> parameters;  ///< shaped as the parameters, summed over time and batch
    xt::xtensor<T, 3> input{};              ///< (time, batch, input)
    states_of<Cell, T> initial{};           ///< each (batch, dimension of the state)
};

}  // namespace rondo::inline RONDO_ISA
