#pragma once
/// @file
/// mLSTM, whose memory is a matrix: Beck et al., "xLSTM: Extended Long Short-Term Memory", arXiv 2405.04517,
/// equations 19 to 27, with one head and the logistic function as forget gate.
///
/// The normaliser is bounded below by exp(-m), as in the authors' code, so that the output does not depend on
/// the stabiliser m; the paper has 1 there.

#include "papers/heads.hpp"

namespace rondo::papers {

/// States: the memory, its normaliser, and the stabiliser, which keeps the exponents from overflow.
struct mlstm {
    weight<key, input> W_q, W_k;
    weight<value, input> W_v, W_o;
    bias<value> b_o;
    weight<input> w_i, w_f;
    bias<> b_i, b_f;
    constant<> scale;  ///< one over the root of the number of keys
    RONDO_MEMBERS(W_q, W_k, W_v, W_o, b_o, w_i, w_f, b_i, b_f, scale);

    constexpr auto operator()(vec<input> x, mat<value, key> c, vec<key> n, scalar m) const
    {
        auto q = W_q * x;
        auto k = W_k * x * scale;
        auto enter = dot(w_i, x) + b_i;
        auto keep = log_sigmoid(dot(w_f, x) + b_f) + m;
        auto m_next = max(enter, keep);
        auto i = exp(enter - m_next);
        auto f = exp(keep - m_next);
        auto c_next = f * c + i * outer(W_v * x, k);
        auto n_next = f * n + i * k;
        auto y = c_next * q / max(abs(dot(n_next, q)), exp(-m_next));
        return next{c_next, n_next, m_next}.output(sigmoid(W_o * x + b_o) * y);
    }
};

}  // namespace rondo::papers
