// A cell of Rondo as a predictor, and its training.
#pragma once

#include <sequence_models/cells.hpp>
#include <sequence_models/predictor.hpp>

#include <rondo/model/xtensor.hpp>
#include <rondo/rondo.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <random>
#include <span>
#include <type_traits>
#include <vector>

namespace sequence_models {

// Settings of a network and its training.
struct training_settings {
    std::size_t hidden = 16;     // size of its states; not used by autoregressive models
    std::size_t length = 0;      // of the training sequences; 0: not cut
    std::size_t batch = 1;       // sequences in parallel
    std::size_t truncation = 0;  // steps after which the gradient is truncated and an update made; 0: none
    std::size_t passes = 1;      // over all sequences
    double rate = 0.01;          // initial learning rate; it decays along half a cosine
    double decay = 0;            // weight decay, see rondo::adam_settings
    std::uint64_t seed = 1;
};

// A batch of sequences of equal length: inputs, and the observation after each.
struct minibatch {
    xt::xtensor<float, 3> inputs;   // (time, batch, feature)
    xt::xtensor<float, 3> numbers;  // (time, batch, 1), of a series
    xt::xtensor<int, 2> symbols;    // (time, batch), of a text

    minibatch(task const& t, std::size_t length, std::span<observations const> parts)
        : inputs(xt::zeros<float>({length, parts.size(), t.features})),
          numbers(xt::zeros<float>({length, parts.size(), std::size_t{1}})),
          symbols(xt::zeros<int>({length, parts.size()}))
    {
        for (std::size_t b = 0; b < parts.size(); ++b) {
            for (std::size_t i = 0; i < length; ++i) {
                t.encode(parts[b][i], {&inputs(i, b, 0), t.features});
                numbers(i, b, 0) = parts[b][i + 1];
                symbols(i, b) = static_cast<int>(parts[b][i + 1]);
            }
        }
    }
};

// Cuts the training part of `t` into sequences of `length` inputs and the observation after the last. Shorter
// remainders are dropped. If `length` is 0, every sequence is cut once, to the length of the
// shortest.
inline std::vector<observations> parts_of(task const& t, std::size_t length)
{
    if (length == 0) {
        length = std::ranges::min(t.training, {}, &observations::size).size() - 1;
    }
    std::vector<observations> parts;
    for (auto const& sequence : t.training) {
        for (std::size_t begin = 0; begin + length < sequence.size(); begin += length) {
            auto const first = sequence.begin() + static_cast<std::ptrdiff_t>(begin);
            parts.emplace_back(first, first + static_cast<std::ptrdiff_t>(length + 1));
        }
    }
    return parts;
}

// `Cell` reads observations along input; its output is the argument of the task's expect().
template <class Cell>
class network final : public predictor {
   public:
    // Trains on the training part of `t`.
    network(task const& t, training_settings const& chosen)
        : task_(t), chosen_(chosen), model_(make()), live_(model_), input_(t.features), expected_(t.features)
    {
        initialize();
        train();
        saved_ = live_.current_states();
    }
    std::size_t parameters() const { return model_.parameters().size(); }

    void begin() override { live_.reset(); }
    std::span<float const> observe(float value) override
    {
        task_.encode(value, input_);
        return step();
    }
    // For a text it draws a symbol, because a distribution over symbols would be an input unlike any in
    // training. For a series it uses the predicted value.
    std::span<float const> imagine(std::mt19937_64& random) override
    {
        if (task_.is_text) {
            std::discrete_distribution<int> symbol(expected_.begin(), expected_.end());
            task_.encode(static_cast<float>(symbol(random)), input_);
        } else {
            input_ = expected_;
        }
        return step();
    }
    bool draws() const override { return task_.is_text; }
    void save() override
    {
        saved_ = live_.current_states();
        saved_expected_ = expected_;
    }
    void restore() override
    {
        live_.set_states(saved_);
        expected_ = saved_expected_;
    }

   private:
    using model_type = rondo::model<Cell>;

    model_type make() const
    {
        if constexpr (rondo::has_dimension<Cell, hidden>) {
            return model_type{input{task_.features}, output{task_.features}, hidden{chosen_.hidden}};
        } else {
            return model_type{input{task_.features}, output{task_.features}};
        }
    }
    std::span<float const> step()
    {
        task_.expect(live_.step(input_), expected_);
        return expected_;
    }
    void initialize()
    {
        using namespace rondo::literals;
        rondo::initialize_orthogonal(model_.parameters(), chosen_.seed);
        if constexpr (std::is_same_v<Cell, latent_autoregressive>) {
            model_["U"_s] *= 0.9F;  // otherwise a linear state would grow
        } else if constexpr (std::is_same_v<Cell, rondo::read_out<rondo::lstm<>, output>>) {
            model_["cell.f.b"_s].fill(1);
        }
    }

    void train()
    {
        auto parts = parts_of(task_, chosen_.length);
        std::size_t const length = parts.front().size() - 1;
        std::size_t const batch = std::min(chosen_.batch, parts.size());
        std::size_t const batches = parts.size() / batch;
        std::size_t const window = chosen_.truncation == 0 ? length : chosen_.truncation;
        auto const steps = static_cast<std::ptrdiff_t>(window);
        rondo::truncated_bptt<Cell, float> run{
            model_, {.every = steps, .over = steps}, {.input_gradient = false}};
        std::size_t const between_looks = std::max<std::size_t>(1, chosen_.passes / 50);
        std::mt19937_64 random(chosen_.seed);
        for (std::size_t pass = 0; pass < chosen_.passes; ++pass) {
            std::ranges::shuffle(parts, random);
            for (std::size_t i = 0; i < batches; ++i) {
                double const done =
                    static_cast<double>(pass * batches + i) / static_cast<double>(chosen_.passes * batches);
                double const fall = (1 + std::cos(std::numbers::pi * done)) / 2;
                optimizer_.set_rate(chosen_.rate * (0.01 + 0.99 * fall));
                learn({task_, length, std::span(parts).subspan(i * batch, batch)}, window, run);
            }
            if ((pass + 1) % between_looks == 0) look();
        }
        live_.load(best_);
    }
    // Keeps the parameters if they are the best on the validation data so far.
    void look()
    {
        live_.load(model_.parameters());
        double const score = mean_penalty(*this, task_, task_.validation);
        if (score < best_score_) {
            best_score_ = score;
            best_ = model_.parameters();
        }
    }
    // Trains on sequences from states of zeros, with an update after every window of steps. The gradient
    // goes back over that many steps, also from a shorter window at the end.
    void learn(minibatch const& sequences, std::size_t window, rondo::truncated_bptt<Cell, float>& run)
    {
        std::size_t const length = sequences.inputs.shape()[0];
        run.reset();
        for (std::size_t begin = 0; begin < length; begin += window) {
            std::size_t const end = std::min(begin + window, length);
            auto const steps = [&](auto const& all) {
                return xt::view(all, xt::range(begin, end), xt::all(), xt::all());
            };
            auto const& y = run.forward(steps(sequences.inputs));
            if (task_.is_text) {
                xt::xtensor<int, 2> const wanted =
                    xt::view(sequences.symbols, xt::range(begin, end), xt::all());
                rondo::softmax_cross_entropy(y, wanted, gradient_);
            } else {
                xt::xtensor<float, 3> const wanted = steps(sequences.numbers);
                rondo::mean_squared_error(y, wanted, gradient_);
            }
            run.backward(gradient_);
            auto const gradients = run.last_gradients().parameters.flat();
            rondo::clip_global_norm(gradients, longest_gradient);
            optimizer_.update(model_.parameters().flat(), gradients);
        }
    }

    static constexpr double longest_gradient = 1;

    task const& task_;
    training_settings chosen_;
    model_type model_;
    rondo::stream<Cell, float> live_;
    rondo::adam<float> optimizer_{{.rate = chosen_.rate, .weight_decay = chosen_.decay}};
    xt::xtensor<float, 3> gradient_{};
    rondo::parameters<Cell, float> best_{model_.parameters()};
    double best_score_ = std::numeric_limits<double>::infinity();
    rondo::states_of<Cell, float> saved_;
    std::vector<float> input_;
    std::vector<float> expected_;
    std::vector<float> saved_expected_{};
};

}  // namespace sequence_models
