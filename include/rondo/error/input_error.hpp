#pragma once
/// @file
/// The exception with which the library rejects arguments.

#include <rondo/error/rejection.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// An argument that a function rejects. Nothing has changed when it is thrown, unless the function says
/// otherwise.
class input_error : public std::invalid_argument {
   public:
    /// An error whose message consists of @p parts.
    explicit input_error(rejection parts) : std::invalid_argument(parts.text()), parts_(std::move(parts)) {}

    /// The parts of the message.
    [[nodiscard]] rejection const& parts() const noexcept { return parts_; }
    /// A copy of this error with @p place in front of its place.
    [[nodiscard]] input_error at(std::string_view place) const { return input_error(parts_.at(place)); }

   private:
    rejection parts_;
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::exec_internal {

/// Throws an input_error. It is not inlined, so that functions that check their arguments stay small.
/// @throws input_error with these parts, always.
[[noreturn, gnu::cold, gnu::noinline]] inline void reject(std::string_view what, std::string_view expected,
                                                          std::string_view found)
{
    throw input_error({std::string(what), std::string(expected), std::string(found)});
}

/// Rejects a setting unless it is @p good.
/// @throws input_error naming the setting, what was @p expected of it, and the number @p found.
inline void require(bool good, std::string_view setting, std::string_view expected, double found)
{
    if (!good) {
        exec_internal::reject(setting, expected, concat(found));
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
