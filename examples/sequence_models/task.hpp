// What there is to predict: numbers of a series, or symbols of a text.
//
// Both are sequences of observations, and every model here is asked the same of either: what is
// expected next? Of a series that is a number, judged by its squared error; of a text it is a
// probability for each symbol, judged by the bits that the symbol which came costs.
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

// One after the other: standardised numbers, or the numbers of symbols.
using observations = std::vector<float>;

// A sequence of which the observations from `first` on are to be predicted, from all before them.
struct judged_sequence {
    observations values;
    std::size_t first;
};

// Sequences to learn from, to stop learning by, and to be judged by.
struct task {
    bool is_text = false;
    std::size_t features = 1;  // of an observation as a vector: 1, or the number of symbols
    double unit = 1;           // of the standardised numbers
    std::vector<observations> training{};
    std::vector<judged_sequence> validation{};
    std::vector<judged_sequence> held_out{};

    // `value` as a vector: the number, or 1 at the place of the symbol and 0 elsewhere.
    void encode(float value, std::span<float> to) const
    {
        std::ranges::fill(to, 0.0F);
        (is_text ? to[static_cast<std::size_t>(value)] : to[0]) = is_text ? 1.0F : value;
    }
    // What a network's output says is expected: the number, or the softmax of the logits.
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
    // What it costs to have expected that when `value` came: the squared error, or the bits.
    double penalty(std::span<float const> expected, float value) const
    {
        if (is_text) {
            constexpr float least = 1e-30F;  // what a network rounds to zero costs 100 bits
            return -std::log2(std::max(expected[static_cast<std::size_t>(value)], least));
        }
        double const error = expected[0] - value;
        return error * error;
    }
    // The mean of penalties as it is printed: the root mean square in units of the series, or bits.
    double score(double mean_penalty) const
    {
        return is_text ? mean_penalty : unit * std::sqrt(mean_penalty);
    }
};

// Of what there is to learn from, the share at the end that only says when to stop.
inline constexpr double validation_share = 0.2;

// The last `held_out` of all numbers are to be predicted, from all before them; the others are to
// learn from. Numbers are standardised by mean and deviation of those. Refuses a series that is too
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

// The symbols of `text`, of whose training part at most `most` are used, the end of its longest run
// to say when to stop. Blocks are predicted from their second symbol on, each from those before it
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
