#pragma once
/// @file
/// Lists of sequences of any lengths.

#include <rondo/namespaces.hpp>

#include <cstddef>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A list of sequences, each an xtensor of shape (time, features).
template <class X>
concept sequence_list = requires(X const& list) {
    {
        std::begin(list)
    } -> std::random_access_iterator;
    std::end(list);
    (*std::begin(list)).dimension();
};

/// Checks that a list of sequences is not empty, and that each has at least one step and the right features.
/// @throws std::invalid_argument saying what was expected, found and where.
template <sequence_list X>
void check_sequences(X const& list, std::ptrdiff_t features, std::string_view dimension)
{
    std::ptrdiff_t const count = std::distance(std::begin(list), std::end(list));
    if (count == 0) {
        throw std::invalid_argument("rondo: the input x: expected at least 1 sequence; found an empty list");
    }
    for (std::ptrdiff_t b = 0; b < count; ++b) {
        auto const& s = std::begin(list)[b];
        if (s.dimension() == 2 && s.shape()[0] > 0 && static_cast<std::ptrdiff_t>(s.shape()[1]) == features) {
            continue;
        }
        std::ostringstream text;
        text << "rondo: the input x: expected sequences of shape (time, " << dimension << " = " << features
             << "), no extent of 0; found (";
        for (std::size_t d = 0; d < s.dimension(); ++d) {
            text << (d > 0 ? ", " : "") << s.shape()[d];
        }
        text << ") for sequence " << b;
        throw std::invalid_argument(text.str());
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
