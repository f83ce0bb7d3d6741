#pragma once
/// @file
/// Runs the layers of a stack that does not carry its states.

#include <rondo/model/xtensor.hpp>
#include <rondo/stack/carried_layers.hpp>
#include <rondo/stack/gradient_sums.hpp>
#include <rondo/stack/inner_runs.hpp>
#include <rondo/stack/layer.hpp>

#include <cstddef>
#include <tuple>

namespace rondo::inline RONDO_ISA::stack_internal {

/// Runs layers that follow each other over whole sequences.
template <class... Layers>
class plain_layers {
    using value_type = typename layers_check<Layers...>::value_type;
    using sequences = xt::xtensor<value_type, 3>;
    using list = std::tuple<Layers...>;
    using inputs = typename inputs_in_sequence<inputs_of_layer<Layers>...>::type;

   public:
    /// Runs all layers over the inputs @p given, the result of input_copies::take().
    template <bool Save, class Given>
    static sequences const& run(list& layers, Given const& given, lengths_view lengths)
    {
        return run_from<Save, 0>(layers, first_input(given), given, lengths);
    }
    /// The gradients of the inputs, from that of the output; no entries if a layer leaves one out.
    template <class Dy>
    auto back_from_last(list& layers, Dy const& dy)
    {
        sums_.start();
        sequences const& dx = back_from<sizeof...(Layers) - 1>(layers, dy);
        return input_gradients_of<value_type, inputs>::make(
            dx, [&](auto name) -> auto const& { return sums_[name]; });
    }

   private:
    /// Whether the input of layer @p I stays as it is until its backward(): if it is the output of a layer
    /// that counts its runs, backward() notices another run of that layer.
    template <std::size_t I>
    static constexpr bool outlives()
    {
        if constexpr (I > 0) {
            return counts_runs<std::tuple_element_t<I - 1, list>>;
        } else {
            return false;
        }
    }
    template <bool Save, std::size_t I, class Given>
    static sequences const& run_from(list& layers, sequences const& x, Given const& given,
                                     lengths_view lengths)
    {
        auto const& y = at_place_in_stack<I>([&]() -> auto const& {
            return run_layer<Save, outlives<I>()>(std::get<I>(layers), x, given, lengths);
        });
        if constexpr (I + 1 < sizeof...(Layers)) {
            return run_from<Save, I + 1>(layers, y, given, lengths);
        } else {
            return y;
        }
    }
    template <std::size_t I, class Dy>
    sequences const& back_from(list& layers, Dy const& dy)
    {
        auto&& g = at_place_in_stack<I>([&]() -> decltype(auto) { return std::get<I>(layers).backward(dy); });
        return sums_.template pass<I>(
            layers, g, [&](auto const& dx) -> sequences const& { return back_from<I - 1>(layers, dx); });
    }

    gradient_sums<value_type, inputs> sums_;
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
