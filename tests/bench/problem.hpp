#pragma once
/// @file
/// The input data of Rondo and its peers. Peers with an xsimd of their own include this file, so it includes
/// nothing of Rondo.

#include "tensors.hpp"
#include "workload.hpp"

#include <string>

namespace rondo::bench {

/// The subject of one measurement: a cell, sizes, a mode, and the data.
struct problem {
    cell_kind cell;
    workload sizes;
    mode_kind mode;
    int threads;
    tensors parameters{};
    tensors arguments{};   ///< "x", "dy", and the initial states "h0" and, of an LSTM, "c0"
    double products = 0;   ///< multiply-adds of one time step for one sequence, in matrix products
    double recurrent = 0;  ///< multiply-adds of products with a state
    double functions = 0;  ///< logistic functions and hyperbolic tangents of one time step for one sequence
    double functions_back = 0;  ///< functions of the forward step that the backward step recomputes

    /// Learning rate of gradient descent in a window; small, so that nothing saturates over many repetitions.
    static constexpr double rate = 1e-4;

    /// Floating-point operations in the matrix products of one repetition.
    [[nodiscard]] double operations() const
    {
        double const step = 2 * products * static_cast<double>(sizes.batch);
        return (trains(mode) ? 3 : 1) * step * (is_per_step(mode) ? 1 : steps());
    }
    /// Multiply-adds of one time step for one sequence whose weights are read in every step. In a stream
    /// these are all. Over a sequence, the products with the input run over all steps
    /// at once. Training goes through time twice.
    [[nodiscard]] double step_by_step() const { return mode == mode_kind::stream ? products : recurrent; }
    /// Function evaluations of one repetition.
    [[nodiscard]] double all_functions() const
    {
        double const step = functions + (trains(mode) ? functions_back : 0);
        return step * static_cast<double>(sizes.batch) * (is_per_step(mode) ? 1 : steps());
    }
    /// Outputs of a time step.
    [[nodiscard]] std::size_t outputs() const { return has_head(cell) ? 1 : sizes.hidden; }
    /// Time steps, as a number to divide by.
    [[nodiscard]] double steps() const { return static_cast<double>(sizes.steps); }
    /// For messages.
    [[nodiscard]] std::string title() const
    {
        return std::string(name(cell)) + " " + sizes.name + " " + std::string(name(mode));
    }
};

}  // namespace rondo::bench
