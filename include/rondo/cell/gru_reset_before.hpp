#pragma once
/// @file
/// The gated recurrent unit that resets before the product, as published.

#include <rondo/cell/gate.hpp>

namespace rondo::inline RONDO_ISA {

/// The gated recurrent unit whose reset gate is applied to the state before the product (Cho et
/// al. 2014, EMNLP). The candidate's product depends on the gate, so a step performs two products
/// one after the other.
///
/// \f{align*}{
///   r_t &= \sigma(W_r x_t + U_r h_{t-1} + b_r), &
///   z_t &= \sigma(W_z x_t + U_z h_{t-1} + b_z), \\[.3em]
///   n_t &= \tanh(W x_t + U (r_t \odot h_{t-1}) + b), &
///   h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}.
/// \f}
///
/// State and output: h, along Hidden. Parameters: `r.W`, `r.U`, `r.b`; `z.W`, `z.U`, `z.b`; and, for the
/// candidate, `W`, `U` and `b`. As in PyTorch, z = 1 keeps the state. Its weights differ in meaning from
/// those of gru_reset_after.
template <dimension_name Hidden = hidden, dimension_name Input = input>
struct gru_reset_before {
    gate<Hidden, Input> r;     ///< the reset gate
    gate<Hidden, Input> z;     ///< the update gate
    weight<Hidden, Input> W;   ///< of the input, in the candidate
    weight<Hidden, Hidden> U;  ///< of the state, in the candidate
    bias<Hidden> b;            ///< of the candidate
    RONDO_MEMBERS(r, z, W, U, b);

    /// One time step.
    constexpr auto operator()(vec<Input> x, vec<Hidden> h) const
    {
        auto const update = sigmoid(z(x, h));
        auto const candidate = tanh(W * x + U * (sigmoid(r(x, h)) * h) + b);
        return next{(1 - update) * candidate + update * h};
    }
};

}  // namespace rondo::inline RONDO_ISA
