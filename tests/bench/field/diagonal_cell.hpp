#pragma once
/// @file
/// The cell of ADBench and GradBench, as a user would write it.

#include <rondo/lang/cell.hpp>

#include <cstddef>
#include <tuple>
#include <utility>

namespace rondo::bench {

/// An LSTM whose weights multiply entry by entry. Two gates see the input, the others the state.
struct diagonal_lstm {
    weight<hidden> w_forget, w_in, w_out, w_change;
    bias<hidden> b_forget, b_in, b_out, b_change;
    RONDO_MEMBERS(w_forget, w_in, w_out, w_change, b_forget, b_in, b_out, b_change);

    constexpr auto operator()(vec<hidden> x, vec<hidden> h, vec<hidden> c) const
    {
        auto forget = sigmoid(w_forget * x + b_forget);
        auto in = sigmoid(w_in * h + b_in);
        auto out = sigmoid(w_out * x + b_out);
        auto change = tanh(w_change * h + b_change);
        auto c_next = c * forget + in * change;
        return next{out * tanh(c_next), c_next};
    }
};

/// @p Layers of them, one above the other. The new states are a tuple, layer by layer.
template <std::size_t Layers>
struct diagonal_layers {
    diagonal_lstm below;
    diagonal_layers<Layers - 1> above;
    RONDO_MEMBERS(below, above);

    template <class... State>
    constexpr auto run(vec<hidden> x, vec<hidden> h, vec<hidden> c, State... higher) const
    {
        auto [h_next, c_next] = below(x, h, c);
        return std::tuple_cat(std::tuple{h_next, c_next}, above.run(h_next, higher...));
    }
};
template <>
struct diagonal_layers<1> {
    diagonal_lstm below;
    RONDO_MEMBERS(below);

    constexpr auto run(vec<hidden> x, vec<hidden> h, vec<hidden> c) const { return below(x, h, c).states; }
};

/// The layers between weights of the input and of the output. The output is normalised as if two more
/// entries were zero.
template <std::size_t Layers, class States = std::make_index_sequence<2 * Layers>>
struct diagonal_model;

template <std::size_t Layers, std::size_t... State>
struct diagonal_model<Layers, std::index_sequence<State...>> {
    diagonal_layers<Layers> layers;
    weight<hidden> w_in;
    weight<hidden> w_out;
    bias<hidden> b_out;
    RONDO_MEMBERS(layers, w_in, w_out, b_out);

    template <std::size_t>
    using state = vec<hidden>;

    constexpr auto operator()(vec<hidden> x, state<State>... s) const
    {
        auto const states = layers.run(w_in * x, s...);
        auto y = w_out * std::get<2 * Layers - 2>(states) + b_out;
        return next{std::get<State>(states)...}.output(y - log(sum(exp(y)) + 2));
    }
};

}  // namespace rondo::bench
