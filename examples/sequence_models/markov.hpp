// The first-order Markov chain: the next observation depends on the last one and on nothing else.
#pragma once

#include <sequence_models/predictor.hpp>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

namespace sequence_models {

// Its states are the symbols of a text, or the numbers of a series in bins of
// equal counts. It counts transitions. The method of Witten and Bell (1991) gives unseen transitions
// the total probability of those seen once. Free-running prediction is exact, because the state is a
// distribution.
class markov final : public predictor {
   public:
    // Rejects less than one bin: std::invalid_argument.
    markov(task const& t, std::size_t bins)
        : task_(t), states_(t.is_text ? t.features : bins), now_(states_), saved_(states_)
    {
        if (states_ == 0) throw std::invalid_argument("markov: expected at least 1 bin, found 0");
        if (!t.is_text) find_bins();
        count_transitions();
    }
    void begin() override {}
    std::span<float const> observe(float value) override
    {
        auto const row = next_.begin() + static_cast<std::ptrdiff_t>(state_of(value) * states_);
        std::copy_n(row, states_, now_.begin());
        return expected();
    }
    std::span<float const> imagine(std::mt19937_64&) override
    {
        std::vector<float> after(states_, 0.0F);
        for (std::size_t from = 0; from < states_; ++from) {
            for (std::size_t to = 0; to < states_; ++to) {
                after[to] += now_[from] * next_[from * states_ + to];
            }
        }
        now_ = after;
        return expected();
    }
    void save() override { saved_ = now_; }
    void restore() override { now_ = saved_; }

   private:
    void find_bins()
    {
        observations sorted;
        for (auto const& sequence : task_.training) {
            sorted.insert(sorted.end(), sequence.begin(), sequence.end());
        }
        std::ranges::sort(sorted);
        for (std::size_t s = 0; s < states_; ++s) {
            std::size_t const begin = sorted.size() * s / states_;
            std::size_t const end = std::max(sorted.size() * (s + 1) / states_, begin + 1);
            float sum = 0;
            for (std::size_t i = begin; i < end; ++i)
                sum += sorted[i];
            mean_.push_back(sum / static_cast<float>(end - begin));
            if (s > 0) upper_.push_back(sorted[begin]);
        }
    }
    std::size_t state_of(float value) const
    {
        if (task_.is_text) return static_cast<std::size_t>(value);
        return static_cast<std::size_t>(std::ranges::upper_bound(upper_, value) - upper_.begin());
    }
    void count_transitions()
    {
        std::vector<float> all(states_, 1.0F);  // occurrences of each state, plus one
        next_.assign(states_ * states_, 0.0F);
        for (auto const& sequence : task_.training) {
            for (std::size_t i = 1; i < sequence.size(); ++i) {
                ++next_[state_of(sequence[i - 1]) * states_ + state_of(sequence[i])];
                ++all[state_of(sequence[i])];
            }
        }
        float const total = std::accumulate(all.begin(), all.end(), 0.0F);
        for (std::size_t from = 0; from < states_; ++from) {
            auto const row = std::span(next_).subspan(from * states_, states_);
            float const seen = std::accumulate(row.begin(), row.end(), 0.0F);
            auto const kinds = std::ranges::count_if(row, [](float n) { return n > 0; });
            float const novel = std::max(static_cast<float>(kinds), 1.0F);
            for (std::size_t to = 0; to < states_; ++to) {
                row[to] = (row[to] + novel * all[to] / total) / (seen + novel);
            }
        }
    }
    std::span<float const> expected()
    {
        if (task_.is_text) return now_;
        number_ = std::inner_product(now_.begin(), now_.end(), mean_.begin(), 0.0F);
        return {&number_, 1};
    }

    task const& task_;
    std::size_t states_;
    std::vector<float> next_{};   // probabilities, by the state before and the state after
    std::vector<float> upper_{};  // lower bounds of all bins but the first
    std::vector<float> mean_{};   // of each bin
    std::vector<float> now_;
    std::vector<float> saved_;
    float number_ = 0;
};

}  // namespace sequence_models
