#pragma once
/// @file
/// The options of a run.

#include <rondo/exec/thread_pool.hpp>
#include <rondo/pass/find_stage_results.hpp>
#include <rondo/run/finite_check.hpp>
#include <rondo/run/input_selection.hpp>
#include <rondo/time/chunk.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA {

/// Memory, threads and checks of a run.
struct run_options {
    /// Whether to check that numbers are finite. If an input, an initial state or an output gradient is not,
    /// the run throws an input_error. If an output, a final state or a gradient is not, the run of one
    /// sequence is repeated step by step, which is slow, and a number_error names the value of the cell from
    /// which the number came, the step and the sequence. The check itself reads these arrays once more, and
    /// backward() checks that no entry of the parameters has changed since forward(), instead of three of
    /// each parameter.
    exec_internal::finite_check check_finite = false;
    /// About how many rows (time and batch) the time-parallel work takes at once; forwards at most
    /// blocking::forward_rows(). Temporaries take memory in proportion. Fewer rows stay in a nearer cache,
    /// more rows make larger products.
    std::ptrdiff_t chunk_rows = exec_internal::default_chunk_rows;
    /// The most bytes that forward() and backward() of a bptt may take together, outputs and gradients
    /// included; 0 for as many as it takes to save all values. Of a cell with a matrix among its states, 0
    /// stands for at most 512 MiB of saved values, beyond which steps are computed twice; a larger number
    /// saves more. See plan_memory().
    std::size_t memory = 0;
    /// Whether the parameters are frozen: they must not change after the first call. The run has no
    /// parameters to train, and backward() does not compute their gradients: `gradients.parameters` has no
    /// entries. Weights are packed at their first use only, once for forward(), infer() of large batches and
    /// backward() each; vectors are read in place. For gradients of parameters that are not to be changed,
    /// make the run of a const model instead.
    bool frozen = false;
    /// Whether backward() computes the gradient of the input. Without it `gradients.input` has no entries.
    /// The input of a model is often data, whose gradient nobody reads. If a cell computes this gradient
    /// in one stage with others, see find_stage_results(), leaving it out saves memory and no work.
    ///
    /// Of several inputs, those whose gradients are wanted can be named: `inputs_named(m, "x"_s, "gap"_s)`.
    exec_internal::input_selection input_gradient = true;
    /// Threads that share the work, which must outlive the run; null for the calling one alone.
    thread_pool* pool = nullptr;
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::exec_internal {

/// The gradients that a run of @p Cell computes.
/// @throws input_error if the options name inputs of another cell.
template <class Cell>
constexpr wanted_gradients wanted_by(run_options const& options)
{
    return {.input = options.input_gradient.inputs_of<Cell>(), .parameters = !options.frozen};
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
