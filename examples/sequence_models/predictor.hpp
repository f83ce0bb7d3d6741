// What every model is asked, and the simplest that answers.
#pragma once

#include <sequence_models/task.hpp>

#include <cstddef>
#include <random>
#include <span>
#include <vector>

namespace sequence_models {

// A model that walks along a sequence. What it returns is valid until it is asked again.
class predictor {
   public:
    predictor() = default;
    predictor(predictor const&) = delete;
    predictor& operator=(predictor const&) = delete;
    virtual ~predictor() = default;

    // Comes to a new sequence and knows nothing of it.
    virtual void begin() = 0;
    // Sees the next observation, and says what it expects after it.
    virtual std::span<float const> observe(float value) = 0;
    // Goes on by itself, and says what it expects then: exactly, or, where it draws(), on a path on
    // which what came was drawn from what it expected.
    virtual std::span<float const> imagine(std::mt19937_64& random) = 0;
    virtual bool draws() const { return false; }
    // Remembers where it is, and goes back there.
    virtual void save() = 0;
    virtual void restore() = 0;
};

// The mean penalty of what `model` expects one step ahead.
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

// Expects that all stays as it is. Of a text, with the probability that symbols have to be
// repeated.
class last_value final : public predictor {
   public:
    explicit last_value(task const& t) : task_(t), expected_(t.features), saved_(t.features)
    {
        double repeats = 1;  // of which one is made up, and so is one that did not repeat
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
