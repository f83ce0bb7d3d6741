#pragma once
/// @file
/// The arguments and results of a run, as data that is read at run time.

#include <rondo/locate/recorded_model.hpp>
#include <rondo/time/time_plan.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// States of the caller's batch, or their gradients, each (batch, dimension of the state); none for zeros.
using state_numbers = static_vector<number_view, max_states>;

/// The sequences of each input or output of a step, or their gradients.
using sequence_numbers = static_vector<number_view, max_sequences>;

/// The order of the rows of a run in memory: that of a time plan, or (time, batch).
struct row_order {
    time_plan const* time = nullptr;           ///< null for (time, batch)
    std::ptrdiff_t batch = 0;                  ///< how many sequences
    std::ptrdiff_t steps = 0;                  ///< without a time plan, how many steps
    std::ptrdiff_t first_time = 0;             ///< the time that the caller gives to the first step
    std::span<std::ptrdiff_t const> starts{};  ///< the first step of each sequence; none if all are 0

    row_order() = default;
    /// The rows of @p plan, to which it refers.
    row_order(time_plan const& plan) noexcept  // NOLINT: an argument
        : time(&plan), batch(plan.lengths().batch())
    {
    }
    /// The rows (time, batch) of @p n steps of @p count sequences.
    row_order(std::ptrdiff_t n, std::ptrdiff_t count) noexcept : batch(count), steps(n) {}

    /// The place of sequence @p b among the sequences of a step.
    [[nodiscard]] std::ptrdiff_t place_of(std::ptrdiff_t b) const
    {
        if (time != nullptr) {
            if (auto const order = time->lengths().sorted_indices(); !order.empty()) {
                return std::ranges::find(order, b) - order.begin();
            }
        }
        return b;
    }
    /// The row of each step of sequence @p b, from its first step on.
    [[nodiscard]] std::vector<std::ptrdiff_t> rows_of(std::ptrdiff_t b) const
    {
        std::vector<std::ptrdiff_t> rows;
        if (time == nullptr) {
            for (std::ptrdiff_t t = first_step(b); t < steps; ++t) {
                rows.push_back(t * batch + b);
            }
            return rows;
        }
        std::ptrdiff_t const place = place_of(b);
        for (chunk const& c : time->chunks().all()) {
            for (std::ptrdiff_t t = 0; t < c.steps && place < c.batch; ++t) {
                rows.push_back(c.data_row + t * c.batch + place);
            }
        }
        return rows;
    }
    /// The first step of sequence @p b, counted in steps of the arrays.
    [[nodiscard]] std::ptrdiff_t first_step(std::ptrdiff_t b) const
    {
        return starts.empty() ? 0 : starts[static_cast<std::size_t>(b)];
    }
    /// The time of step @p t of sequence @p b, as the caller counts.
    [[nodiscard]] std::ptrdiff_t time_of(std::ptrdiff_t b, std::size_t t) const
    {
        return first_time + first_step(b) + static_cast<std::ptrdiff_t>(t);
    }
};

/// Refers to the arguments and results of a forward run that has finished, and of its backward run, if any.
///
/// The rows of the inputs and of the output gradients have an order of their own; all other arrays are in the
/// caller's order.
struct finished_run {
    recorded_model model{};                  ///< its step, sizes and parameters
    row_order rows{};                        ///< of inputs and output gradients
    sequence_numbers inputs{};               ///< each (rows, features)
    sequence_numbers per_sequence{};         ///< each (batch, features), in the order of the rows
    state_numbers initial{};                 ///< the states before the first step of each sequence
    sequence_numbers outputs{};              ///< each (time, batch, features); may have the last step or none
    state_numbers final{};                   ///< the states after the last step of each sequence
    bool is_backward = false;                ///< whether there was a backward run
    sequence_numbers output_gradients{};     ///< each (rows, features)
    state_numbers final_gradient{};          ///< with respect to the final states
    sequence_numbers input_gradients{};      ///< each (time, batch, features)
    state_numbers per_sequence_gradients{};  ///< with respect to the per-sequence inputs
    state_numbers initial_gradient{};        ///< with respect to the initial states
    static_vector<number_view, max_parameters> parameter_gradients{};  ///< row by row
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
