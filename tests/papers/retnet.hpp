#pragma once
/// @file
/// The retention of RetNet, step by step: Sun et al., "Retentive Network: A Successor to Transformer for
/// Large Language Models", arXiv 2307.08621, equations 1, 6 and 8, with one head.

#include "papers/heads.hpp"

namespace rondo::papers {

/// Queries and keys are rotated by an angle that grows with the step, so the memory is complex: its real and
/// its imaginary part are two states.
struct retnet {
    weight<key, input> Q_re, Q_im, K_re, K_im;
    weight<value, input> W_v, W_g;
    constant<key> theta;
    constant<> decay;
    RONDO_MEMBERS(Q_re, Q_im, K_re, K_im, W_v, W_g, theta, decay);

    struct given {
        vec<input> x;
        scalar step;  ///< the number of the step
        RONDO_MEMBERS(x, step);
    };
    constexpr auto operator()(given in, mat<key, value> re, mat<key, value> im) const
    {
        auto angle = exp(-theta) * in.step;
        auto c = cos(angle);
        auto s = sin(angle);
        auto q_re = Q_re * in.x;
        auto q_im = Q_im * in.x;
        auto k_re = K_re * in.x;
        auto k_im = K_im * in.x;
        auto v = W_v * in.x;
        auto re_next = decay * re + outer(c * k_re - s * k_im, v);
        auto im_next = decay * im + outer(s * k_re + c * k_im, v);
        auto o = transpose(re_next) * (c * q_re - s * q_im) + transpose(im_next) * (s * q_re + c * q_im);
        return next{re_next, im_next}.output(silu(W_g * in.x) * norm_of_head<value>(o));
    }
};

}  // namespace rondo::papers
