#pragma once
/// @file
/// One equation of GradBench's `ode` as a time step.

#include <rondo/lang/cell.hpp>

namespace rondo::bench {

/// The steps of the Runge-Kutta method.
struct instants : dimension {
    using dimension::dimension;
};

/// Solves \f$y_i' = x_i y_{i-1}\f$ for one i. A step cannot shift a vector, as the equations of all i
/// together do, so here i runs over time. The states are the solution of the equation before, at the
/// beginnings of all steps of the method, and three of its slopes there. The matrix sums increments of
/// earlier steps.
struct ode_equation {
    weight<instants, instants> sums;
    weight<> duration;  ///< of a step
    RONDO_MEMBERS(sums, duration);

    constexpr auto operator()(vec<input> x, vec<instants> y, vec<instants> k1, vec<instants> k2,
                              vec<instants> k3) const
    {
        auto rate = sum(x);  // one number
        auto slope1 = rate * y;
        auto slope2 = rate * (y + 0.5 * duration * k1);
        auto slope3 = rate * (y + 0.5 * duration * k2);
        auto slope4 = rate * (y + duration * k3);
        auto increments = duration / 6 * (slope1 + 2 * slope2 + 2 * slope3 + slope4);
        return next{sums * increments, slope1, slope2, slope3}.output(sum(increments));
    }
};

}  // namespace rondo::bench
