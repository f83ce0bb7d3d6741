#pragma once
/// @file
/// A cell that compiles quickly and has two states and a read-out, and sequences for it.

#include "table.hpp"

#include <limits>

namespace rondo::test {

/// Its output has as many features as its input, so that each can stand for the other.
struct tiny {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<input, hidden> V;
    weight<hidden> b;
    RONDO_MEMBERS(W, U, V, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c) const
    {
        auto const g = tanh(W * x + U * h + b);
        return next{g, 0.5 * c + g}.output(V * (g + c));
    }
};

using sequence = xt::xtensor<float, 3>;
using states = states_of<tiny, float>;
using any_array = xt::xarray<float>;

inline constexpr std::size_t steps = 4, batch = 2, features = 3, width = 5;
inline constexpr float not_finite = std::numeric_limits<float>::quiet_NaN();
/// A proper use, for comparison.
inline constexpr auto use = [](auto& s) { return s.use(); };

/// A model with equal parameters in every call.
inline model<tiny> tiny_model()
{
    model<tiny> m{input{features}, hidden{width}};
    initialize_uniform(m.parameters(), 1);
    return m;
}

/// Some numbers from -1 to 1, of any shape; equal ones for equal seeds.
template <class Array = sequence>
Array filled(typename Array::shape_type const& shape, std::uint64_t seed = 1)
{
    Array to = Array::from_shape(shape);
    random_numbers random(seed);
    for (auto& entry : to) {
        entry = static_cast<typename Array::value_type>(2 * random.uniform() - 1);
    }
    return to;
}
/// A sequence for the model.
inline sequence series(std::uint64_t seed = 1) { return filled({steps, batch, features}, seed); }
/// States for the model, of @p sequences sequences.
inline states some_states(std::size_t sequences = batch, std::uint64_t seed = 3)
{
    using state = xt::xtensor<float, 2>;
    return {filled<state>({sequences, width}, seed), filled<state>({sequences, width}, seed + 1)};
}
/// The numbers of a gradient.
template <class Gradients>
numbers numbers_of(Gradients const& g)
{
    return all_of(g.parameters.flat(), g.input, g.initial[0], g.initial[1]);
}

}  // namespace rondo::test
