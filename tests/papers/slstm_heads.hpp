#pragma once
/// @file
/// sLSTM with heads, whose recurrent weights are block-diagonal: Beck et al., "xLSTM: Extended Long
/// Short-Term Memory", arXiv 2405.04517, section 2.2, with the logistic function as forget gate.

#include "papers/heads.hpp"

namespace rondo::papers {

/// The pre-activation of a gate: each head reads its own state alone.
struct gate_of_heads {
    weight<heads, units, input> W;
    weight<heads, units, units> R;
    bias<heads, units> b;
    RONDO_MEMBERS(W, R, b);

    constexpr auto operator()(vec<input> x, mat<heads, units> h) const { return W * x + R * h + b; }
};

/// States as in sLSTM with one head: the output, the memory, its normaliser, and the stabiliser.
struct slstm_heads {
    gate_of_heads i, f, z, o;
    RONDO_MEMBERS(i, f, z, o);

    constexpr auto operator()(vec<input> x, mat<heads, units> h, mat<heads, units> c, mat<heads, units> n,
                              mat<heads, units> m) const
    {
        auto enter = i(x, h);
        auto keep = log_sigmoid(f(x, h)) + m;
        auto m_next = max(keep, enter);
        auto c_next = exp(keep - m_next) * c + exp(enter - m_next) * tanh(z(x, h));
        auto n_next = exp(keep - m_next) * n + exp(enter - m_next);
        return next{sigmoid(o(x, h)) * c_next / n_next, c_next, n_next, m_next};
    }
};

}  // namespace rondo::papers
