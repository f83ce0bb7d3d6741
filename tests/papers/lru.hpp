#pragma once
/// @file
/// Linear recurrent unit: Orvieto et al., "Resurrecting Recurrent Neural Networks for Long Sequences", arXiv
/// 2303.06349, with the eigenvalues in polar form.

#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// The state is complex: its real and its imaginary part are two states. The eigenvalues are
/// exp(-exp(nu) + i exp(theta)), inside the unit circle whatever the parameters are.
struct lru {
    weight<hidden> nu, theta, gamma;
    weight<hidden, input> B_re, B_im;
    weight<input, hidden> C_re, C_im;
    weight<input> D;
    RONDO_MEMBERS(nu, theta, gamma, B_re, B_im, C_re, C_im, D);

    constexpr auto operator()(vec<input> x, vec<hidden> re, vec<hidden> im) const
    {
        auto modulus = exp(-exp(nu));
        auto angle = exp(theta);
        auto a = modulus * cos(angle);
        auto b = modulus * sin(angle);
        auto re_next = a * re - b * im + exp(gamma) * (B_re * x);
        auto im_next = b * re + a * im + exp(gamma) * (B_im * x);
        return next{re_next, im_next}.output(C_re * re_next - C_im * im_next + D * x);
    }
};

}  // namespace rondo::papers
