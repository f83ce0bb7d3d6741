#pragma once
/// @file
/// Gated linear attention, step by step: Yang et al., "Gated Linear Attention Transformers with
/// Hardware-Efficient Training", arXiv 2312.06635, section 4.4, with one head.

#include "papers/heads.hpp"

namespace rondo::papers {

/// Each row of the memory, the values of a key, has a gate, which a projection of low rank computes.
struct gla {
    weight<key, input> W_q, W_k;
    weight<value, input> W_v;
    weight<rank, input> A_down;
    weight<key, rank> A_up;
    bias<key> a;
    weight<value, input> W_r;
    bias<value> b_r;
    RONDO_MEMBERS(W_q, W_k, W_v, A_down, A_up, a, W_r, b_r);

    constexpr auto operator()(vec<input> x, mat<key, value> s) const
    {
        auto keep = pow(sigmoid(A_up * (A_down * x) + a), 1.0 / 16);
        auto s_next = keep * s + outer(W_k * x, W_v * x);
        auto o = transpose(s_next) * (W_q * x);
        return next{s_next}.output(silu(W_r * x + b_r) * norm_of_head<value>(o));
    }
};

}  // namespace rondo::papers
