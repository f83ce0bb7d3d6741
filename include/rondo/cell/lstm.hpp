#pragma once
/// @file
/// Long short-term memory.

#include <rondo/cell/gate.hpp>

namespace rondo::inline RONDO_ISA {

/// The LSTM with a forget gate, without peepholes (Hochreiter and Schmidhuber 1997; Gers,
/// Schmidhuber and Cummins 2000), as in PyTorch's `nn.LSTM`.
///
/// \f{align*}{
///   i_t &= \sigma(W_i x_t + U_i h_{t-1} + b_i), &
///   f_t &= \sigma(W_f x_t + U_f h_{t-1} + b_f), \\[.3em]
///   g_t &= \tanh(W_g x_t + U_g h_{t-1} + b_g), &
///   o_t &= \sigma(W_o x_t + U_o h_{t-1} + b_o), \\[.3em]
///   c_t &= f_t \odot c_{t-1} + i_t \odot g_t, &
///   h_t &= o_t \odot \tanh(c_t).
/// \f}
///
/// States: h and c, both along Hidden; the output is h. Parameters: `W`, `U` and `b` of each of the gates
/// `i`, `f`, `g` and `o`, such as `i.W`.
template <dimension_name Hidden = hidden, dimension_name Input = input>
struct lstm {
    gate<Hidden, Input> i;  ///< the input gate
    gate<Hidden, Input> f;  ///< the forget gate
    gate<Hidden, Input> g;  ///< the candidate
    gate<Hidden, Input> o;  ///< the output gate
    RONDO_MEMBERS(i, f, g, o);

    /// One time step.
    constexpr auto operator()(vec<Input> x, vec<Hidden> h, vec<Hidden> c) const
    {
        auto const c_next = sigmoid(f(x, h)) * c + sigmoid(i(x, h)) * tanh(g(x, h));
        return next{sigmoid(o(x, h)) * tanh(c_next), c_next};
    }
};

}  // namespace rondo::inline RONDO_ISA
