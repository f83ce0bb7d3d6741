#pragma once
/// @file
/// GRU-D, for inputs with missing values: Che, Purushotham, Cho, Sontag and Liu, "Recurrent Neural Networks
/// for Multivariate Time Series with Missing Values", arXiv 1606.01865.
///
/// A missing input decays from its last observed value to its mean, and the state decays as well, by the time
/// since the last observation.

#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// A gate of GRU-D, which sees the input, the state and which inputs are there.
struct gru_d_gate {
    weight<hidden, input> W, V;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, V, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<input> mask) const
    {
        return W * x + U * h + V * mask + b;
    }
};

/// The state `last` has the last observed value of every input.
struct gru_d {
    struct observed {
        vec<input> x, mask, gap;  // mask is 1 where x is observed; gap is the time since the last observation
        RONDO_MEMBERS(x, mask, gap);
    };
    gru_d_gate z, r, n;
    weight<input> decay_x;
    bias<input> decay_x_b;
    weight<hidden, input> decay_h;
    bias<hidden> decay_h_b;
    constant<input> mean;
    RONDO_MEMBERS(z, r, n, decay_x, decay_x_b, decay_h, decay_h_b, mean);

    constexpr auto operator()(observed in, vec<hidden> h, vec<input> last) const
    {
        auto to_mean = exp(-relu(decay_x * in.gap + decay_x_b));
        auto to_zero = exp(-relu(decay_h * in.gap + decay_h_b));
        auto expected = to_mean * last + (1 - to_mean) * mean;
        auto x = in.mask * in.x + (1 - in.mask) * expected;
        auto faded = to_zero * h;
        auto update = sigmoid(z(x, faded, in.mask));
        auto reset = sigmoid(r(x, faded, in.mask));
        auto candidate = tanh(n(x, reset * faded, in.mask));
        return next{(1 - update) * faded + update * candidate, in.mask * in.x + (1 - in.mask) * last};
    }
};

}  // namespace rondo::papers
