#pragma once
/// @file
/// The state space duality of Mamba-2, step by step: Dao and Gu, "Transformers are SSMs: Generalized Models
/// and Efficient Algorithms Through Structured State Space Duality", arXiv 2405.21060, section 7, without the
/// convolution and the norm around it.

#include "papers/mamba.hpp"

namespace rondo::papers {

/// One number decays the state of a head.
struct mamba2 {
    weight<heads, value, input> W_x;
    weight<heads, input> W_gap;
    bias<heads> b_gap;
    weight<heads> A_log;
    weight<modes, input> W_B, W_C;
    weight<heads> D;
    RONDO_MEMBERS(W_x, W_gap, b_gap, A_log, W_B, W_C, D);

    constexpr auto operator()(vec<input> x, mat<heads, value, modes> s) const
    {
        auto into = W_x * x;
        auto gap = softplus(W_gap * x + b_gap);
        auto decay = exp(-exp(A_log) * gap);
        auto s_next = decay * s + outer(gap * into, W_B * x);
        return next{s_next}.output(s_next * (W_C * x) + D * into);
    }
};

}  // namespace rondo::papers
