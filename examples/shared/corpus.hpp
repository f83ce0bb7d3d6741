// A text as symbols, split into training data and held-out data.
//
// The held-out data are every tenth block of the text, not its end. Licences repeat each other and
// differ from each other. The end of the text would be one licence (the MPL, as the names
// sort) that is unlike the rest, and the score would measure that difference. Blocks from all parts of
// the text are like new text from the same source.
//
// Every model is scored in one way, so that scores are comparable: each held-out
// block is scored on its own. A model starts a block with zero state or empty context, sees nothing
// from outside the block, and predicts each of its symbols from those before it in the block. The
// first symbol is not scored: a block of N symbols counts for N - 1. Bits per
// character are the mean of -log2(probability) over all scored symbols of all blocks.
#pragma once

#include <shared/utf8.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shared {

// Contiguous symbols of the text: 0 <= symbol < vocabulary::size().
using run = std::vector<int>;

// The code points that have a symbol, and the symbol for all others if there is one.
class vocabulary {
   public:
    // Symbols 0, 1, ... for the distinct code points of `text` in ascending order, and one more for
    // unknown ones if `with_unknown`.
    vocabulary(std::u32string text, bool with_unknown) : points_(std::move(text))
    {
        std::ranges::sort(points_);
        auto const repeated = std::ranges::unique(points_);
        points_.erase(repeated.begin(), repeated.end());
        if (with_unknown) unknown_ = static_cast<int>(points_.size());
    }

    int size() const { return static_cast<int>(points_.size()) + (unknown_ ? 1 : 0); }
    std::optional<int> unknown() const { return unknown_; }

    // Whether `point` has a symbol of its own.
    bool contains(char32_t point) const { return std::ranges::binary_search(points_, point); }

    // The symbol of `point`: its own, or else the unknown one; std::out_of_range if neither exists.
    int encode(char32_t point) const
    {
        auto const found = std::ranges::lower_bound(points_, point);
        if (found != points_.end() && *found == point) {
            return static_cast<int>(found - points_.begin());
        }
        if (unknown_) return *unknown_;
        throw std::out_of_range("vocabulary: expected a character of the text, found '" + encode_utf8(point) +
                                "'");
    }

    run encode(std::u32string_view text) const
    {
        run symbols;
        symbols.reserve(text.size());
        for (auto const point : text)
            symbols.push_back(encode(point));
        return symbols;
    }

    // The symbol as UTF-8; the unknown one as U+FFFD. std::out_of_range if there is no such symbol.
    std::string decode(int symbol) const
    {
        if (symbol == unknown_) return encode_utf8(replacement_character);
        return encode_utf8(points_.at(static_cast<std::size_t>(symbol)));
    }

   private:
    std::u32string points_;
    std::optional<int> unknown_;
};

// The data of the models.
struct corpus {
    vocabulary symbols;         // of the training part; with an unknown one only if it is needed
    std::vector<run> training;  // the text between two held-out blocks is one run
    std::vector<run> held_out;  // all of block_length symbols, so they can be scored side by side

    // Characters in a block. Long compared with the 40 or so that a model needs to warm up, so that
    // the zero state costs little; short enough that the licences give a dozen held-out blocks.
    static constexpr std::size_t block_length = 2'000;
    // Blocks in a group, the last of which is held out.
    static constexpr std::size_t group = 10;
    static constexpr std::size_t smallest_text = group * block_length;
};

// Splits `text`, deterministically. An incomplete block or
// group at the end is for training. Rejects a text that is too short to have a held-out block:
// std::runtime_error, which names `source`.
inline corpus split(std::u32string_view text, std::string_view source)
{
    constexpr auto block = corpus::block_length;
    constexpr auto group = corpus::smallest_text;
    if (text.size() < group) {
        throw std::runtime_error(std::string(source) + ": expected at least " + std::to_string(group) +
                                 " characters, found " + std::to_string(text.size()) + "; one block of " +
                                 std::to_string(block) + " characters in " + std::to_string(corpus::group) +
                                 " is held out to judge the model by, and a shorter text has none");
    }

    std::vector<std::u32string_view> training;
    std::vector<std::u32string_view> held_out;
    for (; text.size() >= group; text.remove_prefix(group)) {
        training.push_back(text.substr(0, group - block));
        held_out.push_back(text.substr(group - block, block));
    }
    if (!text.empty()) training.push_back(text);

    std::u32string seen;
    for (auto const part : training)
        seen += part;
    vocabulary known(seen, false);
    auto const is_unknown = [&](char32_t point) { return !known.contains(point); };
    auto const needs_unknown =
        std::ranges::any_of(held_out, [&](auto part) { return std::ranges::any_of(part, is_unknown); });

    corpus result{needs_unknown ? vocabulary(seen, true) : known, {}, {}};
    for (auto const part : training)
        result.training.push_back(result.symbols.encode(part));
    for (auto const part : held_out)
        result.held_out.push_back(result.symbols.encode(part));
    return result;
}

// The number of symbols in `runs`.
inline std::size_t count(std::vector<run> const& runs)
{
    std::size_t sum = 0;
    for (auto const& symbols : runs)
        sum += symbols.size();
    return sum;
}

}  // namespace shared
