// A recurrent network that learns to predict the next symbol, and generates text.
//
// The cell is one of the library's with an affine read-out to the logits of the next symbol. Training
// is truncated backpropagation through time: states are carried from window to window, and a gradient
// goes back over the steps of a window. Scoring follows the convention in shared/corpus.hpp.
#pragma once

#include <characters/batches.hpp>
#include <characters/options.hpp>

#include <rondo/cell/read_out.hpp>
#include <rondo/exec/tbb_thread_pool.hpp>
#include <rondo/io/safetensors.hpp>
#include <rondo/rondo.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <random>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

namespace characters {

// The dimension of one-hot symbols and of their logits.
struct symbol : rondo::dimension {
    using dimension::dimension;
};

using lstm_cell = rondo::read_out<rondo::lstm<rondo::hidden, symbol>, symbol>;
using gru_cell = rondo::read_out<rondo::gru_reset_after<rondo::hidden, symbol>, symbol>;
using elman_cell = rondo::read_out<rondo::elman<rondo::hidden, symbol>, symbol>;

template <class Cell>
class learner {
   public:
    learner(options const& chosen, std::size_t symbols)
        : chosen_(chosen),
          symbols_(symbols),
          model_(rondo::hidden{static_cast<std::size_t>(chosen.hidden)}, symbol{symbols})
    {
        rondo::initialize_orthogonal(model_.parameters(), chosen.seed);
        if constexpr (std::is_same_v<Cell, lstm_cell>) {
            using namespace rondo::literals;
            model_["cell.f.b"_s].fill(1);
        }
    }

    // Trains on an epoch of windows, or on its beginning. `fraction(done)` is the fraction of all training
    // that is behind, when `done` is that of the epoch; training ends when it reaches 1. Calls `report(done,
    // loss)` after each window, with the mean loss of the epoch so far in bits per character.
    template <class Fraction, class Report>
    void learn(batches& text, Fraction const& fraction, Report const& report)
    {
        training_.reset();
        double loss = 0;
        double behind = 0;
        for (std::size_t window = 1; behind < 1 && text.advance(); ++window) {
            auto const& [inputs, targets] = text.current();
            auto const& logits = training_.forward(inputs);
            loss += rondo::softmax_cross_entropy(logits, targets, gradient_);
            training_.backward(gradient_);
            auto const gradients = training_.last_gradients().parameters.flat();
            rondo::clip_global_norm(gradients, longest_gradient);
            double const done = static_cast<double>(window) / static_cast<double>(text.windows());
            behind = std::min(fraction(done), 1.0);
            // The learning rate decays along half a cosine, to a hundredth.
            double const fall = (1 + std::cos(std::numbers::pi * behind)) / 2;
            optimizer_.set_rate(chosen_.rate * (0.01 + 0.99 * fall));
            optimizer_.update(model_.parameters().flat(), gradients);
            report(done, loss / static_cast<double>(window) / std::numbers::ln2);
        }
    }

    // Bits per character on runs of equal length, each from a state of zeros.
    double bits_per_character(std::vector<run> const& runs)
    {
        batches side_by_side(runs, static_cast<int>(runs.size()), static_cast<int>(runs.front().size()),
                             static_cast<int>(symbols_));
        side_by_side.start();
        side_by_side.advance();
        auto const& [inputs, targets] = side_by_side.current();
        return rondo::softmax_cross_entropy(scoring_.infer(inputs), targets) / std::numbers::ln2;
    }

    // Reads `start` and generates `length` symbols, each drawn from the predicted distribution at a
    // temperature below 1.
    run write(run const& start, int length, std::mt19937_64& random)
    {
        run text = start;
        auto state = model_.zero_states(1);
        xt::xtensor<float, 3> input = xt::zeros<float>({std::size_t{1}, std::size_t{1}, symbols_});
        std::vector<double> weights(symbols_);
        for (std::size_t i = 0; i < start.size() + static_cast<std::size_t>(length); ++i) {
            input.fill(0);
            input(0, 0, static_cast<std::size_t>(text[i])) = 1;
            auto const& logits = writing_.infer(input, {.initial = state});
            state = writing_.final_states();
            if (i + 1 < start.size()) continue;
            auto const largest = *std::max_element(logits.begin(), logits.end());
            for (std::size_t s = 0; s < symbols_; ++s) {
                weights[s] = std::exp((logits(0, 0, s) - largest) / temperature);
            }
            text.push_back(std::discrete_distribution<int>(weights.begin(), weights.end())(random));
        }
        return text;
    }

    void save(std::string const& path) const
    {
        rondo::save_safetensors(path, model_.parameters(),
                                {{"cell", name(chosen_.cell)},
                                 {"hidden", std::to_string(chosen_.hidden)},
                                 {"symbols", std::to_string(symbols_)}});
    }

    std::size_t parameters() const { return model_.parameters().size(); }

   private:
    static constexpr double longest_gradient = 5;
    static constexpr double temperature = 0.5;

    options chosen_;
    std::size_t symbols_;
    rondo::model<Cell> model_;
    rondo::tbb_thread_pool pool_{static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))};
    rondo::truncated_bptt<Cell, float> training_{
        model_, {.every = chosen_.window, .over = chosen_.window}, {.input_gradient = false, .pool = &pool_}};
    rondo::bptt<Cell, float> scoring_{model_, {.pool = &pool_}};
    rondo::bptt<Cell, float> writing_{model_};
    rondo::adam<float> optimizer_{{.rate = chosen_.rate}};
    xt::xtensor<float, 3> gradient_;
};

}  // namespace characters
