#pragma once
/// @file
/// Derivatives of a model along a direction: products with its Jacobian and with the Hessian of a loss.

#include <rondo/cell/with_tangent.hpp>
#include <rondo/error/concat.hpp>
#include <rondo/error/input_error.hpp>
#include <rondo/lang/start.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/model_of_sizes.hpp>
#include <rondo/model/model_reference.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/sequence/copy_sequences.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The number of a sequence's tangent among the inputs of with_tangent<Cell>; that of the sequence is the
/// same as in the cell. Symbols have none.
template <class Cell>
constexpr std::size_t tangent_of_input(std::size_t k)
{
    using inputs = step_inputs_of<Cell>;
    std::size_t tangent = inputs::count;
    for (std::size_t i = 0; i < k; ++i) {
        tangent += inputs::list[i].is_symbol ? 0 : 1;
    }
    return tangent;
}

/// The number of the tangent of a per-sequence input among the per-sequence inputs of with_tangent<Cell>.
template <class Cell>
constexpr std::size_t tangent_of_per_sequence(std::size_t k)
{
    using inputs = step_inputs_of<Cell>;
    std::size_t tangent = inputs::per_sequence_count;
    for (std::size_t i = 0; i < k; ++i) {
        tangent += inputs::per_sequence_list[i].is_symbol ? 0 : 1;
    }
    return tangent;
}

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The arguments of tangent_run::backward() besides the derivatives with respect to the output.
template <class Cell, class T>
struct tangent_backward_arguments {
    states_view<Cell, T> final{};          ///< the loss's derivative by the final states; none for zeros
    states_view<Cell, T> final_tangent{};  ///< the change of `final` along the direction; none for zeros
};

/// Derivatives of a model along a direction in the space of parameters, inputs and initial states.
///
/// @code
/// tangent_run run{m};
/// auto const& y = run.forward(x, direction);       // y["y"_s], and its change y["y.tangent"_s] = J v
/// auto const& g = run.backward(dy, dy_tangent);    // H v, for a loss with the derivative dy
/// @endcode
///
/// A direction is a @ref gradients "gradients<Cell, T>"; parts of it without entries are zero. The first
/// product is forward mode: exact to rounding, and no adjoints are saved or computed. The second one is
/// reverse mode of forward mode (Pearlmutter 1994): no Hessian is formed. Forward costs about two forward
/// runs of a bptt, and backward two or three of its backward runs; memory is about twice that of a bptt.
template <class Cell, class T = float, class... Fixed>
class tangent_run {
   public:
    using model_type = model<Cell, T, Fixed...>;  ///< type of the model
    using tangent_cell = with_tangent<Cell>;      ///< the step that is run

    /// Refers to @p m, whose parameters every forward() reads.
    /// @throws std::logic_error if @p m was moved from; input_error if @p options freeze the parameters, to
    ///         which the direction belongs, or leave out the gradient of the input.
    explicit tangent_run(model_type const& m, run_options options = {})
        : model_(m),
          tangents_(exec_internal::model_of_sizes<tangent_cell, T>(m.bound())),
          run_(tangents_, checked(options)),
          product_(exec_internal::make_gradients<T>(m.bound(), false))
    {
    }

    /// Runs over @p x, of shape (time, batch, input) or several inputs by name, from the states
    /// `with.initial`. Returns the outputs, and the change of each along @p direction: by name, `y` and
    /// `y.tangent` for a cell with a single output. Valid until the next call.
    ///
    /// A cell with a start() begins with it, and with its change along the direction of the parameters and of
    /// the per-sequence inputs, unless states are given. Then the direction has no initial states.
    /// @throws input_error if a shape is not the expected one, see bptt::forward(), or if the direction has
    ///         initial states although the sequences begin with start().
    template <class X = exec_internal::numbers_in_braces>
    outputs_of<tangent_cell, T> const& forward(X const& x, gradients<Cell, T> const& direction,
                                               forward_arguments<Cell, T>&& with = {})
    {
        set(x, direction, with.initial.get());
        return run_.forward(x_, {.lengths = with.lengths, .initial = initial_of(with.initial.get())});
    }
    /// Runs without saving values, so backward() cannot follow; see bptt::infer().
    template <class X = exec_internal::numbers_in_braces>
    outputs_of<tangent_cell, T> const& infer(X const& x, gradients<Cell, T> const& direction,
                                             forward_arguments<Cell, T>&& with = {})
    {
        set(x, direction, with.initial.get());
        return run_.infer(x_, {.lengths = with.lengths, .initial = initial_of(with.initial.get())});
    }
    /// The final states of the last run, and then the change of each along the direction.
    [[nodiscard]] states_of<tangent_cell, T> const& final_states() const { return run_.final_states(); }

    /// The change along the direction of the gradient of a loss, which is the product of its Hessian with the
    /// direction. @p dy, (time, batch, output) or several by name, is the loss's derivative with respect to
    /// the output, and @p dy_tangent the change of @p dy for the change y.tangent of the output: for a mean
    /// of squares 2 / N times y.tangent. Zeros for @p dy give the product with the Gauss-Newton matrix.
    /// @throws std::logic_error and input_error as bptt::backward().
    template <class Dy, class DyTangent>
    gradients<Cell, T> const& backward(Dy const& dy, DyTangent const& dy_tangent,
                                       tangent_backward_arguments<Cell, T> const& with = {})
    {
        std::size_t const steps = x_.at(0).shape()[0];
        std::size_t const batch = x_.at(0).shape()[1];
        auto const copy = [&](auto const& given) {
            return exec_internal::copy_sequences<outputs, T>(given, model_.bound(),
                                                             static_cast<std::ptrdiff_t>(steps),
                                                             static_cast<std::ptrdiff_t>(batch));
        };
        auto const own = copy(dy);
        auto const own_tangent = copy(dy_tangent);
        for (std::size_t k = 0; k < outputs::count; ++k) {
            // The adjoint of a tangent is the loss's derivative.
            dy_.at(2 * k) = exec_internal::nth_array(own_tangent, k);
            dy_.at(2 * k + 1) = exec_internal::nth_array(own, k);
        }
        set_states(final_, with.final_tangent.get(), with.final.get(), batch);
        keep_product(run_.backward(dy_, {.final = final_}));
        return *product_;
    }

   private:
    using inputs = exec_internal::step_inputs_of<Cell>;
    using outputs = exec_internal::step_outputs_of<Cell>;
    static constexpr std::size_t parameter_count = rondo::parameters<Cell, T>::count;
    static constexpr std::size_t state_count = exec_internal::state_count<Cell>;

    static run_options checked(run_options const& options)
    {
        if (options.frozen || !options.input_gradient) {
            exec_internal::reject("the options of a tangent_run", "frozen = false and input_gradient = true",
                                  options.frozen ? "frozen = true" : "input_gradient = false");
        }
        return options;
    }

    template <class X>
    void set(X const& x, gradients<Cell, T> const& direction, states_of<Cell, T> const* initial)
    {
        set_parameters(direction);
        auto const given = exec_internal::copy_sequences<inputs, T>(x, model_.bound());
        set_inputs(given, direction.input);
        if (begins_by_itself(initial)) {
            require_no_states(direction.initial);
        } else {
            set_states(initial_, initial, &direction.initial, exec_internal::nth_array(given, 0).shape()[1]);
        }
    }
    /// Whether the sequences begin with the start() of the cell, where @p initial is what the caller gave.
    static bool begins_by_itself(states_of<Cell, T> const* initial)
    {
        return lang_internal::has_start<Cell> && initial == nullptr;
    }
    states_view<tangent_cell, T> initial_of(states_of<Cell, T> const* given) const
    {
        return begins_by_itself(given) ? states_view<tangent_cell, T>{}
                                       : states_view<tangent_cell, T>{initial_};
    }
    /// The change of start() follows from that of its arguments, and one that is given would be lost.
    static void require_no_states(states_of<Cell, T> const& direction)
    {
        for (auto const& state : direction) {
            if (state.size() > 0) {
                exec_internal::reject("the initial states of the direction",
                                      "no entries, because the sequences begin with start()",
                                      exec_internal::concat(state.size(), " entries"));
            }
        }
    }
    void set_parameters(gradients<Cell, T> const& direction)
    {
        model_.update();
        auto& all = tangents_.parameters();
        if (!direction.parameters.flat().empty()) {
            direction.parameters.require_shapes_of(model_.parameters());
        }
        for (std::size_t i = 0; i < parameter_count; ++i) {
            std::ranges::copy(model_.parameters().entries(i), all.entries(i).begin());
            auto const along = direction.parameters.entries(i);
            auto const to = all.entries(parameter_count + i);
            std::ranges::fill(to, T(0));
            std::ranges::copy(along, to.begin());
        }
    }
    void set_inputs(inputs_of<Cell, T> const& x, inputs_of<Cell, T> const& direction)
    {
        for (std::size_t k = 0; k < inputs::count; ++k) {
            auto const& from = exec_internal::nth_array(x, k);
            x_.at(k) = from;
            if (inputs::list[k].is_symbol) {
                continue;
            }
            set_tangent(x_.at(exec_internal::tangent_of_input<Cell>(k)), from,
                        exec_internal::nth_array(direction, k));
        }
        if constexpr (inputs::per_sequence_count > 0) {
            for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
                x_.per_sequence(k) = x.per_sequence(k);
                if (!inputs::per_sequence_list[k].is_symbol) {
                    set_tangent(x_.per_sequence(exec_internal::tangent_of_per_sequence<Cell>(k)),
                                x.per_sequence(k), direction.per_sequence(k));
                }
            }
        }
    }
    /// Sets @p to, the tangent of @p of, to @p along, which has no entries for zeros.
    template <class Array>
    static void set_tangent(Array& to, Array const& of, Array const& along)
    {
        to = along;
        if (along.size() == 0) {
            to.resize(of.shape());
            to.fill(T(0));
        }
    }
    /// Sets @p to to the states @p first and then @p second, each null or without entries for zeros.
    void set_states(states_of<tangent_cell, T>& to, states_of<Cell, T> const* first,
                    states_of<Cell, T> const* second, std::size_t batch)
    {
        exec_internal::resize_states<tangent_cell>(to, tangents_.bound(), static_cast<std::ptrdiff_t>(batch));
        for (std::size_t k = 0; k < state_count; ++k) {
            set_state(to[position_of(k, false)], first, k);
            set_state(to[position_of(k, true)], second, k);
        }
    }
    static void set_state(exec_internal::state_array<Cell, T>& to, states_of<Cell, T> const* from,
                          std::size_t k)
    {
        if (from != nullptr && (*from)[k].size() > 0) {
            to = (*from)[k];
        } else {
            to.fill(T(0));
        }
    }
    /// Where state @p k of the cell is among the states of the step with tangents, or where its tangent is.
    /// The step takes its states and their tangents; values of earlier steps and their tangents follow.
    static constexpr std::size_t position_of(std::size_t k, bool is_tangent)
    {
        constexpr std::size_t taken = std::tuple_size_v<typename lang_internal::call_of<Cell>::states>;
        if (k < taken) {
            return k + (is_tangent ? taken : 0);
        }
        return k + taken + (is_tangent ? state_count - taken : 0);
    }
    void keep_product(gradients<tangent_cell, T> const& g)
    {
        // The direction consists of constants, so the entries that are trained are those of the cell.
        std::ranges::copy(g.parameters.flat(), product_->parameters.flat().begin());
        for (std::size_t k = 0; k < inputs::count; ++k) {
            exec_internal::nth_array(product_->input, k) = g.input.at(k);
        }
        if constexpr (inputs::per_sequence_count > 0) {
            for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
                product_->input.per_sequence(k) = g.input.per_sequence(k);
            }
        }
        for (std::size_t k = 0; k < state_count; ++k) {
            product_->initial[k] = g.initial[position_of(k, false)];
        }
    }

    exec_internal::model_reference<Cell, T, Fixed...> model_;
    model<tangent_cell, T, Fixed...> tangents_;
    bptt<tangent_cell, T, Fixed...> run_;
    inputs_of<tangent_cell, T> x_;
    outputs_of<tangent_cell, T> dy_;
    states_of<tangent_cell, T> initial_{};
    states_of<tangent_cell, T> final_{};
    std::unique_ptr<gradients<Cell, T>> product_;
};

template <class Cell, class T, class... Fixed>
tangent_run(model<Cell, T, Fixed...> const&, run_options) -> tangent_run<Cell, T, Fixed...>;
template <class Cell, class T, class... Fixed>
tangent_run(model<Cell, T, Fixed...> const&) -> tangent_run<Cell, T, Fixed...>;

}  // namespace rondo::inline RONDO_ISA
