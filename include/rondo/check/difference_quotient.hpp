#pragma once
/// @file
/// Estimates the derivative of a function of one number from its values, and detects a kink.
///
/// A central difference at one step cannot tell a wrong gradient from a kink (of relu, abs) between
/// its two points. Differences at two steps can: where the function is smooth they agree, and the
/// slopes to the right and to the left draw together in proportion to the step.

#include <rondo/namespaces.hpp>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>

namespace rondo::inline RONDO_ISA::check_internal {

/// The estimate of a derivative by difference quotients.
struct derivative_estimate {
    double value = 0;     ///< the derivative; of little use where `smooth` is false
    double rounding = 0;  ///< bound on the error from rounding of the function
    double step = 0;      ///< the last step size
    bool smooth = false;  ///< whether no kink was detected at that step size
    bool finite = false;  ///< whether all values of the function were finite
};

}  // namespace rondo::inline RONDO_ISA::check_internal

namespace rondo::inline RONDO_ISA {

/// Options of difference quotients.
struct difference_options {
    /// The largest relative difference at which two numbers count as the same derivative.
    double tolerance = 1e-6;
    /// The first step, in units of the argument where that is above one. With Richardson's
    /// extrapolation the error is of order step⁴, 1e-12, and rounding adds about 1e-16 / step; a
    /// power of two, so that arguments around one are moved by exactly the step.
    double step = 0x1p-10;
    /// How often the step is divided by 8 before the function counts as having a kink: down to 2e-6,
    /// where rounding still leaves nine digits.
    int refinements = 3;
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::check_internal {

/// Estimates the derivative at @p x of @p f, a callable from double to double.
///
/// With the central difference D(h) and the gap G(h) between the slopes to the right and to the
/// left, the estimate is (4 D(h/2) - D(h)) / 3 (Richardson 1911). Where f is smooth, D(h) - D(h/2)
/// is of order h² and 2 G(h/2) - G(h) of order h³. A kink within the step that moves the estimate by
/// e makes one of the two at least 0.85 e, wherever it lies. So both must stay below the tolerance;
/// if they do not, the kink (or a strong curvature) may lie outside a smaller step, and that is
/// tried. What remains is a kink nearer than the smallest step.
///
/// @p magnitude is the size of the terms that f adds up, and so of its rounding.
template <class F>
derivative_estimate estimate_derivative(F&& f, double x, double magnitude,
                                        difference_options const& options = {})
{
    double const here = f(x);
    derivative_estimate out{};
    double step = options.step * std::max(1.0, std::fabs(x));
    for (int i = 0; i <= options.refinements; ++i, step /= 8) {
        double const right = f(x + step);
        double const left = f(x - step);
        double const half_right = f(x + step / 2);
        double const half_left = f(x - step / 2);
        double const coarse = (right - left) / (2 * step);
        double const fine = (half_right - half_left) / step;
        double const gap = (right - 2 * here + left) / step;
        double const fine_gap = (half_right - 2 * here + half_left) / (step / 2);

        out.value = (4 * fine - coarse) / 3;
        out.rounding = 32 * std::numeric_limits<double>::epsilon() * magnitude / step;
        out.step = step;
        out.finite = true;
        for (double const v : {here, right, left, half_right, half_left}) {
            out.finite = out.finite && std::isfinite(v);
        }
        double const allowed = options.tolerance * std::fabs(out.value) + out.rounding;
        out.smooth =
            out.finite && std::fabs(coarse - fine) <= allowed && std::fabs(2 * fine_gap - gap) <= allowed;
        if (out.smooth) {
            break;
        }
    }
    return out;
}

}  // namespace rondo::inline RONDO_ISA::check_internal
