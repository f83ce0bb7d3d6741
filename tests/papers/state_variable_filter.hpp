#pragma once
/// @file
/// A state-variable filter whose cut-off frequency is modulated: Zavalishin, "The Art of VA Filter Design",
/// 2012, with trapezoidal integrators, in the form of Simper, "Solving the continuous SVF
/// equations using trapezoidal integration and equivalent currents", 2013.

#include <rondo/lang/cell.hpp>

#include <numbers>

namespace rondo::papers {

/// The cut-off is a fraction of the sampling frequency, below one half. The damping is the reciprocal of the
/// quality.
struct state_variable_filter {
    struct modulated {
        scalar x;
        scalar cutoff;
        RONDO_MEMBERS(x, cutoff);
    };
    weight<> damping;
    RONDO_MEMBERS(damping);

    constexpr auto operator()(modulated in, scalar first, scalar second) const
    {
        auto g = tan(std::numbers::pi * in.cutoff);
        auto band = (first + g * (in.x - second)) / (1 + g * (g + damping));
        auto low = second + g * band;
        return next{2 * band - first, 2 * low - second}.outputs("low"_s = low, "band"_s = band,
                                                                "high"_s = in.x - damping * band - low);
    }
};

}  // namespace rondo::papers
