#pragma once
/// @file
/// The form of the messages with which the library rejects what a user gives it, or what came of it.

#include <rondo/namespaces.hpp>

#include <sstream>
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
    [[nodiscard]] std::string text() const
    {
        return "rondo: " + (place.empty() ? "" : place + ": ") + what + ": expected " + expected +
               "; found " + found;
    }
    /// These parts with @p outer in front of the place that they have.
    [[nodiscard]] rejection at(std::string_view outer) const
    {
        rejection placed = *this;
        placed.place = std::string(outer) + (place.empty() ? "" : ": " + place);
        return placed;
    }
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::exec_internal {

/// The text of @p parts one after the other, for messages.
template <class... Parts>
std::string concat(Parts const&... parts)
{
    std::ostringstream text;
    (text << ... << parts);
    return text.str();
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
