#pragma once
/// @file
/// The simplest loss that depends on every output and final state: their weighted sum.

#include <rondo/error/input_error.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/array_shape.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::check_internal {

/// A loss with its derivatives with respect to the output and the final states. @p T is double. It is a
/// parameter so that programs without a check do not instantiate containers of double.
template <class Cell, class T = double>
struct loss_and_derivatives {
    using inputs_type = inputs_of<Cell, T>;  ///< of the run

    T value = 0;                        ///< of the loss
    outputs_of<Cell, T> output{};       ///< (time, batch, output), or several by name
    states_of<Cell, T> final_states{};  ///< each (batch, dimension of the state)
};

/// The sum of all outputs and final states, each entry times a weight. Its derivatives are the
/// weights, so that a gradient check with it sees every path through the cell.
template <class Cell, class T = double>
struct weighted_sum {
    outputs_of<Cell, T> output{};       ///< weights of the output, (time, batch, output), or of several
    states_of<Cell, T> final_states{};  ///< weights of the final states, each (batch, dimension)

    /// The loss of an output and final states, which must have the shapes of the weights.
    /// @throws input_error if they have not.
    loss_and_derivatives<Cell, T> operator()(outputs_of<Cell, T> const& y,
                                             states_of<Cell, T> const& last) const
    {
        using outputs = exec_internal::step_outputs_of<Cell>;
        loss_and_derivatives<Cell, T> out{0, output, final_states};
        for (std::size_t k = 0; k < outputs::count; ++k) {
            std::string_view const name = outputs::list[k].name.view();
            add(exec_internal::nth_array(output, k), exec_internal::nth_array(y, k),
                "the output" + (name.empty() ? "" : " \"" + std::string(name) + "\""), out.value);
        }
        for (std::size_t k = 0; k < final_states.size(); ++k) {
            add(final_states[k], last[k], "final state " + std::to_string(k + 1), out.value);
        }
        return out;
    }

   private:
    template <class Tensor>
    static void add(Tensor const& weights, Tensor const& of, std::string const& what, T& sum)
    {
        if (weights.shape() != of.shape()) {
            exec_internal::reject("the weights of " + what, "its shape, " + array_shape(of).text(),
                                  array_shape(weights).text());
        }
        array_shape(weights).check_entries("the weights of " + what);
        for (std::size_t i = 0; i < of.size(); ++i) {
            sum += weights.data()[i] * of.data()[i];
        }
    }
};

}  // namespace rondo::inline RONDO_ISA::check_internal
