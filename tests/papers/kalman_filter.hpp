#pragma once
/// @file
/// The Kalman filter of a stationary system with its limiting gain: Kalman, "A New Approach to Linear
/// Filtering and Prediction Problems", Journal of Basic Engineering 82, 1960.

#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// The entries of a measurement.
struct measured : dimension {
    using dimension::dimension;
};

/// Predicts the state of the system from the state before and the control, and corrects it by the gain times
/// the innovation, the part of the measurement that was not predicted. The gain is that of the Riccati
/// equation, and is not trained.
struct kalman_filter {
    weight<hidden, hidden> A;
    weight<hidden, input> B;
    weight<measured, hidden> C;
    constant<hidden, measured> gain;
    RONDO_MEMBERS(A, B, C, gain);

    struct given {
        vec<input> control;
        vec<measured> measurement;
        RONDO_MEMBERS(control, measurement);
    };
    constexpr auto operator()(given in, vec<hidden> state) const
    {
        auto predicted = A * state + B * in.control;
        auto innovation = in.measurement - C * predicted;
        auto corrected = predicted + gain * innovation;
        return next{corrected}.outputs("state"_s = corrected, "innovation"_s = innovation);
    }
};

}  // namespace rondo::papers
