#pragma once
/// @file
/// Quasi-recurrent network: Bradbury, Merity, Xiong and Socher, "Quasi-Recurrent Neural Networks", arXiv
/// 1611.01576, equations 1 to 4 with a window of two inputs and fo-pooling.

#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// A convolution over the last two inputs.
struct qrnn_window {
    weight<hidden, input> before, now;
    RONDO_MEMBERS(before, now);

    constexpr auto operator()(vec<input> x) const { return before * lag<1>(x) + now * x; }
};

/// The second state is the previous input.
struct qrnn {
    qrnn_window z, f, o;
    RONDO_MEMBERS(z, f, o);

    constexpr auto operator()(vec<input> x, vec<hidden> c) const
    {
        auto forget = sigmoid(f(x));
        auto c_next = forget * c + (1 - forget) * tanh(z(x));
        return next{c_next}.output(sigmoid(o(x)) * c_next);
    }
};

}  // namespace rondo::papers
