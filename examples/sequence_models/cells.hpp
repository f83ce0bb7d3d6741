// The models that are written in Rondo: each reads an observation and predicts the next one.
#pragma once

#include <rondo/rondo.hpp>

#include <cstddef>
#include <tuple>
#include <utility>

namespace sequence_models {

using rondo::bias;
using rondo::hidden;
using rondo::input;
using rondo::next;
using rondo::output;
using rondo::vec;
using rondo::weight;

// A matrix for each of `Lags` observations, the newest first, and the sum of their products.
template <std::size_t Lags>
struct lagged_terms {
    weight<output, input> A;
    lagged_terms<Lags - 1> past;
    RONDO_MEMBERS(A, past);

    constexpr auto operator()(vec<input> x, auto... before) const { return A * x + past(before...); }
};
template <>
struct lagged_terms<1> {
    weight<output, input> A;
    RONDO_MEMBERS(A);

    constexpr auto operator()(vec<input> x) const { return A * x; }
};

// The autoregressive model of order tau (Yule 1927), which was invented for the sunspots. Its
// prediction is an affine function of the last tau observations. Its states are these observations, a
// sliding window. No state recurs, so everything runs over all steps at once.
template <class States>
struct autoregressive_of;

template <std::size_t... State>
struct autoregressive_of<std::index_sequence<State...>> {
    static constexpr std::size_t order = sizeof...(State) + 1;
    lagged_terms<order> terms;
    bias<output> b;
    RONDO_MEMBERS(terms, b);

    // The vector type of each position of the window.
    template <std::size_t>
    using observation = vec<input>;

    constexpr auto operator()(vec<input> x, observation<State>... before) const
    {
        // The oldest observation is dropped, all others move by one position.
        auto const window = std::tuple{x, before...};
        return next{std::get<State>(window)...}.output(terms(x, before...) + b);
    }
};
template <std::size_t Order>
using autoregressive = autoregressive_of<std::make_index_sequence<Order - 1>>;

// The latent autoregressive model: a hidden state summarises all observations by a linear
// map, and the prediction is an affine function of it.
struct latent_autoregressive {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<output, hidden> V;
    bias<output> b;
    RONDO_MEMBERS(W, U, V, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto const h_next = W * x + U * h;
        return next{h_next}.output(V * h_next + b);
    }
};

}  // namespace sequence_models

static_assert(rondo::recurs_at_most<sequence_models::autoregressive<2>, rondo::recurrence_kind::none>);
