#pragma once
/// @file
/// Compares the derivatives of a loss with respect to the entries of one tensor with difference quotients.

#include <rondo/check/difference_quotient.hpp>
#include <rondo/check/gradient_report.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace rondo::inline RONDO_ISA::check_internal {

/// Restores entries when it is destroyed, also after an exception.
class restored_entries {
   public:
    /// Copies @p entries.
    explicit restored_entries(std::span<double> entries)
        : entries_(entries), before_(entries.begin(), entries.end())
    {
    }
    /// Restores them.
    ~restored_entries() { std::copy(before_.begin(), before_.end(), entries_.begin()); }
    restored_entries(restored_entries const&) = delete;
    restored_entries& operator=(restored_entries const&) = delete;

   private:
    std::span<double> entries_;
    std::vector<double> before_;
};

/// Compares @p derived, the derivatives with respect to @p arguments, with difference quotients and reports
/// in @p t.
/// @param magnitude the size of the terms that the loss adds up; its rounding is proportional to it.
/// @param loss_at evaluates the loss with the current arguments. They are changed in between and restored.
template <class F>
void compare_entries(tensor_report& t, std::span<double> arguments, double const* derived, double magnitude,
                     difference_options const& options, F const& loss_at)
{
    restored_entries const restore(arguments);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        double& x = arguments[i];
        double const before = x;
        derivative_estimate const e = estimate_derivative(
            [&](double at) {
                x = at;
                return loss_at();
            },
            before, magnitude, options);
        x = before;
        bool const comparable = std::isfinite(derived[i]) && e.finite;
        if (comparable && !e.smooth) {
            t.first_kink = t.kinks == 0 ? i : t.first_kink;
            ++t.kinks;
            continue;
        }
        double const absolute = std::fabs(derived[i] - e.value);
        double const larger = std::max(std::fabs(derived[i]), std::fabs(e.value));
        double relative = absolute <= 0 ? 0 : absolute / std::max(larger, e.rounding / options.tolerance);
        if (!comparable) {
            relative = std::numeric_limits<double>::infinity();
        }
        t.differing += relative <= options.tolerance ? 0 : 1;
        t.largest_absolute = std::max(t.largest_absolute, absolute);
        if (relative > t.largest_relative || i == 0) {
            t.largest_relative = relative;
            t.worst = i;
            t.derived = derived[i];
            t.estimated = e.value;
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::check_internal
