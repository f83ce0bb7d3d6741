#pragma once
/// @file
/// A step of a variational RNN: Chung et al., "A Recurrent Latent Variable Model for Sequential Data", arXiv
/// 1506.02216, equations 5 to 7, 9 and 11.
///
/// Every network of the paper is one layer here, and f is a simple recurrence instead of an LSTM.

#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// The entries of the latent variable.
struct latent : dimension {
    using dimension::dimension;
};

/// The mean and the standard deviation of a normal distribution.
template <class D>
struct normal {
    vec<D> mean, deviation;
};

/// A layer that gives a normal distribution along @p D, from vectors along @p A and @p B.
template <class D, class A, class B>
struct normal_layer {
    weight<D, A> mean_A, deviation_A;
    weight<D, B> mean_B, deviation_B;
    bias<D> mean_b, deviation_b;
    RONDO_MEMBERS(mean_A, deviation_A, mean_B, deviation_B, mean_b, deviation_b);

    constexpr normal<D> operator()(vec<A> a, vec<B> b) const
    {
        return {mean_A * a + mean_B * b + mean_b, softplus(deviation_A * a + deviation_B * b + deviation_b)};
    }
};

/// The noise has the standard normal distribution. The loss is the mean of the outputs "divergence" and
/// "surprise", the negative logarithm of the likelihood.
struct vrnn {
    struct noisy {
        vec<input> x;
        vec<latent> noise;
        RONDO_MEMBERS(x, noise);
    };
    weight<hidden, input> of_x;
    weight<hidden, latent> of_z;
    weight<latent, hidden> prior_mean, prior_deviation;
    bias<latent> prior_mean_b, prior_deviation_b;
    normal_layer<latent, hidden, hidden> encoder;
    normal_layer<input, hidden, hidden> decoder;
    weight<hidden, hidden> W, Z, U;
    bias<hidden> b;
    RONDO_MEMBERS(of_x, of_z, prior_mean, prior_deviation, prior_mean_b, prior_deviation_b, encoder, decoder,
                  W, Z, U, b);

    static constexpr double half_log_2pi = 0.91893853320467274178;

    static constexpr scalar divergence(normal<latent> q, normal<latent> p)
    {
        return sum(log(p.deviation / q.deviation) +
                   (square(q.deviation) + square(q.mean - p.mean)) / (2 * square(p.deviation)) - 0.5);
    }
    static constexpr scalar surprise(vec<input> x, normal<input> p)
    {
        return sum(log(p.deviation) + 0.5 * square((x - p.mean) / p.deviation) + half_log_2pi);
    }
    constexpr auto operator()(noisy in, vec<hidden> h) const
    {
        auto seen = tanh(of_x * in.x);
        normal<latent> prior{prior_mean * h + prior_mean_b,
                             softplus(prior_deviation * h + prior_deviation_b)};
        auto posterior = encoder(seen, h);
        auto z = posterior.mean + posterior.deviation * in.noise;
        auto meant = tanh(of_z * z);
        auto x = decoder(meant, h);
        return next{tanh(W * seen + Z * meant + U * h + b)}.outputs(
            "sample"_s = z, "divergence"_s = divergence(posterior, prior), "surprise"_s = surprise(in.x, x),
            "mean"_s = x.mean);
    }
};

}  // namespace rondo::papers
