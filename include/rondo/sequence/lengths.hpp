#pragma once
/// @file
/// The lengths of sequences that are padded to the longest in one array.

#include <rondo/namespaces.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A list of numbers of steps, one for each sequence of a batch: a vector, an array, an xtensor.
template <class L>
concept length_list = requires(L const& lengths) {
    {
        std::begin(lengths)
    } -> std::random_access_iterator;
    std::end(lengths);
    requires std::integral<std::iter_value_t<decltype(std::begin(lengths))>>;
    requires !std::same_as<std::iter_value_t<decltype(std::begin(lengths))>, bool>;
};

/// Checks that there is a length for each of @p batch sequences, each from 1 to @p steps.
/// @throws std::invalid_argument saying what was expected, found and where.
template <length_list Lengths>
void check_lengths(Lengths const& lengths, std::ptrdiff_t steps, std::ptrdiff_t batch)
{
    auto const reject = [](std::string const& text) {
        throw std::invalid_argument("rondo: the lengths: expected " + text);
    };
    std::ptrdiff_t const count = std::distance(std::begin(lengths), std::end(lengths));
    if (count != batch) {
        reject(std::to_string(batch) + " numbers, one for each sequence of the batch; found " +
               std::to_string(count));
    }
    for (std::ptrdiff_t b = 0; b < batch; ++b) {
        auto const found = std::begin(lengths)[b];
        if (std::cmp_less(found, 1) || std::cmp_greater(found, steps)) {
            reject("1 to " + std::to_string(steps) + " steps; found " + std::to_string(found) +
                   " for batch " + std::to_string(b));
        }
    }
}

/// Stands for a list of lengths where no sequence ends before the last step.
struct full_length {};

/// Checks nothing: no length is given.
inline void check_lengths(full_length, std::ptrdiff_t, std::ptrdiff_t) noexcept {}

/// The length of sequence @p b, of at most @p steps steps.
template <class Lengths>
constexpr std::ptrdiff_t length_of(Lengths const& lengths, std::ptrdiff_t b, std::ptrdiff_t steps)
{
    if constexpr (std::same_as<Lengths, full_length>) {
        return steps;
    } else {
        return static_cast<std::ptrdiff_t>(std::begin(lengths)[b]);
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
