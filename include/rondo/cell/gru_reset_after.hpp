#pragma once
/// @file
/// The gated recurrent unit that resets after the product, as in cuDNN and PyTorch.

#include <rondo/cell/gate.hpp>

namespace rondo::inline RONDO_ISA {

/// The gated recurrent unit whose reset gate is applied after the product with the state
/// (the first arXiv version of Cho et al. 2014, as in cuDNN and PyTorch's `nn.GRU`). All products
/// with the state can be computed together, so it is the faster of the two.
///
/// \f{align*}{
///   r_t &= \sigma(W_r x_t + U_r h_{t-1} + b_r), &
///   z_t &= \sigma(W_z x_t + U_z h_{t-1} + b_z), \\[.3em]
///   n_t &= \tanh(W x_t + b + r_t \odot (U h_{t-1} + c)), &
///   h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}.
/// \f}
///
/// State and output: h, along Hidden. Parameters: `r.W`, `r.U`, `r.b`; `z.W`, `z.U`, `z.b`; and, for the
/// candidate, `W`, `U`, `b` and the recurrent bias `c`. Its weights differ in meaning from those of
/// gru_reset_before.
template <dimension_name Hidden = hidden, dimension_name Input = input>
struct gru_reset_after {
    gate<Hidden, Input> r;     ///< the reset gate
    gate<Hidden, Input> z;     ///< the update gate
    weight<Hidden, Input> W;   ///< of the input, in the candidate
    weight<Hidden, Hidden> U;  ///< of the state, in the candidate
    bias<Hidden> b;            ///< of the candidate
    bias<Hidden> c;            ///< of the product with the state, which the reset gate multiplies
    RONDO_MEMBERS(r, z, W, U, b, c);

    /// One time step.
    constexpr auto operator()(vec<Input> x, vec<Hidden> h) const
    {
        auto const update = sigmoid(z(x, h));
        auto const candidate = tanh(W * x + b + sigmoid(r(x, h)) * (U * h + c));
        return next{(1 - update) * candidate + update * h};
    }
};

}  // namespace rondo::inline RONDO_ISA
