// Mini-batches of symbols: parallel streams, cut into windows.
//
// A network that learns one long text step by step would multiply vectors, not matrices. So the
// text is cut into as many streams as the batch has rows, and all advance together. A stream
// continues where its last window ended: the caller carries the network's state from window to window, and
// only the gradient is truncated there (truncated backpropagation through time).
//
// A network overfits a short text, so some inputs can be left blank. The network then cannot
// rely on any single character, which has the effect of smoothing on n-grams (Z. Xie et al.,
// "Data noising as smoothing in neural network language models", ICLR 2017).
#pragma once

#include <rondo/model/xtensor.hpp>
#include <shared/corpus.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace characters {

using shared::run;

// inputs(t, b, s) is 1 if s is the symbol of stream b at step t, and else 0; all are 0 if
// the symbol is left blank. targets(t, b) is the next symbol.
struct window {
    xt::xtensor<float, 3> inputs;  // (time, batch, vocabulary)
    xt::xtensor<int, 2> targets;   // (time, batch)
};

// Noise on the inputs: each is left blank with probability `share`, drawn anew in each epoch.
struct blanks {
    double share = 0;
    std::uint64_t seed = 0;
};

// The windows of an epoch, in order. Only the constructor allocates: `advance` rewrites one of two windows,
// whose lengths differ by one step, in place.
//
//     batches training(text.training, 32, 16, text.symbols.size());
//     for (training.start(offset); training.advance();) learn(training.current());
class batches {
   public:
    // Cuts `runs` into `streams` equal parts, in windows of at most `steps` steps. The lengths of windows
    // differ by at most one, so there is no short window at the end, whose gradient would be mostly noise.
    // Runs are concatenated, but no pair of an input and its target spans two of them. Up to streams - 1
    // pairs remain unused, different ones in each epoch if it starts elsewhere.
    // If there is a stream for each of several runs of equal length, as in corpus::held_out, each run is one
    // stream. Rejects numbers below 1, symbols outside of the vocabulary, a share of blanks outside of
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
        // The two lengths: the quotient, and one more unless the remainder is 0.
        short_ = make(length_ / windows_);
        long_ = make((length_ + windows_ - 1) / windows_);
    }

    // The number of windows in an epoch.
    std::size_t windows() const { return windows_; }

    // The number of characters predicted in an epoch.
    std::size_t characters() const { return streams_ * length_; }

    // Begins an epoch; the caller resets the network's state. The first stream begins `offset`
    // pairs into the text, and the text wraps around. With a different
    // offset for each epoch, no two epochs cut the text into the same windows.
    void start(std::size_t offset = 0)
    {
        offset_ = offset % pairs_.size();
        taken_ = 0;
    }

    // Advances to the next window; false at the end of the epoch, and before the first epoch.
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

    // The current window, valid until the next call of `advance`.
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
        constexpr double numbers = 0x1p64;  // the range of random_
        return blanks_ > 0 && static_cast<double>(random_()) < blanks_ * numbers;
    }

    std::vector<pair> pairs_;
    std::size_t streams_;
    std::size_t length_ = 0;   // of a stream
    std::size_t windows_ = 0;  // in an epoch
    std::size_t taken_ = 0;    // windows of the epoch so far
    std::size_t offset_ = 0;
    double blanks_;
    std::mt19937_64 random_;
    window short_, long_;  // of the two lengths
    bool is_long_ = true;  // which one is current
};

}  // namespace characters
