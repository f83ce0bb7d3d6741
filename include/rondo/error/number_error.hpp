#pragma once
/// @file
/// The exception that reports a computed number that is not finite.

#include <rondo/error/rejection.hpp>

#include <stdexcept>
#include <string_view>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// A value that a run has computed is NaN or infinite, though its arguments were finite. Thrown by runs with
/// run_options::check_finite. The message says which expression of the cell it is, at which step and in
/// which sequence.
class number_error : public std::runtime_error {
   public:
    /// An error whose message consists of @p parts.
    explicit number_error(rejection parts) : std::runtime_error(parts.text()), parts_(std::move(parts)) {}

    /// The parts of the message.
    [[nodiscard]] rejection const& parts() const noexcept { return parts_; }
    /// A copy of this error with @p place in front of its place.
    [[nodiscard]] number_error at(std::string_view place) const { return number_error(parts_.at(place)); }

   private:
    rejection parts_;
};

}  // namespace rondo::inline RONDO_ISA
