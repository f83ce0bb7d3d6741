#pragma once
/// @file
/// The gated recurrent unit without its recurrent products.

#include <rondo/lang/cell.hpp>

namespace rondo::inline RONDO_ISA {

/// The minimal gated recurrent unit (Feng et al. 2024, "Were RNNs All We Needed?"): a GRU whose gate
/// and candidate depend on the input only. The remaining recurrence is diagonal and linear, so all
/// products run over all steps at once.
///
/// \f{align*}{
///   z_t &= \sigma(W_z x_t + b_z), \\[.3em]
///   h_t &= (1 - z_t) \odot h_{t-1} + z_t \odot (W x_t + b).
/// \f}
///
/// State and output: h, along Hidden. Parameters: `W_z` (Hidden × Input), `b_z` (Hidden), and, for the
/// candidate, `W` and `b`. As in the paper, z = 1 replaces the state.
template <dimension_name Hidden = hidden, dimension_name Input = input>
struct min_gru {
    weight<Hidden, Input> W_z;  ///< of the gate
    bias<Hidden> b_z;           ///< of the gate
    weight<Hidden, Input> W;    ///< of the candidate
    bias<Hidden> b;             ///< of the candidate
    RONDO_MEMBERS(W_z, b_z, W, b);

    /// One time step.
    constexpr auto operator()(vec<Input> x, vec<Hidden> h) const
    {
        auto const update = sigmoid(W_z * x + b_z);
        return next{(1 - update) * h + update * (W * x + b)};
    }
};

}  // namespace rondo::inline RONDO_ISA
