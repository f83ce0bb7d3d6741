#pragma once
/// @file
/// The unit of a run: consecutive steps that the same sequences take side by side.

#include <rondo/namespaces.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Steps of time, and where their rows stand. Rows count (time, batch): a step has one for every
/// sequence, and the next step's follow.
///
/// Full and truncated backpropagation, checkpoints and sequences of different lengths differ in
/// which stretches they run, what they keep of each, and what they hand from one to the next.
struct chunk {
    std::ptrdiff_t steps = 0;      ///< how many
    std::ptrdiff_t batch = 0;      ///< sequences that take them
    std::ptrdiff_t data_row = 0;   ///< of the first step, in the input, the output and their gradients
    std::ptrdiff_t saved_row = 0;  ///< of the first step, in what is remembered
    std::ptrdiff_t state_row = 0;  ///< of the states it begins with; those after each step follow

    /// Rows of all its steps.
    [[nodiscard]] constexpr std::ptrdiff_t rows() const noexcept { return steps * batch; }
    /// The row of the states that it ends with.
    [[nodiscard]] constexpr std::ptrdiff_t final_states() const noexcept { return state_row + rows(); }
    /// Steps @p first to @p first + @p count of it.
    [[nodiscard]] constexpr chunk part(std::ptrdiff_t first, std::ptrdiff_t count) const noexcept
    {
        std::ptrdiff_t const skipped = first * batch;
        return {count, batch, data_row + skipped, saved_row + skipped, state_row + skipped};
    }
};

/// How many steps of @p whole have about @p rows rows: at least one, at most all.
constexpr std::ptrdiff_t steps_of_rows(std::ptrdiff_t rows, chunk const& whole) noexcept
{
    return std::clamp<std::ptrdiff_t>(rows / whole.batch, 1, whole.steps);
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
