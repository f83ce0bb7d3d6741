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

    constexpr auto operator()(vec<input> last, vec<input> x) const { return before * last + now * x; }
};

/// The second state is the previous input.
struct qrnn {
    qrnn_window z, f, o;
    RONDO_MEMBERS(z, f, o);

    constexpr auto operator()(vec<input> x, vec<hidden> c, vec<input> last) const
    {
        auto forget = sigmoid(f(last, x));
        auto c_next = forget * c + (1 - forget) * tanh(z(last, x));
        return next{c_next, x}.output(sigmoid(o(last, x)) * c_next);
    }
};

}  // namespace rondo::papers
