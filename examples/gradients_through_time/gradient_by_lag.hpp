// The norm of a gradient as a function of the lag.
#pragma once

#include <rondo/model/xtensor.hpp>
#include <rondo/rondo.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace gradients_through_time {

// Random inputs, and the gradient of a loss of the last step, of random direction and norm one.
struct random_task {
    xt::xtensor<double, 3> inputs;           // (time, batch, input)
    xt::xtensor<double, 3> output_gradient;  // (time, batch, hidden), zero except at the last step

    random_task(std::size_t steps, std::size_t batch, std::size_t inputs_size, std::size_t hidden,
                double input_scale, std::uint64_t seed)
        : inputs(xt::zeros<double>({steps, batch, inputs_size})),
          output_gradient(xt::zeros<double>({steps, batch, hidden}))
    {
        rondo::random_numbers random(seed);
        for (double& x : inputs)
            x = input_scale * random.normal();
        for (std::size_t b = 0; b < batch; ++b) {
            double square = 0;
            for (std::size_t i = 0; i < hidden; ++i) {
                double const g = random.normal();
                output_gradient(steps - 1, b, i) = g;
                square += g * g;
            }
            for (std::size_t i = 0; i < hidden; ++i) {
                output_gradient(steps - 1, b, i) /= std::sqrt(square);
            }
        }
    }
};

// The norm of the gradient with respect to the states `lag` steps before the last output,
// at index lag - 1. It is the norm over all states of the cell, and the geometric mean over the batch. After
// `truncation` steps the gradient is truncated; 0 means full backpropagation.
template <class Cell>
std::vector<double> gradient_by_lag(rondo::model<Cell, double> const& m, random_task const& task,
                                    std::size_t truncation = 0)
{
    std::size_t const steps = task.inputs.shape()[0];
    std::size_t const batch = task.inputs.shape()[1];
    std::size_t const seen = truncation == 0 ? steps : std::min(truncation, steps);
    auto found = m.zero_states(batch);
    if (seen < steps) {  // states are carried on, the gradient is cut off
        rondo::bptt run{m};
        run.infer(xt::view(task.inputs, xt::range(0UL, steps - seen), xt::all(), xt::all()));
        found = run.final_states();
    }
    auto const window = [&](auto const& all) {
        return xt::view(all, xt::range(steps - seen, steps), xt::all(), xt::all());
    };
    auto const norms =
        rondo::state_gradient_norms(m, window(task.inputs), window(task.output_gradient), found);
    std::vector<double> by_lag(steps, 0.0);
    for (std::size_t lag = 1; lag <= seen; ++lag) {
        double logarithms = 0;
        for (std::size_t b = 0; b < batch; ++b) {
            double square = 0;
            for (std::size_t k = 0; k < norms.shape()[2]; ++k) {
                square += norms(seen - lag, b, k) * norms(seen - lag, b, k);
            }
            logarithms += std::log(std::max(square, std::numeric_limits<double>::min())) / 2;
        }
        by_lag[lag - 1] = std::exp(logarithms / static_cast<double>(batch));
    }
    return by_lag;
}

}  // namespace gradients_through_time
