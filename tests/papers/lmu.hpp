#pragma once
/// @file
/// Legendre memory unit: Voelker, Kajić and Eliasmith, "Legendre Memory Units: Continuous-Time Representation
/// in Recurrent Neural Networks", NeurIPS 2019.

#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// The Legendre coefficients of a memory.
struct order : dimension {
    using dimension::dimension;
};

/// A and B are the discretised system of the memory. They follow from its order and its length in time, and
/// are not trained.
struct lmu {
    constant<order, order> A;
    constant<order> B;
    weight<input> e_x;
    weight<hidden> e_h;
    weight<order> e_m;
    weight<hidden, input> W_x;
    weight<hidden, hidden> W_h;
    weight<hidden, order> W_m;
    RONDO_MEMBERS(A, B, e_x, e_h, e_m, W_x, W_h, W_m);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<order> m) const
    {
        auto written = dot(e_x, x) + dot(e_h, h) + dot(e_m, m);
        auto m_next = A * m + B * written;
        return next{tanh(W_x * x + W_h * h + W_m * m_next), m_next};
    }
};

}  // namespace rondo::papers
