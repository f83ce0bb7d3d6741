#pragma once
/// @file
/// The unit of a run: consecutive time steps that the same sequences take side by side.

#include <rondo/namespaces.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// About how many rows a chunk has unless run_options say otherwise.
inline constexpr std::ptrdiff_t default_chunk_rows = 512;

/// The rows of the states before a step, or after one. A state that is carried over k steps has k rows for
/// each sequence there, those of the oldest step first.
struct state_rows {
    std::ptrdiff_t first = 0;    ///< of the states that are carried over one step
    std::ptrdiff_t history = 0;  ///< rows for every further step that a state is carried over
    std::ptrdiff_t batch = 0;    ///< how many sequences a step has

    /// The first row of a state that is carried over @p delay steps.
    [[nodiscard]] constexpr std::ptrdiff_t of(std::ptrdiff_t delay) const noexcept
    {
        return first + (delay - 1) * history;
    }
};

/// Consecutive time steps, and where their rows begin in memory. Rows count (time, batch): a step has
/// one row for every sequence, and the rows of the next step follow.
///
/// Full and truncated backpropagation, checkpoints and sequences of different lengths differ only in
/// which chunks they run, which values of each they save, and which states they pass on.
struct chunk {
    std::ptrdiff_t steps = 0;        ///< how many time steps
    std::ptrdiff_t batch = 0;        ///< how many sequences take them
    std::ptrdiff_t data_row = 0;     ///< of the first step, in the input, the output and their gradients
    std::ptrdiff_t saved_row = 0;    ///< of the first step, in the saved values
    std::ptrdiff_t state_row = 0;    ///< of the states it begins with; the states after each step follow
    std::ptrdiff_t history_row = 0;  ///< added to that for a longer delay, see state_rows

    /// Rows of all steps.
    [[nodiscard]] constexpr std::ptrdiff_t rows() const noexcept { return steps * batch; }
    /// The row of the states that it ends with.
    [[nodiscard]] constexpr std::ptrdiff_t final_states() const noexcept { return state_row + rows(); }
    /// The rows of the states that it begins with.
    [[nodiscard]] constexpr state_rows states_before() const noexcept
    {
        return {.first = state_row, .history = history_row, .batch = batch};
    }
    /// The rows of the states that it ends with.
    [[nodiscard]] constexpr state_rows states_after() const noexcept
    {
        return {.first = final_states(), .history = history_row, .batch = batch};
    }
    /// The @p count steps from step @p first on.
    [[nodiscard]] constexpr chunk part(std::ptrdiff_t first, std::ptrdiff_t count) const noexcept
    {
        std::ptrdiff_t const skipped = first * batch;
        return {.steps = count,
                .batch = batch,
                .data_row = data_row + skipped,
                .saved_row = saved_row + skipped,
                .state_row = state_row + skipped,
                .history_row = history_row};
    }
};

/// How many time steps of @p batch sequences make about @p rows rows: at least one, at most @p steps.
constexpr std::ptrdiff_t steps_in_rows(std::ptrdiff_t rows, std::ptrdiff_t steps,
                                       std::ptrdiff_t batch) noexcept
{
    return std::clamp<std::ptrdiff_t>(rows / batch, 1, steps);
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
