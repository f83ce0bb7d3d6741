#pragma once
/// @file
/// Cells that are not in the library, as a user would write them.

#include <rondo/cell/gate.hpp>

#include <tuple>

namespace rondo::bench {

using namespace exec_internal;

/// An LSTM with peepholes whose forget gate is 1 - i, a cell for which no library has a kernel.
///
/// i = σ(W_i x + U_i h + p_i c + b_i), g = tanh(W_g x + U_g h + b_g), c' = c + i (g - c),
/// o = σ(W_o x + U_o h + p_o c' + b_o), h' = o tanh(c')
struct custom {
    weight<hidden, input> W_i, W_g, W_o;
    weight<hidden, hidden> U_i, U_g, U_o;
    weight<hidden> p_i, p_o;
    bias<hidden> b_i, b_g, b_o;
    RONDO_MEMBERS(W_i, U_i, p_i, b_i, W_g, U_g, b_g, W_o, U_o, p_o, b_o);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c) const
    {
        auto i = sigmoid(W_i * x + U_i * h + p_i * c + b_i);
        auto g = tanh(W_g * x + U_g * h + b_g);
        auto c_next = c + i * (g - c);
        auto o = sigmoid(W_o * x + U_o * h + p_o * c_next + b_o);
        return next{o * tanh(c_next), c_next};
    }
};

/// Added to a variance, as in PyTorch.
inline constexpr double variance_floor = 1e-5;

/// The projections of one vector to the four gates of an LSTM, normalised over all four together (Ba, Kiros
/// and Hinton 2016): a gain and a shift for every entry, one mean and one variance for all.
template <class From>
struct joint_norm {
    weight<hidden, From> i, f, g, o;
    weight<hidden> gain_i, gain_f, gain_g, gain_o;
    RONDO_MEMBERS(i, f, g, o, gain_i, gain_f, gain_g, gain_o);

    constexpr auto operator()(vec<From> v) const
    {
        auto a = i * v;
        auto b = f * v;
        auto c = g * v;
        auto d = o * v;
        // Four vectors of one length: the mean of all is the mean of the four means.
        auto center = 0.25 * (mean(a) + mean(b) + mean(c) + mean(d));
        auto variance = 0.25 * (mean(square(a - center)) + mean(square(b - center)) +
                                mean(square(c - center)) + mean(square(d - center)));
        auto scale = 1 / sqrt(variance + variance_floor);
        return std::tuple{gain_i * (scale * (a - center)), gain_f * (scale * (b - center)),
                          gain_g * (scale * (c - center)), gain_o * (scale * (d - center))};
    }
};

/// The layer-normalised LSTM of Ba, Kiros and Hinton 2016. It normalises the projection of the
/// input, that of the state, and the memory before the output. The shifts of the first two
/// normalisations and the bias add up to one parameter `b`.
struct ln_lstm {
    joint_norm<input> x;
    joint_norm<hidden> h;
    bias<hidden> b_i, b_f, b_g, b_o;
    weight<hidden> gain_c;
    bias<hidden> b_c;
    RONDO_MEMBERS(x, h, b_i, b_f, b_g, b_o, gain_c, b_c);

    constexpr auto operator()(vec<input> x_t, vec<hidden> h_t, vec<hidden> c) const
    {
        auto [xi, xf, xg, xo] = x(x_t);
        auto [hi, hf, hg, ho] = h(h_t);
        auto c_next = sigmoid(xf + hf + b_f) * c + sigmoid(xi + hi + b_i) * tanh(xg + hg + b_g);
        auto centred = c_next - mean(c_next);
        auto normed = centred / sqrt(mean(square(centred)) + variance_floor);
        return next{sigmoid(xo + ho + b_o) * tanh(gain_c * normed + b_c), c_next};
    }
};

}  // namespace rondo::bench
