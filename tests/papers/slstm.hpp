#pragma once
/// @file
/// sLSTM, with exponential gates: Beck et al., "xLSTM: Extended Long Short-Term Memory", arXiv 2405.04517,
/// equations 8 to 17, with one head and the logistic function as forget gate.
///
/// The authors' own code sets the stabiliser of the first step to the input gate alone.

#include <rondo/cell/gate.hpp>
#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// States: the output, the memory, its normaliser, and the stabiliser, which keeps the exponents from
/// overflow and cancels in the output.
struct slstm {
    gate<> i, f, z, o;
    RONDO_MEMBERS(i, f, z, o);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c, vec<hidden> n, vec<hidden> m) const
    {
        auto enter = i(x, h);
        auto keep = log_sigmoid(f(x, h)) + m;
        auto m_next = max(keep, enter);
        auto c_next = exp(keep - m_next) * c + exp(enter - m_next) * tanh(z(x, h));
        auto n_next = exp(keep - m_next) * n + exp(enter - m_next);
        return next{sigmoid(o(x, h)) * c_next / n_next, c_next, n_next, m_next};
    }
};

}  // namespace rondo::papers
