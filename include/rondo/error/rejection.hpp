#pragma once
/// @file
/// The common form of messages about arguments, files and results that the library rejects.

#include <rondo/error/concat.hpp>

#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA {

/// The parts of a message of rejection. Its text is `rondo: WHAT: expected EXPECTED; found FOUND`, with the
/// place, if there is one, before WHAT.
struct rejection {
    std::string what;      ///< the argument or setting: "the input x", "adam: rate"
    std::string expected;  ///< the condition that it must meet
    std::string found;     ///< the violation, and at which entry: "nan at entry 2"
    std::string place{};   ///< the part of a composed model that rejects it: "layer 1 of the stack"

    /// The message.
    [[nodiscard, gnu::cold]] std::string text() const
    {
        return exec_internal::concat("rondo: ", place, place.empty() ? "" : ": ", what, ": expected ",
                                     expected, "; found ", found);
    }
    /// A copy of these parts with @p outer in front of the place.
    [[nodiscard, gnu::cold]] rejection at(std::string_view outer) const
    {
        return {what, expected, found, exec_internal::concat(outer, place.empty() ? "" : ": ", place)};
    }
};

}  // namespace rondo::inline RONDO_ISA
