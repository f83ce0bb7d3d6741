#pragma once
/// @file
/// The models of layers whose gradient a check cannot compare with differences.

#include <rondo/check/gradient_check.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/layer.hpp>
#include <rondo/stack/residual.hpp>
#include <rondo/stack/stack.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::check_internal {

/// The obstacles of a layer: to the gradient of its input, and to the gradient of each model.
template <std::size_t Models>
struct layer_obstacles {
    gradient_obstacle input{};                       ///< of the input
    std::array<gradient_obstacle, Models> models{};  ///< in the order of parameter_groups_of()
};

/// The number of models of a layer.
template <class L>
inline constexpr std::size_t model_count = std::tuple_size_v<decltype(stack_internal::parameter_groups_of(
    std::declval<std::remove_reference_t<L>&>()))>;

/// Finds the obstacles of a layer. That of a class of the user's has none.
template <class L>
struct find_layer_obstacles {
    static constexpr layer_obstacles<model_count<L>> value{};  ///< none
};

// A model is left unchecked if one of its parameters is.
template <class Cell, class T, class... Fixed>
struct find_layer_obstacles<bptt<Cell, T, Fixed...>> {
    /// Those of the cell.
    static constexpr layer_obstacles<1> value = [] {
        constexpr auto const& of_cell = obstacles_of<Cell, false>;
        layer_obstacles<1> out{.input = of_cell.inputs[0]};
        for (gradient_obstacle const& o : of_cell.parameters) {
            if (out.models[0].empty()) {
                out.models[0] = o;
            }
        }
        return out;
    }();
};

template <class Cell, class T, class... Fixed>
struct find_layer_obstacles<truncated_bptt<Cell, T, Fixed...>>
    : find_layer_obstacles<bptt<Cell, T, Fixed...>> {};

// A connection around a layer is a path without a step function.
template <class Inner>
struct find_layer_obstacles<residual<Inner>> {
    /// Those of the inner layer.
    static constexpr auto value = [] {
        auto out = find_layer_obstacles<std::remove_cvref_t<Inner>>::value;
        if (!out.input.is_control) {
            out.input = {};
        }
        return out;
    }();
};

// Either layer can choose a gradient; a step function must be in both.
template <class Forwards, class Backwards>
struct find_layer_obstacles<bidirectional<Forwards, Backwards>> {
    /// Those of both layers.
    static constexpr auto value = [] {
        constexpr auto const& a = find_layer_obstacles<std::remove_cvref_t<Forwards>>::value;
        constexpr auto const& b = find_layer_obstacles<std::remove_cvref_t<Backwards>>::value;
        layer_obstacles<a.models.size() + b.models.size()> out{};
        std::copy(a.models.begin(), a.models.end(), out.models.begin());
        std::copy(b.models.begin(), b.models.end(), out.models.begin() + a.models.size());
        out.input = a.input.is_control ? a.input : b.input.is_control || !a.input.empty() ? b.input : a.input;
        return out;
    }();
};

// A layer is behind the obstacles of all that follow.
template <class... L>
struct find_layer_obstacles<stack<L...>> {
    /// Those of all layers.
    static constexpr auto value = [] {
        layer_obstacles<(model_count<L> + ... + 0)> out{};
        std::size_t end = out.models.size();
        auto const go_before = [&](auto const& layer) {
            end -= layer.models.size();
            for (std::size_t i = 0; i < layer.models.size(); ++i) {
                out.models[end + i] = out.input.empty() ? layer.models[i] : out.input;
            }
            out.input = out.input.empty() ? layer.input : out.input;
        };
        auto const layers = std::tuple{find_layer_obstacles<std::remove_cvref_t<L>>::value...};
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (go_before(std::get<sizeof...(L) - 1 - I>(layers)), ...);
        }(std::index_sequence_for<L...>{});
        return out;
    }();
};

}  // namespace rondo::inline RONDO_ISA::check_internal
