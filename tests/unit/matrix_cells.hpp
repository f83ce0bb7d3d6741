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

/// An LSTM whose recurrent weights are a matrix for each head, with a bias for all heads, a read-out that
/// transposes a weight, and one that sums over the heads.
struct lstm_of_heads {
    struct state {
        mat<heads, keys> c, h;
        RONDO_MEMBERS(c, h);
    };
    weight<heads, keys, input> W_i, W_f, W_g, W_o;
    weight<heads, keys, keys> R_i, R_f, R_g, R_o;
    bias<keys> b_i, b_f;
    bias<heads, keys> b_g, b_o;
    weight<heads, keys, values> V;
    RONDO_MEMBERS(W_i, W_f, W_g, W_o, R_i, R_f, R_g, R_o, b_i, b_f, b_g, b_o, V);

    constexpr auto operator()(vec<input> x, state s) const
    {
        auto const i = sigmoid(W_i * x + R_i * s.h + b_i);
        auto const f = sigmoid(W_f * x + R_f * s.h + b_f);
        auto const g = tanh(W_g * x + R_g * s.h + b_g);
        auto const o = sigmoid(W_o * x + R_o * s.h + b_o);
        auto const c = f * s.c + i * g;
        auto const h = o * tanh(c);
        auto const read = transpose(V) * h;
        return next{state{c, h}}.outputs("read"_s = read, "all"_s = sum<heads>(transpose(R_i) * h));
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
