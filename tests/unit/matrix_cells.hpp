#pragma once
/// @file
/// Cells with matrices as states, inputs and outputs, as their papers have them.

#include <rondo/lang/cell.hpp>

namespace rondo::test {

struct heads : dimension {
    using dimension::dimension;
};
struct keys : dimension {
    using dimension::dimension;
};
struct values : dimension {
    using dimension::dimension;
};

/// Linear attention with a decay (Katharopoulos et al. 2020; Sun et al. 2023).
struct linear_attention {
    weight<keys, input> W_q, W_k;
    weight<values, input> W_v;
    bias<values> decay;
    RONDO_MEMBERS(W_q, W_k, W_v, decay);

    constexpr auto operator()(vec<input> x, mat<values, keys> S) const
    {
        auto const S_next = sigmoid(decay) * S + outer(W_v * x, W_k * x);
        return next{S_next}.output(S_next * (W_q * x));
    }
};

/// The mLSTM (Beck et al. 2024), in its stabilised form.
struct mlstm {
    struct state {
        mat<heads, values, keys> C;
        mat<heads, keys> n;
        vec<heads> m;
        RONDO_MEMBERS(C, n, m);
    };
    weight<heads, keys, input> W_q, W_k;
    weight<heads, values, input> W_v;
    weight<heads, input> W_i, W_f;
    bias<heads> b_i, b_f;
    RONDO_MEMBERS(W_q, W_k, W_v, W_i, W_f, b_i, b_f);

    constexpr auto operator()(vec<input> x, state s) const
    {
        auto const q = W_q * x;
        auto const k = W_k * x;
        auto const i = W_i * x + b_i;
        auto const f = log_sigmoid(W_f * x + b_f) + s.m;
        auto const m = max(f, i);
        auto const forget = exp(f - m);
        auto const in = exp(i - m);
        auto const C = forget * s.C + outer(in * (W_v * x), k);
        auto const n = forget * s.n + in * k;
        return next{state{C, n, m}}.output((C * q) / max(abs(sum<keys>(n * q)), exp(-m)));
    }
};

/// The sum that a gate of an LSTM along keys takes a function of, for each entry along @p Heads.
template <class... Heads>
struct gate_along {
    weight<Heads..., keys, input> W;
    weight<Heads..., keys, keys> R;
    bias<Heads..., keys> b;
    RONDO_MEMBERS(W, R, b);

    constexpr auto operator()(vec<input> x, expression<lang_internal::shape<Heads..., keys>> h) const
    {
        return W * x + R * h + b;
    }
};

/// An LSTM along keys, for each entry along @p Heads.
template <class... Heads>
struct lstm_along {
    struct state {
        expression<lang_internal::shape<Heads..., keys>> c, h;
        RONDO_MEMBERS(c, h);
    };
    gate_along<Heads...> i, f, g, o;
    RONDO_MEMBERS(i, f, g, o);

    constexpr state after(vec<input> x, state s) const
    {
        auto const c = sigmoid(f(x, s.h)) * s.c + sigmoid(i(x, s.h)) * tanh(g(x, s.h));
        return {c, sigmoid(o(x, s.h)) * tanh(c)};
    }
    constexpr auto operator()(vec<input> x, state s) const
    {
        state const now = after(x, s);
        return next{now}.output(now.h);
    }
};

/// An LSTM with heads that is scaled by a gate with one bias for all heads, with a read-out that transposes a
/// weight, and one that sums over the heads.
struct lstm_of_heads {
    using state = lstm_along<heads>::state;
    lstm_along<heads> lstm;
    weight<heads, keys, keys> R;
    bias<keys> b;
    weight<heads, keys, values> V;
    RONDO_MEMBERS(lstm, R, b, V);

    constexpr auto operator()(vec<input> x, state s) const
    {
        state const now = lstm.after(x, s);
        auto const h = sigmoid(R * s.h + b) * now.h;
        return next{state{now.c, h}}.outputs("read"_s = transpose(V) * h,
                                             "all"_s = sum<heads>(transpose(R) * h));
    }
};

struct positions : dimension {
    using dimension::dimension;
};

/// A decoder that attends to what an encoder has made of the whole sequence (Bahdanau et al. 2015).
struct attending_to_memory {
    struct given {
        vec<input> x;
        per_sequence<mat<positions, keys>> memory;
        per_sequence<vec<positions>> mask;
        RONDO_MEMBERS(x, memory, mask);
    };
    weight<keys, input> W;
    weight<keys, keys> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(given in, vec<keys> h) const
    {
        auto const weights = softmax(in.memory * h + in.mask);
        return next{tanh(W * in.x + U * (transpose(in.memory) * weights))};
    }
};

/// Matrices everywhere: an input, two outputs and a state of two steps ago, with a filter and a bias that are
/// used entry by entry.
struct filtering {
    struct given {
        mat<values, keys> x;
        vec<keys> gate;
        RONDO_MEMBERS(x, gate);
    };
    weight<values, keys> filter;
    bias<keys> shift;
    RONDO_MEMBERS(filter, shift);

    constexpr auto operator()(given in, delayed<2, mat<values, keys>> before) const
    {
        auto const now = tanh(filter * before + in.gate * in.x + shift);
        return next{now}.outputs("state"_s = now, "sums"_s = sum<keys>(now * in.x));
    }
};

}  // namespace rondo::test
