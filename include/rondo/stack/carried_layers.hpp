#pragma once
/// @file
/// Runs the windows of the layers of a stack that carries its states.

#include <rondo/error/input_error.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/window_access.hpp>
#include <rondo/sequence/array_rows.hpp>
#include <rondo/stack/carrying.hpp>
#include <rondo/stack/gradient_sums.hpp>
#include <rondo/stack/run_record.hpp>
#include <rondo/stack/with_location.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::stack_internal {

/// A layer of a stack in messages.
inline std::string place_in_stack(std::size_t i) { return "layer " + std::to_string(i) + " of the stack"; }

/// Calls @p f, which runs layer @p I of a stack, and adds the place to the message of an exception.
template <std::size_t I, class F>
decltype(auto) at_place_in_stack(F&& f)
{
    return with_location([] { return place_in_stack(I); }, std::forward<F>(f));
}

/// Checks that all runs of a stack have the same truncation, so that its gradient ends at one step.
/// @throws input_error naming two lengths.
template <class First, class... Run>
void check_truncations(First const& first, Run const&... runs)
{
    [[maybe_unused]] auto const check = [](truncation const& a, truncation const& b) {
        if (a.every != b.every || a.over != b.over) {
            exec_internal::reject(
                "stack", "one truncation in all truncated_bptt, so that the gradient ends at one step",
                exec_internal::concat("every = ", a.every, ", over = ", a.over, " and every = ", b.every,
                                      ", over = ", b.over));
        }
    };
    (check(first.lengths(), runs.lengths()), ...);
}

/// Runs windows over layers that follow each other.
///
/// The gradient goes back over the columns of the truncation in all layers: the last layer gives the gradient
/// of its inputs over all of these columns, which are outputs of the layer before.
template <class... Layers>
class carried_layers {
    using access = exec_internal::window_access;
    using value_type = typename layers_check<Layers...>::value_type;
    using sequences = xt::xtensor<value_type, 3>;
    using list = std::tuple<Layers...>;

   public:
    /// Runs a window, which counts if all layers have run it.
    template <bool Save, class Given>
    sequences const& run(list& layers, Given const& given, lengths_view lengths)
    {
        window_.begin();
        window_.take(x_, first_input(given), lengths);
        try {
            auto const& y = open<Save>(layers, first_input(given), given, lengths);
            keep(layers, std::get<0>(runs(layers)).lengths().over);
            window_.end(Save);
            features_ = static_cast<std::ptrdiff_t>(y.shape()[2]);
            return y;
        } catch (...) {
            discard(layers);
            throw;
        }
    }
    /// The gradients of the inputs of the last window, from that of its output; no entries if a layer leaves
    /// one out. Padding of @p dy is not read.
    template <class Dy>
    auto back_from_last(list& layers, Dy const& dy)
    {
        window_.take_gradient(dy_, dy, features_);
        window_.fill(output_gradient_, features_, [&](std::ptrdiff_t t, std::ptrdiff_t b, value_type* row) {
            std::copy_n(dy_.data() + window_.entry(t, b, features_), features_, row);
        });
        sums_.start();
        auto const last_steps = [&](sequences const& from, sequences& to) -> sequences const& {
            if (from.size() == 0) {
                return from;
            }
            copy_last_steps(from, window_.steps(), to);
            return to;
        };
        sequences const& dx = last_steps(back_from<count - 1>(layers, output_gradient_), input_gradient_);
        return results::make(dx, [&]<class Name>(Name name) -> auto const& {
            return last_steps(sums_[name], other_gradients_.template get<Name>());
        });
    }

    /// Runs a window, which does not count before keep().
    template <bool Save, std::size_t I = 0, class Given>
    sequences const& open(list& layers, sequences const& x, Given const& given, lengths_view lengths)
    {
        auto const& y = at_place_in_stack<I>(
            [&]() -> auto const& { return open_layer<Save>(std::get<I>(layers), x, given, lengths); });
        if constexpr (I + 1 < count) {
            return open<Save, I + 1>(layers, y, given, lengths);
        } else {
            return y;
        }
    }
    /// Counts the window in all layers.
    void keep(list& layers, std::ptrdiff_t over)
    {
        std::apply([&](auto&... l) { (access::keep(l, over), ...); }, layers);
    }
    /// Forgets the window in all layers.
    void discard(list& layers) noexcept
    {
        std::apply([](auto&... l) { (access::discard(l), ...); }, layers);
    }
    /// The gradients of the inputs over the columns that the truncation reaches, or without entries if a
    /// layer leaves one out.
    auto back(list& layers, sequences const& dy)
    {
        sums_.start();
        sequences const& dx = back_from<count - 1>(layers, dy);
        return results::make(dx, [&](auto name) -> auto const& { return sums_[name]; });
    }
    /// Begins sequence @p b anew in all layers, or all sequences if it is negative.
    void restart(list& layers, std::ptrdiff_t b)
    {
        std::apply([b](auto&... l) { (access::restart(l, b), ...); }, layers);
    }
    /// References to all runs that carry states: a tuple.
    static auto runs(list& layers)
    {
        return std::apply([](auto&... l) { return std::tuple_cat(access::runs(l)...); }, layers);
    }

    /// The states of all runs, in order: a tuple of copies.
    static auto states(list& layers)
    {
        return std::apply(
            [](auto&... r) { return std::tuple<states_type<decltype(r)>...>(r.current_states()...); },
            runs(layers));
    }
    /// Starts all runs from states, which have been those of states().
    template <class... States>
    static void restart_from(list& layers, std::tuple<States...> const& initial)
    {
        auto const all = runs(layers);
        static_assert(sizeof...(States) == std::tuple_size_v<std::remove_cv_t<decltype(all)>>,
                      "reset(states) takes the states of each truncated_bptt of the stack, as "
                      "current_states() returns them");
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (restart_one(std::get<I>(all), std::get<I>(initial)), ...);
        }(std::index_sequence_for<States...>{});
    }

   private:
    static constexpr std::size_t count = sizeof...(Layers);
    using inputs = typename inputs_in_sequence<inputs_of_layer<Layers>...>::type;
    using results = input_gradients_of<value_type, inputs>;

    template <std::size_t I>
    sequences const& back_from(list& layers, sequences const& dy)
    {
        auto&& g =
            at_place_in_stack<I>([&]() -> decltype(auto) { return access::back(std::get<I>(layers), dy); });
        return sums_.template pass<I>(
            layers, g, [&](auto const& dx) -> sequences const& { return back_from<I - 1>(layers, dx); });
    }

    template <class Run>
    using states_type = std::remove_cvref_t<decltype(std::declval<Run&>().current_states())>;

    /// Starts a run, which has been reset, from states. They are empty if they are those of a run that had
    /// not begun: then it begins as that one would.
    template <class Run, class States>
    static void restart_one(Run& run, States const& initial)
    {
        if (std::ranges::any_of(initial, [](auto const& s) { return s.size() > 0; })) {
            run.reset(initial);
        }
    }

    run_record window_;  // the last one
    exec_internal::array_rows<value_type> x_;
    exec_internal::array_rows<value_type> dy_;
    sequences output_gradient_;
    sequences input_gradient_;
    gradient_sums<value_type, inputs> sums_;
    arrays_by_name<value_type, typename inputs::all> other_gradients_;  // of the last window
    std::ptrdiff_t features_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
