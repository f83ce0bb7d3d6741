#pragma once
/// @file
/// The simple recurrent network.

#include <rondo/cell/gate.hpp>

namespace rondo::inline RONDO_ISA {

/// The simple recurrent network with a hyperbolic tangent (Elman 1990), as PyTorch's `nn.RNN`.
///
/// \f[ h_t = \tanh(W x_t + U h_{t-1} + b) \f]
///
/// State and output: h, along Hidden. Parameters: `W` (Hidden × Input), `U` (Hidden × Hidden),
/// `b` (Hidden).
template <dimension_name Hidden = hidden, dimension_name Input = input>
struct elman {
    weight<Hidden, Input> W;   ///< of the input
    weight<Hidden, Hidden> U;  ///< of the state
    bias<Hidden> b;            ///< of the sum
    RONDO_MEMBERS(W, U, b);

    /// One time step.
    constexpr auto operator()(vec<Input> x, vec<Hidden> h) const { return next{tanh(W * x + U * h + b)}; }
};

}  // namespace rondo::inline RONDO_ISA
