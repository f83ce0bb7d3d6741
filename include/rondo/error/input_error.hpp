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
    /// Has the message of @p parts.
    explicit input_error(rejection parts) : std::invalid_argument(parts.text()), parts_(std::move(parts)) {}

    /// The parts of the message.
    [[nodiscard]] rejection const& parts() const noexcept { return parts_; }
    /// This error with @p place in front of the place that it has.
    [[nodiscard]] input_error at(std::string_view place) const { return input_error(parts_.at(place)); }

   private:
    rejection parts_;
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::exec_internal {

/// Rejects a setting unless it is @p good.
/// @throws input_error naming the setting, what was @p expected of it, and the number @p found.
inline void require(bool good, std::string_view setting, std::string_view expected, double found)
{
    if (!good) {
        throw input_error({std::string(setting), std::string(expected), concat(found)});
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
