#pragma once
/// @file
/// A second-order filter, as torchaudio's `lfilter` with three coefficients each: its data, and its peers.

#include "../contestant.hpp"

#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

namespace rondo::bench {

/// \f$y_t = b_0 x_t + b_1 x_{t-1} + b_2 x_{t-2} - a_1 y_{t-1} - a_2 y_{t-2}\f$ for all channels, beginning
/// with zeros. Samples of one time are together.
struct biquad_problem {
    std::size_t channels;
    std::size_t steps;
    bool gradient;  ///< whether to compute gradients of input and coefficients, or the output alone

    std::vector<float> b{0.067455F, 0.134911F, 0.067455F};  ///< a low-pass filter of Butterworth's
    std::vector<float> a{-1.142980F, 0.412802F};
    std::vector<float> x = waves(0.7);
    std::vector<float> dy = waves(0.3);  ///< the derivative of the loss

   private:
    [[nodiscard]] std::vector<float> waves(double frequency) const
    {
        std::vector<float> all(channels * steps);
        for (std::size_t i = 0; i < all.size(); ++i) {
            auto const n = static_cast<double>(i);
            all[i] = static_cast<float>(std::sin(frequency * n) + std::cos(0.01 * n * frequency));
        }
        return all;
    }
};

using biquad_contestant = std::unique_ptr<contestant_of<float>>;

/// Rondo on a problem, to which it refers.
biquad_contestant rondo_biquad(biquad_problem const& p);
/// A loop over time around one over channels, which the compiler vectorises, with the gradient written by
/// hand.
biquad_contestant hand_biquad(biquad_problem const& p);

}  // namespace rondo::bench
