#pragma once
/// @file
/// Compares the derived gradient of a model with difference quotients, entry by entry.
///
/// The library derives, schedules and vectorises the gradient of a cell. This check is independent of
/// that: it runs the model forwards only, with one number changed at a time.

#include <rondo/check/compare_entries.hpp>
#include <rondo/check/difference_quotient.hpp>
#include <rondo/check/fill_randomly.hpp>
#include <rondo/check/gradient_report.hpp>
#include <rondo/check/weighted_sum.hpp>
#include <rondo/error/input_error.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/pass/find_gradient_obstacles.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/sequence/copy_sequences.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <random>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA {

/// Options of a gradient check.
struct gradient_check_options {
    /// Steps of the difference quotients, and the largest relative difference of two derivatives
    /// that agree. Derivatives below the rounding of the loss count as equal.
    difference_options differences{};
    /// Of the random weights, where no loss is given.
    unsigned seed = 1;
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::check_internal {

/// Whether a loss depends on the outputs alone.
template <class Loss, class Cell>
inline constexpr bool is_loss_of_output = std::invocable<Loss const&, outputs_of<Cell, double> const&>;

/// A loss of a run: a callable from the output (time, batch, output), or several by name, to its value and
/// its derivative with respect to the output, as a std::pair or another type that a structured binding takes
/// apart; or from output and final states to value and both derivatives.
template <class Loss, class Cell>
concept loss_of_run =
    is_loss_of_output<Loss, Cell> ||
    std::invocable<Loss const&, outputs_of<Cell, double> const&, states_of<Cell, double> const&>;

/// The obstacles of a cell, for a loss that depends on the final states or does not.
template <class Cell, bool WithStates>
inline constexpr gradient_obstacles obstacles_of = [] {
    auto const& shapes = compiled<Cell>::shapes;
    if constexpr (compiled<Cell>::has_prologue) {
        return find_gradient_obstacles(compiled<Cell>::whole,
                                       shapes.inputs.size() + shapes.per_sequence.size(),
                                       shapes.parameters.size(), WithStates);
    } else {
        return find_gradient_obstacles(compiled<Cell>::differentiable, shapes.inputs.size(),
                                       shapes.parameters.size(), WithStates);
    }
}();

/// Calls the loss with its arguments. A loss of the output alone has no derivative by the final states.
template <class Cell, class Loss>
loss_and_derivatives<Cell> evaluate_loss(Loss const& loss, outputs_of<Cell, double> const& y,
                                         states_of<Cell, double> const& last)
{
    if constexpr (is_loss_of_output<Loss, Cell>) {
        auto const& [value, derivative] = loss(y);
        loss_and_derivatives<Cell> out{value, derivative, last};
        for (auto& d : out.final_states) {
            d.fill(0);
        }
        return out;
    } else {
        auto const& [value, derivative, final_derivative] = loss(y, last);
        return {value, derivative, final_derivative};
    }
}

/// The size of the terms that a loss adds up, estimated from its derivatives.
template <class Cell>
double magnitude_of(loss_and_derivatives<Cell> const& l, outputs_of<Cell, double> const& y,
                    states_of<Cell, double> const& last)
{
    double sum = std::fabs(l.value);
    auto const add = [&](auto const& derivative, auto const& value) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            double const term = std::fabs(derivative.data()[i] * value.data()[i]);
            sum += std::isfinite(term) ? term : 0;
        }
    };
    for (std::size_t k = 0; k < exec_internal::step_outputs_of<Cell>::count; ++k) {
        add(exec_internal::nth_array(l.output, k), exec_internal::nth_array(y, k));
    }
    for (std::size_t k = 0; k < last.size(); ++k) {
        add(l.final_states[k], last[k]);
    }
    return sum;
}

/// Calls @p compare for every input of a run that has a derivative.
template <class Cell, class Compare>
void compare_inputs(inputs_of<Cell, double>& input, gradients<Cell, double> const& derived,
                    gradient_obstacles const& obstacles, Compare const& compare)
{
    using inputs = exec_internal::step_inputs_of<Cell>;
    for (std::size_t k = 0; k < inputs::count; ++k) {
        if (inputs::list[k].is_symbol) {
            continue;  // an integer has no derivative
        }
        auto& one = exec_internal::nth_array(input, k);
        std::string const name(inputs::list[k].name.view());
        compare(name.empty() ? "input" : "input " + name, {one.shape().begin(), one.shape().end()},
                {one.data(), one.size()}, exec_internal::nth_array(derived.input, k).data(),
                obstacles.inputs[k]);
    }
    if constexpr (inputs::per_sequence_count > 0) {
        for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
            auto& one = input.per_sequence(k);
            if (!inputs::per_sequence_list[k].is_symbol) {
                compare("input " + std::string(inputs::per_sequence_list[k].name.view()),
                        {one.shape().begin(), one.shape().end()}, {one.data(), one.size()},
                        derived.input.per_sequence(k).data(), obstacles.inputs[inputs::count + k]);
            }
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::check_internal

namespace rondo::inline RONDO_ISA {

/// Checks the gradient of @p loss over a run of @p m on @p x, (time, batch, input) or several inputs by name,
/// from @p initial states or, if they are `{}`, those of start() or zeros: of every parameter that is no
/// constant, of the inputs and of the initial states, entry by entry.
///
/// It performs at least four runs an entry, so it is for small sizes. Parameters are changed in between
/// and restored exactly, also if the loss throws.
///
/// Each derivative is estimated by estimate_derivative(), which explains how an entry with a kink is
/// distinguished from one that differs. Near a kink the derived gradient is one of many possible ones, so
/// such entries are counted and not compared.
///
/// A gradient that the cell chooses, by with_gradient() and the functions composed of it, is not the
/// derivative of the loss. Tensors whose values reach such an operation, at any step, are reported as
/// unchecked, with the name of the operation. So are tensors whose every path to the loss leads through a
/// step function.
/// @throws input_error if a shape is not the expected one, or the loss is not finite.
template <class Cell, class... Fixed, class X, check_internal::loss_of_run<Cell> Loss>
gradient_report check_gradient(model<Cell, double, Fixed...>& m, X const& x,
                               std::type_identity_t<states_view<Cell, double>> initial, Loss const& loss,
                               gradient_check_options const& options = {})
{
    bptt run{m};
    auto input = exec_internal::copy_sequences<exec_internal::step_inputs_of<Cell>, double>(x, m.bound());
    bool const has_initial = initial.get() != nullptr;
    states_of<Cell, double> start = has_initial ? *initial.get() : states_of<Cell, double>{};
    auto const from = has_initial ? states_view<Cell, double>(start) : states_view<Cell, double>();
    check_internal::restored_entries const restore(m.parameters().flat());

    auto const& y = run.forward(input, {.initial = from});
    auto const at = check_internal::evaluate_loss<Cell>(loss, y, run.final_states());
    if (!std::isfinite(at.value)) {
        exec_internal::reject("the loss of a gradient check", "a finite number", std::to_string(at.value));
    }
    gradients<Cell, double> const derived = run.backward(at.output, {.final = at.final_states});
    double const magnitude = check_internal::magnitude_of<Cell>(at, y, run.final_states());

    constexpr auto const& obstacles =
        check_internal::obstacles_of<Cell, !check_internal::is_loss_of_output<Loss, Cell>>;
    gradient_report report{at.value, {}};
    auto const compare = [&](std::string name, std::vector<std::size_t> shape, std::span<double> arguments,
                             double const* gradient, ir_internal::gradient_obstacle const& obstacle) {
        tensor_report& t = report.tensors.emplace_back();
        t.name = std::move(name);
        t.shape = std::move(shape);
        t.unchecked_because = obstacle.operation;
        if (!obstacle.empty()) {
            return;
        }
        check_internal::compare_entries(t, arguments, gradient, magnitude, options.differences, [&] {
            auto const& now = run.infer(input, {.initial = from});
            return check_internal::evaluate_loss<Cell>(loss, now, run.final_states()).value;
        });
    };
    for (std::size_t i = 0; i < m.parameters().count; ++i) {
        auto const& info = m.parameters().info(i);
        if (info.is_constant) {
            continue;
        }
        auto const shape = m.parameters().shape(i);
        compare(std::string(info.name.view()), {shape.begin(), shape.end()}, m.parameters().entries(i),
                derived.parameters.entries(i).data(), obstacles.parameters[i]);
    }
    check_internal::compare_inputs<Cell>(input, derived, obstacles, compare);
    for (std::size_t k = 0; has_initial && k < start.size(); ++k) {
        std::string_view const name = ir_internal::compiled<Cell>::shapes.state_names[k].view();
        compare("initial state " + (name.empty() ? std::to_string(k + 1) : std::string(name)),
                {start[k].shape().begin(), start[k].shape().end()}, {start[k].data(), start[k].size()},
                derived.initial[k].data(), obstacles.states[k]);
    }
    return report;
}

/// Checks the gradient of a weighted sum of all outputs and final states, with random weights.
template <class Cell, class... Fixed, class X>
gradient_report check_gradient(model<Cell, double, Fixed...>& m, X const& x,
                               std::type_identity_t<states_view<Cell, double>> initial,
                               gradient_check_options const& options = {})
{
    bptt run{m};
    std::mt19937_64 bits(options.seed);
    check_internal::weighted_sum<Cell> loss{run.infer(x, {.initial = initial}), run.final_states()};
    for (std::size_t k = 0; k < exec_internal::step_outputs_of<Cell>::count; ++k) {
        check_internal::fill_randomly(exec_internal::nth_array(loss.output, k), bits, 1);
    }
    for (auto& weights : loss.final_states) {
        check_internal::fill_randomly(weights, bits, 1);
    }
    return check_gradient(m, x, initial, loss, options);
}

/// Checks the gradient of a cell with random parameters (between -0.75 and 0.75), constants without a first
/// value among them, inputs and, unless it has a start(), initial states (between -1 and 1), given the sizes
/// of its dimensions: `check_gradient<lstm<>>(steps, batch, options, input{3}, hidden{5})`.
/// @throws input_error if there are no steps or no sequences, or more than memory can hold.
template <lang_internal::cell Cell, dimension_name... D>
gradient_report check_gradient(std::size_t steps, std::size_t batch, gradient_check_options const& options,
                               D... bound)
{
    model<Cell, double> m{bound...};
    m.bound().check_rows("check_gradient", static_cast<std::ptrdiff_t>(steps),
                         static_cast<std::ptrdiff_t>(batch));
    std::mt19937_64 bits(options.seed);
    for (std::size_t i = 0; i < m.parameters().count; ++i) {
        auto const& info = m.parameters().info(i);
        if (!info.is_constant || !info.has_first_value()) {
            check_internal::fill_randomly(m.parameters().entries(i), bits, 0.75);
        }
    }
    using inputs = exec_internal::step_inputs_of<Cell>;
    typename check_internal::loss_and_derivatives<Cell>::inputs_type x;
    exec_internal::resize_sequences<inputs, double>(x, static_cast<std::ptrdiff_t>(steps),
                                                    static_cast<std::ptrdiff_t>(batch), m.bound());
    states_of<Cell, double> initial = m.zero_states(batch);
    for (std::size_t k = 0; k < inputs::count; ++k) {
        auto& one = exec_internal::nth_array(x, k);
        if (auto const count = exec_internal::symbols_of<inputs>(m.bound(), k); count > 0) {
            check_internal::fill_with_symbols(one, bits, static_cast<std::size_t>(count));
        } else {
            check_internal::fill_randomly(one, bits, 1);
        }
    }
    if constexpr (inputs::per_sequence_count > 0) {
        exec_internal::resize_per_sequence<inputs, double>(x, static_cast<std::ptrdiff_t>(batch), m.bound());
        for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
            auto const& info = inputs::per_sequence_list[k];
            if (info.is_symbol) {
                check_internal::fill_with_symbols(x.per_sequence(k), bits,
                                                  static_cast<std::size_t>(m.bound()[info.shape.rows()]));
            } else {
                check_internal::fill_randomly(x.per_sequence(k), bits, 1);
            }
        }
    }
    if constexpr (ir_internal::compiled<Cell>::shapes.has_start) {
        return check_gradient(m, x, {}, options);
    } else {
        for (auto& s : initial) {
            check_internal::fill_randomly(s, bits, 1);
        }
        return check_gradient(m, x, initial, options);
    }
}

/// Rejected: difference quotients of a model in float are too inexact.
template <class Cell, class... Fixed, class X, class... Rest>
gradient_report check_gradient(model<Cell, float, Fixed...>&, X const&, Rest const&...)
{
    static_assert(sizeof(Cell) == 0,
                  "the gradient check works in double: make a model<cell, double> of the same sizes");
    return {};
}

}  // namespace rondo::inline RONDO_ISA
