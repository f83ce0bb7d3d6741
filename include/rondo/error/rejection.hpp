#pragma once
/// @file
/// The form of the messages with which the library rejects what a user gives it, or what came of it.

#include <rondo/error/concat.hpp>

#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA {

/// The parts of a message of rejection. Its text is `rondo: WHAT: expected EXPECTED; found FOUND`, with the
/// place, if there is one, before WHAT.
struct rejection {
    std::string what;      ///< the argument or setting: "the input x", "adam: rate"
    std::string expected;  ///< of it
    std::string found;     ///< instead, and at which entry
    std::string place{};   ///< the part of a composed model that rejects it: "layer 1 of the stack"

    /// The message.
    [[nodiscard, gnu::cold]] std::string text() const
    {
        return exec_internal::concat("rondo: ", place, place.empty() ? "" : ": ", what, ": expected ",
                                     expected, "; found ", found);
    }
    /// These parts with @p outer in front of the place that they have.
    [[nodiscard, gnu::cold]] rejection at(std::string_view outer) const
    {
        return {what, expected, found, exec_internal::concat(outer, place.empty() ? "" : ": ", place)};
    }
};

}  // namespace rondo::inline RONDO_ISA
