#pragma once
/// @file
/// ON-LSTM, whose master gates order the entries of the memory from slow to fast: Shen, Tan, Sordoni and
/// Courville, "Ordered Neurons: Integrating Tree Structures into Recurrent Neural Networks", arXiv
/// 1810.09536, with chunks of one entry.

#include <rondo/cell/gate.hpp>
#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// Along the features, a master gate rises from 0 to 1 or falls from 1 to 0.
struct on_lstm {
    gate<> i, f, g, o, master_i, master_f;
    RONDO_MEMBERS(i, f, g, o, master_i, master_f);

    static constexpr auto cumax(vec<hidden> a) { return cumsum(softmax(a)); }
    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c) const
    {
        auto slow = cumax(master_f(x, h));
        auto fast = 1 - cumax(master_i(x, h));
        auto both = slow * fast;
        auto keep = sigmoid(f(x, h)) * both + (slow - both);
        auto enter = sigmoid(i(x, h)) * both + (fast - both);
        auto c_next = keep * c + enter * tanh(g(x, h));
        return next{sigmoid(o(x, h)) * tanh(c_next), c_next};
    }
};

}  // namespace rondo::papers
