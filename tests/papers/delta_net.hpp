#pragma once
/// @file
/// DeltaNet and its gated form, step by step, with one head: Yang et al., "Parallelizing Linear Transformers
/// with the Delta Rule over Sequence Length", arXiv 2406.06484, and Yang, Kautz and Hatamizadeh, "Gated Delta
/// Networks", arXiv 2412.06464, equation 10.

#include "papers/heads.hpp"

namespace rondo::papers {

/// The memory replaces the value that it finds at a key by a new one.
struct delta_net {
    weight<key, input> W_q, W_k;
    weight<value, input> W_v;
    weight<input> w_beta;
    RONDO_MEMBERS(W_q, W_k, W_v, w_beta);

    static constexpr auto unit_length(vec<key> a)
    {
        auto k = silu(a);
        return k / norm(k);
    }
    /// The memory after the step, of which a share @p keep is left before it.
    template <class Share>
    constexpr auto written(vec<input> x, mat<value, key> s, Share keep) const
    {
        auto k = unit_length(W_k * x);
        auto left = keep * s;
        return left + sigmoid(dot(w_beta, x)) * outer(W_v * x - left * k, k);
    }
    constexpr auto operator()(vec<input> x, mat<value, key> s) const
    {
        auto s_next = written(x, s, 1);
        return next{s_next}.output(s_next * unit_length(W_q * x));
    }
};

/// A DeltaNet whose memory decays first, by a share that depends on the input.
struct gated_delta_net {
    delta_net rule;
    weight<input> w_gap;
    bias<> b_gap;
    weight<> A_log;
    RONDO_MEMBERS(rule, w_gap, b_gap, A_log);

    constexpr auto operator()(vec<input> x, mat<value, key> s) const
    {
        auto keep = exp(-exp(A_log) * softplus(dot(w_gap, x) + b_gap));
        auto s_next = rule.written(x, s, keep);
        return next{s_next}.output(s_next * delta_net::unit_length(rule.W_q * x));
    }
};

}  // namespace rondo::papers
