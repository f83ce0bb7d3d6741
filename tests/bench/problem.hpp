#pragma once
/// @file
/// The input data of Rondo and its peers.

#include "tensors.hpp"
#include "workload.hpp"

#include <rondo/model/model.hpp>
#include <rondo/model/random_numbers.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

namespace rondo::bench {

using namespace exec_internal;

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
    /// Time steps, as a number to divide by.
    [[nodiscard]] double steps() const { return static_cast<double>(sizes.steps); }
    /// For messages.
    [[nodiscard]] std::string title() const
    {
        return std::string(name(cell)) + " " + sizes.name + " " + std::string(name(mode));
    }
};

/// How many logistic functions and hyperbolic tangents there are in a program.
template <class Sizes>
double count_functions(program const& p, Sizes const& size)
{
    double count = 0;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        count +=
            n.opcode == op::sigmoid || n.opcode == op::tanh ? static_cast<double>(size[n.shape.rows]) : 0;
    }
    return count;
}

/// Fills in the data for a cell. Weights are of customary size. Gains are near one half, because with gains
/// near one the layer-normalised cell is chaotic: after 100 steps gradients in float, PyTorch's included,
/// differ from those in double by 2e-4.
template <class Cell>
void fill(problem& p)
{
    auto const& w = p.sizes;
    random_numbers random(1);
    auto const draw = [&](std::size_t count, double center, double limit) {
        numbers values(count);
        std::ranges::generate(values, [&] { return static_cast<float>(center + random.uniform(limit)); });
        return values;
    };
    model<Cell> const m{input{w.inputs}, hidden{w.hidden}};
    double const limit = 1 / std::sqrt(static_cast<double>(w.hidden));
    for (std::size_t i = 0; i < m.parameters().count; ++i) {
        auto const& info = m.parameters().info(i);
        std::string const called(info.name.view());
        std::size_t const count = m.parameters().entries(i).size();
        bool const gain = called.find("gain") != std::string::npos;
        p.parameters[called] = gain ? draw(count, 0.5, 0.1) : draw(count, 0, limit);
        if (info.shape.is_matrix()) {
            p.products += static_cast<double>(count);
            bool const of_input = info.shape.columns == compiled<Cell>::shapes.input.rows;
            p.recurrent += of_input ? 0 : static_cast<double>(count);
        }
    }
    p.functions = count_functions(compiled<Cell>::forward, m.bound());
    p.functions_back = count_functions(compiled<Cell>::backward, m.bound());
    p.arguments["x"] = draw(w.steps * w.batch * w.inputs, 0, 1.7);
    p.arguments["dy"] = draw(w.steps * w.batch * w.hidden, 0, 1);
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        p.arguments[k == 0 ? "h0" : "c0"] = draw(w.batch * w.hidden, 0, 0.1);
    }
}

}  // namespace rondo::bench
