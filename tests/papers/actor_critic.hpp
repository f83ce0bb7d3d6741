#pragma once
/// @file
/// A recurrent policy and its value: Mnih et al., "Asynchronous Methods for Deep Reinforcement Learning",
/// arXiv 1602.01783: two heads on one LSTM.

#include <rondo/cell/lstm.hpp>
#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// The policy is a probability for each action.
struct actor_critic {
    lstm<> core;
    weight<output, hidden> P;
    bias<output> p;
    weight<hidden> v;
    bias<> v_b;
    RONDO_MEMBERS(core, P, p, v, v_b);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c) const
    {
        auto [h_next, c_next] = core(x, h, c);
        return next{h_next, c_next}.outputs("policy"_s = softmax(P * h_next + p),
                                            "value"_s = dot(v, h_next) + v_b);
    }
};

}  // namespace rondo::papers
