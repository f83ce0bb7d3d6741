#pragma once
/// @file
/// The real-gated linear recurrent unit of Griffin: De et al., "Griffin: Mixing Gated Linear Recurrences with
/// Local Attention for Efficient Language Models", arXiv 2402.19427, section 2.4, with block-diagonal gates
/// as in the authors' RecurrentGemma.

#include "papers/heads.hpp"

namespace rondo::papers {

/// The input has the entries of all blocks. Gates and recurrence are computed block by block. The decay is
/// sigmoid(decay)^(8 a), computed by its logarithm.
struct rg_lru {
    weight<heads, units, units> W_a, W_x;
    bias<heads, units> b_a, b_x;
    weight<heads, units> decay;
    RONDO_MEMBERS(W_a, W_x, b_a, b_x, decay);

    constexpr auto operator()(mat<heads, units> x, mat<heads, units> h) const
    {
        auto log_keep = 8 * sigmoid(W_a * x + b_a) * log_sigmoid(decay);
        auto entering = sigmoid(W_x * x + b_x) * x;
        return next{exp(log_keep) * h + sqrt(-expm1(2 * log_keep)) * entering};
    }
};

}  // namespace rondo::papers
