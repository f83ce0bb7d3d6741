#pragma once
/// @file
/// Leaky integrate-and-fire neurons with a surrogate gradient: Neftci, Mostafa and Zenke, "Surrogate Gradient
/// Learning in Spiking Neural Networks", arXiv 1901.09948.
///
/// The derivative of a spike is that of SuperSpike (Zenke and Ganguli, arXiv 1705.11146), 1 / (1 + 10 |u|)²,
/// and none flows back through the reset.

#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// Neurons with the synaptic current and the membrane potential as states. @p Smooth is for tests: forwards
/// too, a spike is the function whose derivative it has.
template <bool Smooth = false>
struct spiking {
    weight<hidden, input> W;
    weight<hidden, hidden> V;
    weight<output, hidden> read;
    constant<> synapse, membrane;  // the decay of the current and of the potential in a step
    RONDO_MEMBERS(W, V, read, synapse, membrane);

    static constexpr auto spike_of(vec<hidden> above)
    {
        auto smooth = above / (1 + 10 * abs(above));
        if constexpr (Smooth) {
            return smooth;
        } else {
            return with_gradient(above > 0, smooth);
        }
    }
    constexpr auto operator()(vec<input> x, vec<hidden> current, vec<hidden> potential) const
    {
        auto spike = spike_of(potential - 1);
        auto reset = Smooth ? spike : stop_gradient(spike);
        return next{synapse * current + W * x + V * spike, membrane * potential + current - reset}.outputs(
            "spike"_s = spike, "read"_s = read * spike);
    }
};

}  // namespace rondo::papers
