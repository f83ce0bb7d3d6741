#pragma once
/// @file
/// Rejects composed layers in which a layer leaves out a gradient that another one needs.

#include <rondo/error/input_error.hpp>
#include <rondo/stack/layer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::stack_internal {

/// Whether a layer has parameters to train. Those of const and frozen models are not.
template <is_layer L>
bool is_trained(L& layer)
{
    auto const groups = parameter_groups_of(layer);
    return std::any_of(groups.begin(), groups.end(), [](auto const& g) { return !g.parameters.empty(); });
}

/// Checks layers that follow each other: backward() stops at a layer that leaves out the gradient of its
/// input, so the layers before it must have nothing to train. `place_of(i)` is the text for the place of
/// layer i.
/// @throws input_error naming both layers.
template <class Place, is_layer... L>
void check_order_of_gradients(Place const& place_of, L&... layers)
{
    std::array<bool, sizeof...(L)> const gives{gives_input_gradient(layers)...};
    if (auto const last = std::find(gives.rbegin(), gives.rend(), false); last != gives.rend()) {
        std::array<bool, sizeof...(L)> const trained{is_trained(layers)...};
        auto const stop = static_cast<std::size_t>(gives.rend() - last) - 1;
        for (std::size_t i = 0; i < stop; ++i) {
            if (trained[i]) {
                throw input_error({std::string(place_of(stop)),
                                   exec_internal::concat("a gradient of its input, which ", place_of(i),
                                                         " needs to be trained"),
                                   "none, by run_options::input_gradient"});
            }
        }
    }
}

/// Checks two layers with the same input: both must compute its gradient, or neither. Returns whether they
/// do.
/// @throws input_error naming the layer that does not.
template <class Place, is_layer First, is_layer Second>
bool check_common_gradient(std::string_view composed, Place const& place_of, First const& first,
                           Second const& second)
{
    bool const given = gives_input_gradient(first);
    if (given != gives_input_gradient(second)) {
        throw input_error({std::string(composed), "a gradient of the input from both layers, or from neither",
                           exec_internal::concat("none from ", place_of(given ? 1 : 0),
                                                 ", by run_options::input_gradient")});
    }
    return given;
}

}  // namespace rondo::inline RONDO_ISA::stack_internal
