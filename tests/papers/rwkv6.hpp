#pragma once
/// @file
/// The time mixing of RWKV-6: Peng et al., "Eagle and Finch: RWKV with Matrix-Valued States and Dynamic
/// Recurrence", arXiv 2404.05892, section 4, with a fixed interpolation between the input and the one before.

#include "papers/heads.hpp"

namespace rondo::papers {

/// The decay of each key depends on the input. The value of the current step is read with a weight of its
/// own.
struct rwkv6 {
    weight<input> mix_r, mix_k, mix_v, mix_g, mix_w;
    weight<heads, key, input> W_r, W_k;
    weight<heads, value, input> W_v, W_g;
    weight<rank, input> W_down;
    weight<heads, key, rank> W_up;
    weight<heads, key> w, bonus;
    RONDO_MEMBERS(mix_r, mix_k, mix_v, mix_g, mix_w, W_r, W_k, W_v, W_g, W_down, W_up, w, bonus);

    constexpr auto operator()(vec<input> x, vec<input> last, mat<heads, key, value> s) const
    {
        auto mixed = [&](weight<input> const& share) { return x + share * (last - x); };
        auto r = W_r * mixed(mix_r);
        auto fresh = outer(W_k * mixed(mix_k), W_v * mixed(mix_v));
        auto keep = exp(-exp(w + W_up * tanh(W_down * mixed(mix_w))));
        auto y = transpose(s + bonus * fresh) * r;
        return next{x, keep * s + fresh}.output(silu(W_g * mixed(mix_g)) * norm_of_head<value>(y));
    }
};

}  // namespace rondo::papers
