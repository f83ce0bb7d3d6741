#pragma once
/// @file
/// The option to check that numbers are finite.

#include <rondo/locate/check_results.hpp>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Whether a run checks that numbers are finite: `true` or `false`. It holds a pointer to the code of the
/// check, so optimised programs that never set the option do not contain that code.
class finite_check {
   public:
    /// Checks if @p on.
    constexpr finite_check(bool on) noexcept  // NOLINT: written as a bool
        : check_(on ? &check_results : nullptr)
    {
    }

    /// Whether to check.
    constexpr operator bool() const noexcept { return check_ != nullptr; }  // NOLINT: read as a bool
    /// Checks the results of @p run. The option must be set.
    /// @throws number_error naming the first value that is not finite.
    void operator()(finished_run const& run) const { check_(run); }

   private:
    void (*check_)(finished_run const&);
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
