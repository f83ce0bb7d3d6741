#pragma once
/// @file
/// The core of the simple recurrent unit.

#include <rondo/lang/cell.hpp>

namespace rondo::inline RONDO_ISA {

/// The core of the simple recurrent unit (Lei et al. 2018, EMNLP): its light recurrence and its
/// highway connection. The gates depend on the input only; the paper's v_f and v_r are zero, as in
/// its first version. The recurrence is diagonal and linear, so all products run over all steps at
/// once.
///
/// \f{align*}{
///   f_t &= \sigma(W_f x_t + b_f), &
///   r_t &= \sigma(W_r x_t + b_r), \\[.3em]
///   c_t &= f_t \odot c_{t-1} + (1 - f_t) \odot W x_t, &
///   h_t &= r_t \odot c_t + (1 - r_t) \odot V x_t.
/// \f}
///
/// State: c, along Hidden; the output is h, along Hidden. Parameters: `W`, `W_f`, `W_r` and `V`
/// (Hidden × Input), `b_f` and `b_r` (Hidden). V projects the input for the highway connection. Where the
/// input is as long as the state, the paper uses x itself.
template <dimension_name Hidden = hidden, dimension_name Input = input>
struct sru {
    weight<Hidden, Input> W;    ///< of the candidate
    weight<Hidden, Input> W_f;  ///< of the forget gate
    bias<Hidden> b_f;           ///< of the forget gate
    weight<Hidden, Input> W_r;  ///< of the gate of the highway connection
    bias<Hidden> b_r;           ///< of the gate of the highway connection
    weight<Hidden, Input> V;    ///< of the highway connection
    RONDO_MEMBERS(W, W_f, b_f, W_r, b_r, V);

    /// One time step.
    constexpr auto operator()(vec<Input> x, vec<Hidden> c) const
    {
        auto const forget = sigmoid(W_f * x + b_f);
        auto const reset = sigmoid(W_r * x + b_r);
        auto const c_next = forget * c + (1 - forget) * (W * x);
        return next{c_next}.output(reset * c_next + (1 - reset) * (V * x));
    }
};

}  // namespace rondo::inline RONDO_ISA
