#pragma once
/// @file
/// The gradients that a backward run gives.

#include <rondo/model/model.hpp>
#include <rondo/model/parameter_gradients.hpp>
#include <rondo/model/step_sequences.hpp>

#include <memory>

namespace rondo::inline RONDO_ISA {

/// The derivatives of a loss with respect to the parameters, the inputs and the initial states of a run.
/// Those that the run's options leave out have no entries: `parameters.flat()` is empty, `input.size()` is 0.
/// Where a cell has several inputs, their gradients have the same names: `g.input["mask"_s]`.
template <class Cell, class T>
struct gradients {
    parameter_gradients<Cell, T> parameters;  ///< shaped as the parameters, summed over time and batch
    inputs_of<Cell, T> input{};               ///< (time, batch, input), or several by name
    states_of<Cell, T> initial{};             ///< each (batch, dimension of the state)
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::exec_internal {

/// Gradients of zeros for the parameters of a model of such sizes, without entries if these are @p frozen.
template <class T, class Cell, class... Fixed>
std::unique_ptr<gradients<Cell, T>> make_gradients(sizes<Cell, Fixed...> const& bound, bool frozen)
{
    using entries = rondo::parameter_gradients<Cell, T>;
    return std::unique_ptr<gradients<Cell, T>>(
        new gradients<Cell, T>{frozen ? entries::without_entries() : entries(bound)});
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
