#pragma once
/// @file
/// The selective state space of Mamba: Gu and Dao, "Mamba: Linear-Time Sequence Modeling with Selective State
/// Spaces", arXiv 2312.00752, algorithm 2, without the convolution and the gate around it.

#include "papers/heads.hpp"

namespace rondo::papers {

/// The modes of a state space.
struct modes : dimension {
    using dimension::dimension;
};

/// The state has the modes of each channel. A is discretised by zero-order hold, B by one Euler step, as in
/// the authors' code.
struct mamba {
    weight<input, input> W_gap;
    bias<input> b_gap;
    weight<input, modes> A_log;
    weight<modes, input> W_B, W_C;
    weight<input> D;
    RONDO_MEMBERS(W_gap, b_gap, A_log, W_B, W_C, D);

    constexpr auto operator()(vec<input> x, mat<input, modes> s) const
    {
        auto gap = softplus(W_gap * x + b_gap);
        auto decay = exp(-(gap * exp(A_log)));
        auto s_next = decay * s + outer(gap * x, W_B * x);
        return next{s_next}.output(s_next * (W_C * x) + D * x);
    }
};

}  // namespace rondo::papers
