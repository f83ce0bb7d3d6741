#pragma once
/// @file
/// Phased LSTM, whose gates open periodically: Neil, Pfeiffer and Liu, "Phased LSTM: Accelerating Recurrent
/// Network Training for Long or Event-based Sequences", arXiv 1610.09513.

#include <rondo/cell/gate.hpp>
#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// Every entry of the state has a period, a shift and an open part of its period of its own. `leak` is a
/// small number in training, and zero in inference.
struct phased_lstm {
    struct timed {
        vec<input> x;
        scalar time;
        RONDO_MEMBERS(x, time);
    };
    gate<> i, f, g, o;
    weight<hidden> peep_i, peep_f, peep_o;
    weight<hidden> period, shift, open;
    constant<> leak;
    RONDO_MEMBERS(i, f, g, o, peep_i, peep_f, peep_o, period, shift, open, leak);

    /// How far the time gate is open.
    constexpr auto openness(scalar time) const
    {
        auto turns = (time - shift) / period;
        auto phase = turns - floor(turns);
        auto rising = 2 * phase / open;
        return where(phase < 0.5 * open, rising, where(phase < open, 2 - rising, leak * phase));
    }
    constexpr auto operator()(timed in, vec<hidden> h, vec<hidden> c) const
    {
        auto k = openness(in.time);
        auto c_open =
            sigmoid(f(in.x, h) + peep_f * c) * c + sigmoid(i(in.x, h) + peep_i * c) * tanh(g(in.x, h));
        auto h_open = sigmoid(o(in.x, h) + peep_o * c_open) * tanh(c_open);
        return next{k * h_open + (1 - k) * h, k * c_open + (1 - k) * c};
    }
};

}  // namespace rondo::papers
