#pragma once
/// @file
/// Echo state network of leaky integrators, whose read-out alone is trained: Jaeger, "The echo state approach
/// to analysing and training recurrent neural networks", GMD report 148, 2001; the leak as in Jaeger,
/// Lukoševičius, Popovici and Siewert, Neural Networks 20, 2007.

#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// `leak` is between 0 and 1. The spectral radius of W is below one, so that old inputs are forgotten.
struct echo_state {
    constant<hidden, input> W_in;
    constant<hidden, hidden> W;
    constant<hidden> b;
    constant<> leak;
    weight<output, hidden> V;
    weight<output, input> V_in;
    bias<output> c;
    RONDO_MEMBERS(W_in, W, b, leak, V, V_in, c);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto h_next = (1 - leak) * h + leak * tanh(W_in * x + W * h + b);
        return next{h_next}.output(V * h_next + V_in * x + c);
    }
};

}  // namespace rondo::papers
