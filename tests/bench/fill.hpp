#pragma once
/// @file
/// Fills in the data of a problem.

#include "problem.hpp"

#include <rondo/cell/read_out.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/random_numbers.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace rondo::bench {

using namespace exec_internal;

/// How many logistic functions and hyperbolic tangents there are in a program.
template <class Sizes>
double count_functions(program const& p, Sizes const& size)
{
    double count = 0;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        count +=
            n.opcode == op::sigmoid || n.opcode == op::tanh ? static_cast<double>(size[n.shape.rows()]) : 0;
    }
    return count;
}

/// A cell with a read-out of one output.
template <class Cell>
inline constexpr bool reads_out = false;
template <class Cell, class Output>
inline constexpr bool reads_out<read_out<Cell, Output>> = true;

/// A model of the sizes of a workload.
template <class Cell>
model<Cell> sized(workload const& w)
{
    if constexpr (reads_out<Cell>) {
        return model<Cell>{input{w.inputs}, hidden{w.hidden}, output{1}};
    } else {
        return model<Cell>{input{w.inputs}, hidden{w.hidden}};
    }
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
    auto const m = sized<Cell>(w);
    double const limit = 1 / std::sqrt(static_cast<double>(w.hidden));
    for (std::size_t i = 0; i < m.parameters().count; ++i) {
        auto const& info = m.parameters().info(i);
        std::string const called(info.name.view());
        std::size_t const count = m.parameters().entries(i).size();
        bool const gain = called.find("gain") != std::string::npos;
        p.parameters[called] = gain ? draw(count, 0.5, 0.1) : draw(count, 0, limit);
        if (info.shape.is_matrix()) {
            p.products += static_cast<double>(count);
            bool const of_input = info.shape.columns() == compiled<Cell>::shapes.inputs[0].shape.rows();
            p.recurrent += of_input ? 0 : static_cast<double>(count);
        }
    }
    p.functions = count_functions(compiled<Cell>::forward, m.bound());
    p.functions_back = count_functions(compiled<Cell>::backward, m.bound());
    p.arguments["x"] = draw(w.steps * w.batch * w.inputs, 0, 1.7);
    p.arguments["dy"] = draw(w.steps * w.batch * p.outputs(), 0, 1);
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        double const state = p.mode == mode_kind::stream ? 0 : 0.1;  // some peers' streams begin with zeros
        p.arguments[k == 0 ? "h0" : "c0"] = draw(w.batch * w.hidden, 0, state);
    }
}

}  // namespace rondo::bench
