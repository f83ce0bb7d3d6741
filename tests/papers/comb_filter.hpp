#pragma once
/// @file
/// A comb filter with a low-pass filter in its loop: Moorer, "About This Reverberation Business", Computer
/// Music Journal 3(2), 1979; without it, Schroeder, "Natural Sounding Artificial Reverberation", 1962.

#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// A delay of @p Steps samples. The second state is that of the low-pass filter.
template <int Steps>
struct comb_filter {
    weight<> gain, damping;
    RONDO_MEMBERS(gain, damping);

    constexpr auto operator()(scalar x, delayed<Steps, scalar> y, scalar low) const
    {
        auto low_next = y + damping * (low - y);
        return next{x + gain * low_next, low_next};
    }
};

}  // namespace rondo::papers
