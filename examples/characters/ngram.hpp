// N-gram models, the baseline of the recurrent network.
//
// An n-gram model predicts a symbol from the n - 1 before it, by how often each symbol followed
// them in training. It needs smoothing for contexts that were seen seldom or never. Here each order
// is interpolated with the next shorter one, down to the uniform distribution:
//
//   p(s | c) = (count(c s) - discount) / denominator(c) + reserve(c) p(s | c but its first)
//
// so no symbol has probability zero. For shorter contexts, count() is not the number of occurrences but the
// number of different contexts, one symbol longer, in which a symbol occurs (R. Kneser, H. Ney, "Improved
// backing-off for m-gram language modeling", ICASSP 1995). The discount is either of
//  * modified Kneser-Ney: three discounts an order, for counts of one, of two, and of more, which
//    follow from how many counts are 1, 2, 3, 4 (S. Chen, J. Goodman, "An empirical study of
//    smoothing techniques for language modeling", Harvard TR-10-98, 1998, equation 26); or
//  * Witten-Bell: as many imaginary occurrences as there are distinct followers (method C of
//    I. Witten, T. Bell, "The zero-frequency problem", IEEE Trans. Inf. Theory 37(4), 1991).
// Neither is always better. Held-out bits per character at order 5, the first and the second: 1.395 and 1.375
// for the licences in paragraphs, which repeat each other; 1.857 and 1.875 for Perl's perldiag manual
// page, 1.462 and 1.471 for Vim's version7.txt. A fair comparison uses the better one. As the licences repeat
// whole sentences, longer n-grams are better still, because they know these by heart: 1.114 at order 8.
#pragma once

#include <shared/corpus.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace characters {

using shared::run;

enum class smoothing { kneser_ney, witten_bell };

// An interpolated n-gram model of symbols 0 ... vocabulary - 1. Order 1 is the frequency of each symbol;
// order 2 is the first-order Markov model.
class ngram {
   public:
    // Trains on `runs`; no context spans two runs. Takes some 50 bytes for
    // each distinct n-gram of each order. Training both methods and all orders up to 5 on the
    // licences and scoring them takes 0.5 s.
    // Rejects (std::invalid_argument) an order or vocabulary below 1 and symbols outside of it.
    ngram(std::vector<run> const& runs, int order, int vocabulary, smoothing method)
        : order_(order), vocabulary_(vocabulary)
    {
        if (order < 1) refuse("an order of at least 1", order);
        if (vocabulary < 1) refuse("a vocabulary of at least 1 symbol", vocabulary);
        levels_.resize(static_cast<std::size_t>(order));
        count_longest(runs);
        for (auto k = levels_.size() - 1; k > 0; --k)
            count_shorter(levels_[k], levels_[k - 1]);
        for (auto& contexts : levels_) {
            method == smoothing::kneser_ney ? discount(contexts) : imagine(contexts);
        }
    }

    int sorted_indices() const { return order_; }
    int vocabulary() const { return vocabulary_; }

    // The probability of `symbol` after the context `before`, of which only the last order - 1 symbols
    // matter and which may be shorter. It is positive and sums to 1 over the vocabulary.
    // std::invalid_argument if `symbol` is not in the vocabulary.
    double probability(int symbol, std::span<int const> before) const
    {
        check(symbol);
        double result = 1.0 / vocabulary_;
        std::u32string context;
        for (std::size_t k = 0; k < levels_.size() && k <= before.size(); ++k) {
            if (k > 0) context.insert(context.begin(), key(before[before.size() - k]));
            auto const place = levels_[k].find(context);
            if (place == levels_[k].end()) break;  // longer contexts are unseen too
            auto const& [counts, discounts, denominator, reserve] = place->second;
            result *= reserve;
            if (auto const seen = counts.find(symbol); seen != counts.end()) {
                result += (seen->second - discounts[kind(seen->second)]) / denominator;
            }
        }
        return result;
    }

    // The mean of -log2(probability), by the convention of shared/corpus.hpp: every run starts without
    // context and its first symbol is not scored. std::invalid_argument if there is nothing to
    // score.
    double bits_per_character(std::vector<run> const& runs) const
    {
        double bits = 0;
        std::size_t scored = 0;
        for (std::span<int const> const symbols : runs) {
            for (std::size_t i = 1; i < symbols.size(); ++i) {
                bits -= std::log2(probability(symbols[i], symbols.first(i)));
                ++scored;
            }
        }
        if (scored == 0) refuse("a run of at least 2 symbols to score", 0);
        return bits / static_cast<double>(scored);
    }

   private:
    struct followers {
        std::map<int, int> counts;
        std::array<double, 3> discounts{};  // of counts of 1, of 2, of more
        double denominator = 0;
        double reserve = 0;  // the share of the shorter context
    };
    using level = std::unordered_map<std::u32string, followers>;

    [[noreturn]] static void refuse(std::string const& expected, int found)
    {
        throw std::invalid_argument("ngram: expected " + expected + ", found " + std::to_string(found));
    }

    void check(int symbol) const
    {
        if (symbol >= 0 && symbol < vocabulary_) return;
        refuse("a symbol from 0 to " + std::to_string(vocabulary_ - 1), symbol);
    }

    static char32_t key(int symbol) { return static_cast<char32_t>(symbol); }

    static std::size_t kind(int count) { return static_cast<std::size_t>(std::min(count, 3) - 1); }

    // The beginning of a run is counted as a symbol, which avoids special cases. No prediction has it in
    // its context.
    void count_longest(std::vector<run> const& runs)
    {
        auto const length = levels_.size() - 1;
        for (auto const& symbols : runs) {
            std::u32string context(length, key(vocabulary_));
            for (auto const symbol : symbols) {
                check(symbol);
                ++levels_.back()[context].counts[symbol];
                context += key(symbol);
                context.erase(0, 1);
            }
        }
    }

    static void count_shorter(level const& longer, level& shorter)
    {
        for (auto const& [context, after] : longer) {
            auto& counts = shorter[context.substr(1)].counts;
            for (auto const& [symbol, count] : after.counts)
                ++counts[symbol];
        }
    }

    static void imagine(level& contexts)
    {
        for (auto& [context, after] : contexts) {
            auto const distinct = static_cast<double>(after.counts.size());
            after.denominator = total(after) + distinct;
            after.reserve = distinct / after.denominator;
        }
    }

    static void discount(level& contexts)
    {
        std::array<double, 4> n{};  // how many counts are 1, 2, 3, 4
        for (auto const& [context, after] : contexts) {
            for (auto const& [symbol, count] : after.counts) {
                if (count <= 4) ++n[static_cast<std::size_t>(count - 1)];
            }
        }
        // Small or odd samples give no usable estimate; these are KenLM's default discounts.
        std::array<double, 3> discounts{0.5, 1, 1.5};
        auto const y = n[0] / (n[0] + 2 * n[1]);
        for (std::size_t k = 0; k < 3; ++k) {
            auto const most = static_cast<double>(k + 1);
            auto const estimate = most - (most + 1) * y * n[k + 1] / n[k];
            if (estimate > 0 && estimate < most) discounts[k] = estimate;
        }

        for (auto& [context, after] : contexts) {
            after.discounts = discounts;
            after.denominator = total(after);
            for (auto const& [symbol, count] : after.counts)
                after.reserve += discounts[kind(count)];
            after.reserve /= after.denominator;
        }
    }

    static double total(followers const& after)
    {
        double sum = 0;
        for (auto const& [symbol, count] : after.counts)
            sum += count;
        return sum;
    }

    int order_;
    int vocabulary_;
    std::vector<level> levels_;  // levels_[k]: by contexts of k symbols
};

}  // namespace characters
