// The prediction tasks: numbers of a series, or symbols of a text.
//
// Both are sequences of observations, and every model predicts the next one. For a series the prediction is
// a number, scored by its squared error. For a text it is a
// probability of each symbol, scored by the negative log-likelihood of the actual symbol in bits.
#pragma once

#include <shared/corpus.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sequence_models {

// A sequence of observations: standardised numbers, or symbols by their number.
using observations = std::vector<float>;

// A sequence whose observations from `first` on are to be predicted, each from all before it.
struct judged_sequence {
    observations values;
    std::size_t first;
};

// Sequences for training, for early stopping, and for scoring.
struct task {
    bool is_text = false;
    std::size_t features = 1;  // of an observation as a vector: 1, or the number of symbols
    double unit = 1;           // one standard deviation of the series
    std::vector<observations> training{};
    std::vector<judged_sequence> validation{};
    std::vector<judged_sequence> held_out{};

    // `value` as a vector: the number, or the one-hot vector of the symbol.
    void encode(float value, std::span<float> to) const
    {
        std::ranges::fill(to, 0.0F);
        (is_text ? to[static_cast<std::size_t>(value)] : to[0]) = is_text ? 1.0F : value;
    }
    // The prediction that a network's output stands for: the number, or the softmax of the logits.
    void expect(std::span<float const> output, std::span<float> to) const
    {
        std::ranges::copy(output, to.begin());
        if (!is_text) return;
        float const largest = *std::ranges::max_element(to);
        float sum = 0;
        for (float& p : to)
            sum += p = std::exp(p - largest);
        for (float& p : to)
            p /= sum;
    }
    // The penalty of a prediction for the observation `value`: the squared error, or the bits.
    double penalty(std::span<float const> expected, float value) const
    {
        if (is_text) {
            constexpr float least = 1e-30F;  // limits the penalty of a probability of zero to 100 bits
            return -std::log2(std::max(expected[static_cast<std::size_t>(value)], least));
        }
        double const error = expected[0] - value;
        return error * error;
    }
    // The score of a mean penalty: the root mean square error in units of the series, or bits.
    double score(double mean_penalty) const
    {
        return is_text ? mean_penalty : unit * std::sqrt(mean_penalty);
    }
};

// The fraction of the training data, at the end, that is used for early stopping.
inline constexpr double validation_share = 0.2;

// The task of a series. The last fraction `held_out` of the numbers is to be predicted; the others are for
// training. Numbers are standardised by mean and deviation of the latter. Rejects a series that is too
// short or constant: std::invalid_argument.
inline task task_of(std::vector<double> const& series, double held_out)
{
    auto const size = static_cast<double>(series.size());
    auto const known = static_cast<std::size_t>(std::lround(size * (1 - held_out)));
    auto const learned = static_cast<std::size_t>(static_cast<double>(known) * (1 - validation_share));
    if (learned < 2 || known >= series.size()) {
        throw std::invalid_argument(
            "the series: expected at least 2 numbers to learn from and 1 held "
            "out, found " +
            std::to_string(series.size()) + " in all");
    }
    double const count = static_cast<double>(known);
    double const mean = std::accumulate(series.data(), series.data() + known, 0.0) / count;
    double squares = 0;
    for (std::size_t i = 0; i < known; ++i)
        squares += (series[i] - mean) * (series[i] - mean);
    task t{.unit = std::sqrt(squares / count)};
    if (!(t.unit > 0)) {
        throw std::invalid_argument("the series: expected numbers that differ, found none");
    }
    observations all;
    for (double const x : series)
        all.push_back(static_cast<float>((x - mean) / t.unit));
    auto const up_to = [&](std::size_t end) {
        return observations(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(end));
    };
    t.training = {up_to(learned)};
    t.validation = {{up_to(known), learned}};
    t.held_out = {{all, known}};
    return t;
}

// The task of a text. At most `most` symbols of its training part are used, and the end of its longest run
// is for early stopping. Blocks are predicted from their second symbol on, each symbol from those before it
// in the block.
inline task task_of(shared::corpus const& text, std::size_t most)
{
    task t{.is_text = true, .features = static_cast<std::size_t>(text.symbols.size())};
    for (auto const& run : text.training) {
        auto const n = static_cast<std::ptrdiff_t>(std::min(most, run.size()));
        most -= static_cast<std::size_t>(n);
        if (n > 1) t.training.emplace_back(run.begin(), run.begin() + n);
    }
    auto& longest = *std::ranges::max_element(t.training, {}, &observations::size);
    auto const kept = static_cast<double>(longest.size()) * (1 - validation_share);
    auto const end = longest.begin() + static_cast<std::ptrdiff_t>(kept);
    t.validation = {{observations(end, longest.end()), 1}};
    longest.erase(end, longest.end());
    for (auto const& block : text.held_out) {
        t.held_out.push_back({observations(block.begin(), block.end()), 1});
    }
    return t;
}

}  // namespace sequence_models
