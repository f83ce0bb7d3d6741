#pragma once
/// @file
/// The exception with which the library rejects files.

#include <rondo/error/rejection.hpp>

#include <stdexcept>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// A file that cannot be read or written, or whose contents are rejected. Its message begins with what was
/// done to which file: `rondo: loading 'PATH': expected ...`.
class file_error : public std::runtime_error {
   public:
    /// An error whose message consists of @p parts.
    explicit file_error(rejection parts) : std::runtime_error(parts.text()), parts_(std::move(parts)) {}

    /// The parts of the message.
    [[nodiscard]] rejection const& parts() const noexcept { return parts_; }

   private:
    rejection parts_;
};

}  // namespace rondo::inline RONDO_ISA
