#pragma once
/// @file
/// The LSTM of ADBench and GradBench, whose weights are diagonal: its data, and its peers.

#include "../contestant.hpp"
#include "drawn.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace rondo::bench {

/// The sizes and numbers of GradBench's `lstm`, in its layout. The text is random, as the time does not
/// depend on it.
struct diagonal_problem {
    std::size_t layers;
    std::size_t steps;  ///< characters
    bool gradient;      ///< whether to compute the gradient of all parameters, or the loss alone

    static constexpr std::size_t features = 14;  ///< bits of a character of GradBench's text

    std::vector<double> main =
        drawn(8 * layers * features, 1);                 ///< of each layer, four weights and four biases
    std::vector<double> extra = drawn(3 * features, 2);  ///< weights of input and output, bias of output
    std::vector<double> state = drawn(2 * layers * features, 3);
    std::vector<double> text = bits(steps * features);

   private:
    static std::vector<double> bits(std::size_t count)
    {
        std::vector<double> all = drawn(count, 4);
        for (double& entry : all) {
            entry = entry < 0.5 ? 0 : 1;
        }
        return all;
    }
};

using diagonal_contestant = std::unique_ptr<contestant_of<double>>;

/// Rondo on a problem of 2 or 4 layers, to which it refers.
diagonal_contestant rondo_diagonal(diagonal_problem const& p);
/// The loss alone, written by hand.
diagonal_contestant hand_diagonal(diagonal_problem const& p);

}  // namespace rondo::bench
