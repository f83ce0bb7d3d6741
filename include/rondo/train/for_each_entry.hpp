#pragma once
/// @file
/// The loop of an optimiser's step over all parameters.

#include <rondo/kernel/simd.hpp>

#include <concepts>
#include <cstddef>
#include <span>

namespace rondo::inline RONDO_ISA::train_internal {

/// Calls `step(p, g, s...)` on every parameter, its gradient, and its entry in each of the optimiser's
/// @p states, of type `aligned_vector`. All are vector registers; the last may hold entries and then zeros.
/// The values that `step` assigns to p and s are stored.
///
/// @param[in,out] parameters all entries.
/// @param gradients as many.
/// @param[in,out] states as many each.
template <class T, class Step, std::same_as<aligned_vector<T>>... States>
void for_each_entry(std::span<T> parameters, std::span<T const> gradients, Step const& step,
                    States&... states)
{
    std::size_t i = 0;
    auto const step_vector = [&](auto... state) RONDO_INLINE_LAMBDA {
        auto p = simd<T>::load_unaligned(&parameters[i]);
        step(p, simd<T>::load_unaligned(&gradients[i]), state...);
        p.store_unaligned(&parameters[i]);
        (state.store_aligned(&states[i]), ...);
    };
    for (; i + simd<T>::size <= parameters.size(); i += simd<T>::size) {
        step_vector(simd<T>::load_aligned(&states[i])...);
    }
    auto const rest = static_cast<std::ptrdiff_t>(parameters.size() - i);
    auto const step_rest = [&](auto... state) RONDO_INLINE_LAMBDA {
        auto p = load_n(parameters.data() + i, rest);
        step(p, load_n(gradients.data() + i, rest), state...);
        store_n(p, parameters.data() + i, rest);
        (store_n(state, states.data() + i, rest), ...);
    };
    if (rest > 0) {
        step_rest(load_n(states.data() + i, rest)...);
    }
}

}  // namespace rondo::inline RONDO_ISA::train_internal
