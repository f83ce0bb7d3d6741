// Symbols, arranged as a recurrent network wants them: many streams side by side, a window at a
// time.
//
// A network that learns one long text step by step would multiply vectors, not matrices. So the
// text is cut into as many streams as the batch has rows, and all advance together. A stream goes
// on where its last window ended: the caller keeps the network's state from window to window, and
// only the gradient is cut off there (truncated back-propagation through time).
//
// A short text is soon known by heart, so some inputs can be left blank. The network then cannot
// rely on any one character, which has the effect that smoothing has on n-grams (Z. Xie et al.,
// "Data noising as smoothing in neural network language models", ICLR 2017).
#pragma once

#include <shared/corpus.hpp>

#include <xtensor/xtensor.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace characters {

using shared::run;

// inputs(t, b, s) is 1 if s is the symbol that stream b has at step t, and else 0; all are 0 if
// that is left blank. targets(t, b) is the symbol that follows it.
struct window {
    xt::xtensor<float, 3> inputs;  // (time, batch, vocabulary)
    xt::xtensor<int, 2> targets;   // (time, batch)
};

// Which inputs are left blank: each with probability `share`, drawn anew in each epoch.
struct blanks {
    double share = 0;
    std::uint64_t seed = 0;
};

// The windows of an epoch, one after the other. Nothing is allocated once this is made: `advance`
// rewrites the one window (or its twin, one step shorter) in place.
//
//     batches training(text.training, 32, 16, text.symbols.size());
//     for (training.start(offset); training.advance();) learn(training.current());
class batches {
   public:
    // `streams` equal parts of `runs`, in windows of at most `steps` steps, all of equal length
    // give or take one (so there is no short one at the end, whose gradient would be mostly noise).
    // Runs follow each other, but no pair of an input and its target reaches from one into the
    // next. Up to streams - 1 pairs are left over, others in each epoch if it starts elsewhere.
    // Runs of equal length with a stream for each, as in corpus::held_out, come side by side.
    // Rejects numbers below 1, symbols outside of the vocabulary, a share of blanks outside of
    // [0, 1], and a text with fewer pairs than streams: std::invalid_argument.
    batches(std::vector<run> const& runs, int streams, int steps, int vocabulary, blanks left = {})
        : streams_(positive(streams, "streams")), blanks_(left.share), random_(left.seed)
    {
        if (!(left.share >= 0 && left.share <= 1)) {
            refuse("a share of blanks from 0 to 1", std::to_string(left.share));
        }
        auto const longest = positive(steps, "steps");
        auto const symbols = positive(vocabulary, "symbols in the vocabulary");
        for (auto const& text : runs) {
            for (auto const symbol : text) {
                if (symbol < 0 || symbol >= vocabulary) {
                    refuse("symbols from 0 to " + std::to_string(vocabulary - 1), std::to_string(symbol));
                }
            }
            for (std::size_t i = 0; i + 1 < text.size(); ++i) {
                pairs_.push_back({text[i], text[i + 1]});
            }
        }
        length_ = pairs_.size() / streams_;
        if (length_ == 0) {
            refuse("a character with a successor for each of " + std::to_string(streams_) + " streams",
                   std::to_string(pairs_.size()) + " in all");
        }
        windows_ = (length_ + longest - 1) / longest;
        taken_ = windows_;

        auto const make = [&](std::size_t time) {
            return window{xt::zeros<float>({time, streams_, symbols}), xt::zeros<int>({time, streams_})};
        };
        // The lengths that occur: the quotient, and one more unless the division leaves no rest.
        short_ = make(length_ / windows_);
        long_ = make((length_ + windows_ - 1) / windows_);
    }

    // Windows in an epoch.
    std::size_t windows() const { return windows_; }

    // Characters predicted in an epoch.
    std::size_t characters() const { return streams_ * length_; }

    // Begins an epoch; the caller clears the network's state. The first stream begins `offset`
    // pairs into the text, and what is past the end is taken from its beginning: with another
    // offset for each epoch, no two epochs cut the text into the same windows.
    void start(std::size_t offset = 0)
    {
        offset_ = offset % pairs_.size();
        taken_ = 0;
    }

    // Goes on to the next window; false at the end of the epoch, and before the first one.
    bool advance()
    {
        if (taken_ == windows_) return false;
        auto const begin = length_ * taken_ / windows_;
        auto const end = length_ * ++taken_ / windows_;
        is_long_ = end - begin == long_.targets.shape(0);
        auto& [inputs, targets] = is_long_ ? long_ : short_;
        inputs.fill(0);
        for (std::size_t t = 0; t < end - begin; ++t) {
            for (std::size_t b = 0; b < streams_; ++b) {
                auto const place = offset_ + b * length_ + begin + t;
                auto const& [input, target] = pairs_[place % pairs_.size()];
                if (!blank()) inputs(t, b, static_cast<std::size_t>(input)) = 1;
                targets(t, b) = target;
            }
        }
        return true;
    }

    // The window that `advance` went to, until it is called again.
    window const& current() const { return is_long_ ? long_ : short_; }

   private:
    struct pair {
        int input;
        int target;
    };

    [[noreturn]] static void refuse(std::string const& expected, std::string const& found)
    {
        throw std::invalid_argument("batches: expected " + expected + ", found " + found);
    }

    static std::size_t positive(int number, std::string const& what)
    {
        if (number < 1) refuse("at least 1 of " + what, std::to_string(number));
        return static_cast<std::size_t>(number);
    }

    bool blank()
    {
        constexpr double numbers = 0x1p64;  // that random_ draws from
        return blanks_ > 0 && static_cast<double>(random_()) < blanks_ * numbers;
    }

    std::vector<pair> pairs_;
    std::size_t streams_;
    std::size_t length_ = 0;   // of a stream
    std::size_t windows_ = 0;  // in an epoch
    std::size_t taken_ = 0;    // of these, the ones that `advance` went to
    std::size_t offset_ = 0;
    double blanks_;
    std::mt19937_64 random_;
    window short_, long_;  // of the two lengths that occur
    bool is_long_ = true;  // which one is current
};

}  // namespace characters
