#pragma once
/// @file
/// Layers one after the other.

#include <rondo/model/xtensor.hpp>
#include <rondo/run/window_access.hpp>
#include <rondo/stack/carried_layers.hpp>
#include <rondo/stack/carrying.hpp>
#include <rondo/stack/check_distinct.hpp>
#include <rondo/stack/check_input_gradients.hpp>
#include <rondo/stack/inner_runs.hpp>
#include <rondo/stack/layer_interface.hpp>
#include <rondo/stack/plain_layers.hpp>

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// A sequence of layers. The input of each is the output of the one before.
///
/// @code
/// stack net{bptt{first}, dropout<float>{{.rate = 0.2}}, residual{bptt{second}},
///           bidirectional{bptt{a}, bptt{b}}};
/// auto const& y = net.forward(x);              // x (time, batch, features)
/// auto const& dx = net.backward(dy).input;     // and the gradients in net.parameter_groups()
/// clip_global_norm(net.parameter_groups(), 1.0);
/// @endcode
///
/// Layers of truncated_bptt carry their states from call to call, and so does a stack of them, with dropout,
/// residual and stacks of these between them:
///
/// @code
/// truncation const lengths{.every = 10, .over = 30};
/// stack net{truncated_bptt{first, lengths}, dropout<float>{}, truncated_bptt{second, lengths}};
/// auto const& y = net.forward(window);         // goes on where the last call ended
/// net.backward(dy);                            // through the last 30 steps of both layers
/// net.reset(2);                                // sequence 2 begins anew
/// @endcode
///
/// A layer may be the run of a cell with several inputs. The first one in the struct takes the output of the
/// layer before, and the others are given by name, each to all layers that take it:
///
/// @code
/// stack net{bptt{first}, residual{bptt{second}}};              // both take x and gap
/// net.forward(named("x"_s = x, "gap"_s = gap));
/// auto const& dgap = net.backward(dy).input["gap"_s];          // the sum over both layers
/// @endcode
///
/// Each layer runs over all steps before the next one begins. So its whole input is available to its
/// time-parallel work, and it may run in either direction. Without such layers, initial states are zero. The
/// stack owns layers that are given as temporaries. It refers to others, which must outlive it.
///
/// A stack is a layer itself, but a stack of one stack is that stack. Repeated calls with the
/// same sizes allocate nothing if that holds for its layers, as it does for all of Rondo's.
template <class... Layers>
class stack
    : public stack_internal::layer_interface<
          stack<Layers...>, typename stack_internal::layers_check<Layers...>::value_type,
          typename stack_internal::inputs_in_sequence<stack_internal::inputs_of_layer<Layers>...>::type> {
    using all = stack_internal::layers_check<Layers...>;
    using inputs =
        typename stack_internal::inputs_in_sequence<stack_internal::inputs_of_layer<Layers>...>::type;

   public:
    using value_type = typename all::value_type;             ///< of its numbers
    static constexpr std::size_t count = sizeof...(Layers);  ///< of layers
    /// Whether the states after a call are those that the next one begins with.
    static constexpr bool carries =
        stack_internal::carry_together<Layers...>::value == stack_internal::carrying::always;
    /// Features of the input, if they are a constant; else 0.
    static constexpr std::ptrdiff_t fixed_input =
        stack_internal::fixed_input_of<std::tuple_element_t<0, std::tuple<Layers...>>>;
    /// Features of the output, if they are a constant; else 0.
    static constexpr std::ptrdiff_t fixed_output =
        stack_internal::fixed_output_of<std::tuple_element_t<count - 1, std::tuple<Layers...>>>;

    /// @throws input_error if an object occurs twice, because a layer records only one run; if two layers
    ///         train the same model; or if a layer leaves out the gradient of its input, and a layer before
    ///         it has parameters to train.
    explicit stack(Layers&&... layers) : layers_(std::forward<Layers>(layers)...)
    {
        static_assert(all_fit(std::make_index_sequence<count - 1>{}));
        if constexpr (carries) {
            std::apply([](auto&... r) { stack_internal::check_truncations(r...); }, runs_of_windows());
        }
        std::apply(
            [](auto&... l) { stack_internal::check_distinct("stack", stack_internal::place_in_stack, l...); },
            layers_);
        check_gradients();
    }

    /// Computes the gradient of a loss whose derivative with respect to the output is @p dy, from the last
    /// layer to the first, or to one that leaves out the gradient of its input. In the second case `input` of
    /// the result has no entries. Several inputs have a gradient each, `input["gap"_s]`, the sum over the
    /// layers that take the input, without entries if one of these leaves it out.
    /// @throws std::logic_error if the last run was not a forward(), or if a layer was run by itself since;
    ///         input_error if a layer does.
    template <class Dy>
    auto backward(Dy const& dy)
    {
        this->check_moved();
        exec_internal::require_forward(kept_);
        check_runs();
        check_gradients();
        if constexpr (carries) {
            return windows_.back_from_last(layers_, dy);
        } else {
            return plain_.back_from_last(layers_, dy);
        }
    }

    /// The states of all truncated_bptt in it, in order: a tuple of their states_of, which reset() takes.
    auto current_states()
        requires carries
    {
        return windows_.states(layers_);
    }
    /// Starts all sequences anew, with the states of start() or zeros, and a batch of any size.
    void reset()
        requires carries
    {
        this->check_moved();
        kept_ = false;
        restart_windows(-1);
    }
    /// Starts sequence @p b of the batch anew, with the states of start() or zeros. No gradient goes back to
    /// its earlier steps; the other sequences continue.
    /// @throws input_error if there is no such sequence.
    void reset(std::size_t b)
        requires carries
    {
        this->check_moved();
        restart_windows(static_cast<std::ptrdiff_t>(b));
    }
    /// Starts all sequences anew from @p initial, which current_states() has returned. The next forward()
    /// checks the shapes. A run without states in @p initial begins as after reset().
    template <class... States>
    void reset(std::tuple<States...> const& initial)
        requires carries
    {
        reset();
        windows_.restart_from(layers_, initial);
    }

    /// Whether backward() computes the gradient of the input.
    [[nodiscard]] bool gives_input_gradient() const
    {
        return std::apply([](auto const&... l) { return (stack_internal::gives_input_gradient(l) && ...); },
                          layers_);
    }

    /// The layer with index @p I, for its final states, for example.
    template <std::size_t I>
    [[nodiscard]] auto& get() noexcept
    {
        static_assert(I < count, "this stack has no layer of that number; they are counted from 0");
        return std::get<I>(layers_);
    }
    template <std::size_t I>
    [[nodiscard]] auto const& get() const noexcept
    {
        static_assert(I < count, "this stack has no layer of that number; they are counted from 0");
        return std::get<I>(layers_);
    }
    /// The parameter groups of all layers, in order: an array of @ref parameter_group.
    auto parameter_groups()
    {
        return std::apply([](auto&... l) { return stack_internal::parameter_groups_of(l...); }, layers_);
    }
    /// Makes the next forward() draw the random numbers of the call after @p n others. Discards the last run.
    void set_draw(std::uint64_t n)
    {
        kept_ = false;
        std::apply([n](auto&... l) { stack_internal::set_draw_of(n, l...); }, layers_);
    }

   private:
    friend stack_internal::layer_interface<stack, value_type, inputs>;
    friend struct exec_internal::window_access;
    template <bool Save, class X>
    xt::xtensor<value_type, 3> const& open_window(X const& x, lengths_view lengths)
    {
        auto const given = this->take(x);
        auto const& y =
            windows_.template open<Save>(layers_, stack_internal::first_input(given), given, lengths);
        record_runs();
        return y;
    }
    void keep_window(std::ptrdiff_t over) { windows_.keep(layers_, over); }
    void discard_window() noexcept { windows_.discard(layers_); }
    auto back_over_windows(xt::xtensor<value_type, 3> const& dy)
    {
        check_runs();
        return windows_.back(layers_, dy);
    }
    void restart_windows(std::ptrdiff_t b) { windows_.restart(layers_, b); }
    auto runs_of_windows() { return windows_.runs(layers_); }
    void check_runs()
    {
        std::apply([this](auto&... l) { inner_runs_.check(stack_internal::place_in_stack, l...); }, layers_);
    }
    void record_runs()
    {
        std::apply([this](auto&... l) { inner_runs_.record(l...); }, layers_);
    }

    template <std::size_t... I>
    static constexpr bool all_fit(std::index_sequence<I...>)
    {
        using list = std::tuple<Layers...>;
        return (stack_internal::layer_can_take<
                    std::tuple_element_t<I + 1, list>,
                    stack_internal::fixed_output_of<std::tuple_element_t<I, list>>,
                    stack_internal::fixed_input_of<std::tuple_element_t<I + 1, list>>>::value &&
                ...);
    }

    /// Checks that no layer leaves out a gradient that another needs. Layers may have been assigned to.
    void check_gradients()
    {
        std::apply(
            [](auto&... l) {
                stack_internal::check_order_of_gradients(stack_internal::place_in_stack, l...);
            },
            layers_);
    }
    void begin_run() noexcept { kept_ = false; }
    template <bool Save, class Given>
    xt::xtensor<value_type, 3> const& run(Given const& given, lengths_view lengths)
    {
        auto const& y = run_all<Save>(given, lengths);
        record_runs();
        kept_ = Save;
        return y;
    }
    template <bool Save, class Given>
    xt::xtensor<value_type, 3> const& run_all(Given const& given, lengths_view lengths)
    {
        if constexpr (carries) {
            return windows_.template run<Save>(layers_, given, lengths);
        } else {
            return plain_.template run<Save>(layers_, given, lengths);
        }
    }

    std::tuple<Layers...> layers_;
    stack_internal::inner_runs<count> inner_runs_;
    stack_internal::plain_layers<Layers...> plain_;      // if it carries no states
    stack_internal::carried_layers<Layers...> windows_;  // if it does
    bool kept_ = false;
};

template <class... Layers>
stack(Layers&&...) -> stack<Layers...>;

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::stack_internal {

template <class... L>
struct find_inputs<stack<L...>> {
    using type = typename inputs_in_sequence<inputs_of_layer<L>...>::type;  ///< those of its layers
};

template <class... L>
struct find_carrying<stack<L...>> {
    static constexpr carrying value = carry_together<L...>::value;  ///< of its layers
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
