// The interface of all models, and the simplest model.
#pragma once

#include <sequence_models/task.hpp>

#include <cstddef>
#include <random>
#include <span>
#include <vector>

namespace sequence_models {

// A model that reads a sequence step by step. Its results are valid until the next call.
class predictor {
   public:
    predictor() = default;
    predictor(predictor const&) = delete;
    predictor& operator=(predictor const&) = delete;
    virtual ~predictor() = default;

    // Resets the state for a new sequence.
    virtual void begin() = 0;
    // Reads the next observation and predicts the one after it.
    virtual std::span<float const> observe(float value) = 0;
    // Advances by its own prediction and predicts the observation after that: exactly, or, if draws(), for
    // one sampled continuation.
    virtual std::span<float const> imagine(std::mt19937_64& random) = 0;
    virtual bool draws() const { return false; }
    // Save and restore the state.
    virtual void save() = 0;
    virtual void restore() = 0;
};

// The mean penalty of the predictions of `model` one step ahead.
inline double mean_penalty(predictor& model, task const& t, std::vector<judged_sequence> const& sequences)
{
    double sum = 0;
    double count = 0;
    for (auto const& [values, first] : sequences) {
        model.begin();
        for (std::size_t i = 0; i + 1 < values.size(); ++i) {
            auto const expected = model.observe(values[i]);
            if (i + 1 < first) continue;
            sum += t.penalty(expected, values[i + 1]);
            ++count;
        }
    }
    return sum / count;
}

// Predicts the last observation. For a text it estimates the probability of a repeated symbol.
class last_value final : public predictor {
   public:
    explicit last_value(task const& t) : task_(t), expected_(t.features), saved_(t.features)
    {
        double repeats = 1;  // starts at one, as does the count of symbols that did not repeat
        double pairs = 2;
        for (auto const& sequence : t.training) {
            for (std::size_t i = 1; i < sequence.size(); ++i) {
                repeats += sequence[i] == sequence[i - 1];
                ++pairs;
            }
        }
        if (t.is_text) repeats_ = static_cast<float>(repeats / pairs);
    }
    void begin() override {}
    std::span<float const> observe(float value) override
    {
        task_.encode(value, expected_);
        return fade();
    }
    std::span<float const> imagine(std::mt19937_64&) override { return fade(); }
    void save() override { saved_ = expected_; }
    void restore() override { expected_ = saved_; }

   private:
    std::span<float const> fade()
    {
        float const other = (1 - repeats_) / static_cast<float>(task_.features);
        for (float& e : expected_)
            e = repeats_ * e + other;
        return expected_;
    }

    task const& task_;
    float repeats_ = 1;
    std::vector<float> expected_;
    std::vector<float> saved_;
};

}  // namespace sequence_models
