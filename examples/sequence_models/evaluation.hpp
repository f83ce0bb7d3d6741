// Scores of a model on held-out data: for the next observation, and for those after it.
#pragma once

#include <sequence_models/predictor.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace sequence_models {

// Settings of free-running prediction.
struct free_running {
    std::size_t horizon = 20;  // steps
    std::size_t every = 1;     // stride between the starting points
    std::size_t paths = 20;    // sampled continuations that are averaged, if the model draws
    std::uint64_t seed = 1;    // of the samples
};

// The predictions of `model` 2, 3 and so on up to `steps` steps ahead, where its own predictions are its
// inputs.
inline std::vector<std::vector<float>> expectations(predictor& model, task const& t, std::size_t steps,
                                                    std::size_t paths, std::mt19937_64& random)
{
    std::vector<std::vector<float>> mean(steps > 1 ? steps - 1 : 0, std::vector<float>(t.features, 0.0F));
    paths = model.draws() ? paths : 1;
    model.save();
    for (std::size_t path = 0; path < paths; ++path) {
        for (auto& at_step : mean) {
            auto const expected = model.imagine(random);
            for (std::size_t i = 0; i < at_step.size(); ++i) {
                at_step[i] += expected[i] / static_cast<float>(paths);
            }
        }
        model.restore();
    }
    return mean;
}

// The scores of `model` by horizon, from one step ahead on: the root mean
// square error in units of a series, the bits per symbol of a text. One step ahead its inputs are the true
// observations; further ahead it runs freely. Rejects a horizon beyond the held-out data:
// std::invalid_argument.
inline std::vector<double> score_by_horizon(predictor& model, task const& t, free_running const& how)
{
    std::vector<double> penalties(how.horizon, 0.0);
    std::vector<double> counts(how.horizon, 0.0);
    auto const judge = [&](std::size_t ahead, std::span<float const> expected, float value) {
        penalties[ahead - 1] += t.penalty(expected, value);
        ++counts[ahead - 1];
    };
    std::mt19937_64 random(how.seed);
    for (auto const& [values, first] : t.held_out) {
        model.begin();
        for (std::size_t i = 0; i + 1 < values.size(); ++i) {
            auto const expected = model.observe(values[i]);
            if (i + 1 < first) continue;
            judge(1, expected, values[i + 1]);
            if ((i + 1 - first) % how.every != 0) continue;
            std::size_t const steps = std::min(how.horizon, values.size() - 1 - i);
            auto const further = expectations(model, t, steps, how.paths, random);
            for (std::size_t ahead = 2; ahead <= steps; ++ahead) {
                judge(ahead, further[ahead - 2], values[i + ahead]);
            }
        }
    }
    std::vector<double> scores;
    for (std::size_t h = 0; h < how.horizon; ++h) {
        if (counts[h] == 0) {
            throw std::invalid_argument("the horizon: expected at most the " + std::to_string(h) +
                                        " steps that are held out, found " + std::to_string(how.horizon));
        }
        scores.push_back(t.score(penalties[h] / counts[h]));
    }
    return scores;
}

}  // namespace sequence_models
