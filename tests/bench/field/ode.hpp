#pragma once
/// @file
/// The ordinary differential equation of cmpad and GradBench: its data, and its peers.

#include "../contestant.hpp"
#include "drawn.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace rondo::bench {

/// The equations \f$y_0' = x_0\f$ and \f$y_i' = x_i y_{i-1}\f$ from 0 to 2, beginning with zeros, in steps of
/// the classical Runge-Kutta method.
struct ode_problem {
    std::size_t equations;
    std::size_t steps;
    bool gradient;  ///< whether to compute the gradient of the last value, or all values alone

    std::vector<double> x = drawn(equations, 31337);
};

using ode_contestant = std::unique_ptr<contestant_of<double>>;

/// Rondo on a problem, to which it refers.
ode_contestant rondo_ode(ode_problem const& p);
/// The values alone, written by hand.
ode_contestant hand_ode(ode_problem const& p);

}  // namespace rondo::bench
