#pragma once
/// @file
/// The models of layers whose gradient a check cannot compare with differences.

#include <rondo/check/gradient_check.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/layer.hpp>
#include <rondo/stack/layer_inputs.hpp>
#include <rondo/stack/residual.hpp>
#include <rondo/stack/stack.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::check_internal {

/// The obstacles of a layer: to the gradients of its inputs, and to the gradient of each model.
template <std::size_t Models, std::size_t Others = 0>
struct layer_obstacles {
    gradient_obstacle input{};                       ///< of the first input
    std::array<gradient_obstacle, Others> others{};  ///< of the others, in the order of inputs_of_layer
    std::array<gradient_obstacle, Models> models{};  ///< in the order of parameter_groups_of()
};

/// The inputs of a layer beside the first.
template <class L>
inline constexpr std::size_t other_count = stack_internal::inputs_of_layer<L>::count - 1;

/// The obstacle of a value that two layers take: either can choose a gradient; a step function must be in
/// both.
constexpr gradient_obstacle obstacle_of_both(gradient_obstacle const& a, gradient_obstacle const& b)
{
    return a.is_control ? a : b.is_control || !a.empty() ? b : a;
}

/// The obstacles of inputs, each of which several layers may take.
template <std::size_t Count>
struct obstacles_of_inputs {
    std::array<gradient_obstacle, Count> each{};  ///< of each input
    std::array<bool, Count> is_known{};           ///< whether a layer takes it

    /// Adds that of a layer that takes input @p k.
    constexpr void add(std::size_t k, gradient_obstacle const& o)
    {
        each[k] = is_known[k] ? obstacle_of_both(each[k], o) : o;
        is_known[k] = true;
    }
};

/// The numbers that the inputs of @p L but the first have among the inputs @p All.
template <class L, class All>
inline constexpr auto numbers_of_others = [] {
    return []<class... Input, class... Other>(stack_internal::type_list<Input...>,
                                              stack_internal::type_list<Other...>) {
        using names = stack_internal::type_list<typename Input::name_type...>;
        return std::array<std::size_t, sizeof...(Other)>{
            names::template index_of<typename Other::name_type>...};
    }(typename All::all{}, typename stack_internal::inputs_of_layer<L>::others{});
}();

/// The number of models of a layer.
template <class L>
inline constexpr std::size_t model_count = std::tuple_size_v<decltype(stack_internal::parameter_groups_of(
    std::declval<std::remove_reference_t<L>&>()))>;

/// Finds the obstacles of a layer. That of a class of the user's has none.
template <class L>
struct find_layer_obstacles {
    static constexpr layer_obstacles<model_count<L>, other_count<L>> value{};  ///< none
};

// A model is left unchecked if one of its parameters is.
template <class Cell, class T, class... Fixed>
struct find_layer_obstacles<bptt<Cell, T, Fixed...>> {
    /// Those of the cell.
    static constexpr auto value = [] {
        using inputs = exec_internal::step_inputs_of<Cell>;
        constexpr auto const& of_cell = obstacles_of<Cell, false>;
        layer_obstacles<1, other_count<bptt<Cell, T, Fixed...>>> out{.input = of_cell.inputs[0]};
        std::size_t const per_sequence = out.others.size() - inputs::per_sequence_count;
        for (std::size_t k = 0; k < out.others.size(); ++k) {
            out.others[k] = of_cell.inputs[k < per_sequence ? k + 1 : inputs::count + k - per_sequence];
        }
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

template <class Forwards, class Backwards>
struct find_layer_obstacles<bidirectional<Forwards, Backwards>> {
    using inputs = stack_internal::inputs_of_layer<bidirectional<Forwards, Backwards>>;  ///< of both
    /// Those of both layers.
    static constexpr auto value = [] {
        constexpr auto const& a = find_layer_obstacles<std::remove_cvref_t<Forwards>>::value;
        constexpr auto const& b = find_layer_obstacles<std::remove_cvref_t<Backwards>>::value;
        layer_obstacles<a.models.size() + b.models.size(), inputs::count - 1> out{};
        std::copy(a.models.begin(), a.models.end(), out.models.begin());
        std::copy(b.models.begin(), b.models.end(), out.models.begin() + a.models.size());
        out.input = obstacle_of_both(a.input, b.input);
        obstacles_of_inputs<inputs::count> by_name{};
        for (std::size_t k = 0; k < a.others.size(); ++k) {
            by_name.add(numbers_of_others<Forwards, inputs>[k], a.others[k]);
        }
        for (std::size_t k = 0; k < b.others.size(); ++k) {
            by_name.add(numbers_of_others<Backwards, inputs>[k], b.others[k]);
        }
        std::copy_n(by_name.each.begin() + 1, out.others.size(), out.others.begin());
        return out;
    }();
};

// A layer is behind the obstacles of all that follow.
template <class... L>
struct find_layer_obstacles<stack<L...>> {
    using inputs = stack_internal::inputs_of_layer<stack<L...>>;  ///< of all layers
    /// Those of all layers.
    static constexpr auto value = [] {
        layer_obstacles<(model_count<L> + ... + 0), inputs::count - 1> out{};
        obstacles_of_inputs<inputs::count> by_name{};
        std::size_t end = out.models.size();
        auto const go_before = [&](auto const& layer, auto const& numbers) {
            end -= layer.models.size();
            for (std::size_t i = 0; i < layer.models.size(); ++i) {
                out.models[end + i] = out.input.empty() ? layer.models[i] : out.input;
            }
            for (std::size_t k = 0; k < layer.others.size(); ++k) {
                by_name.add(numbers[k], out.input.empty() ? layer.others[k] : out.input);
            }
            out.input = out.input.empty() ? layer.input : out.input;
        };
        auto const layers = std::tuple{find_layer_obstacles<std::remove_cvref_t<L>>::value...};
        auto const numbers = std::tuple{numbers_of_others<L, inputs>...};
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (go_before(std::get<sizeof...(L) - 1 - I>(layers), std::get<sizeof...(L) - 1 - I>(numbers)), ...);
        }(std::index_sequence_for<L...>{});
        by_name.add(0, out.input);
        out.input = by_name.each[0];
        std::copy_n(by_name.each.begin() + 1, out.others.size(), out.others.begin());
        return out;
    }();
};

}  // namespace rondo::inline RONDO_ISA::check_internal
