#pragma once
/// @file
/// The options of a run.

#include <rondo/exec/thread_pool.hpp>
#include <rondo/pass/find_needed_stages.hpp>
#include <rondo/run/finite_check.hpp>
#include <rondo/time/chunk.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA {

/// Memory, threads and checks of a run.
struct run_options {
    /// Whether to check that numbers are finite. An input, initial state or output gradient that is not makes
    /// the run throw an input_error. An output, final state or gradient that is not makes it repeat the run
    /// of one sequence step by step, which is slow, and throw a number_error that names the value of the cell
    /// that it came from, the step and the sequence. The check itself reads these arrays once more, and
    /// backward() compares all entries of the parameters with those of forward(), instead of three of each.
    exec_internal::finite_check check_finite = false;
    /// About how many rows (time and batch) the time-parallel work takes at once; forwards at most
    /// blocking::forward_rows(). Temporaries take memory in proportion. Fewer rows stay in a nearer cache,
    /// more rows make larger products.
    std::ptrdiff_t chunk_rows = exec_internal::default_chunk_rows;
    /// The most bytes that forward() and backward() of a bptt may take together, outputs and gradients
    /// included; 0 for as many as it takes to save all values. See plan_memory().
    std::size_t memory = 0;
    /// Whether the parameters are frozen: they must not change after the first call. The run has no
    /// parameters to train, and backward() does not compute their gradients: `gradients.parameters` has no
    /// entries. Weights are packed at their first use only, once for forward(), infer() of large batches and
    /// backward() each; vectors are read in place. For gradients of parameters that are not to be changed,
    /// make the run of a const model instead.
    bool frozen = false;
    /// Whether backward() computes the gradient of the input. Without it `gradients.input` has no entries.
    /// The input of a model is often data, whose gradient nobody reads. A cell that computes this gradient in
    /// one pass with others, see find_needed_stages(), saves its memory alone.
    bool input_gradient = true;
    /// Threads that share the work, which must outlive the run; null for the calling one alone.
    thread_pool* pool = nullptr;
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::exec_internal {

/// The gradients that a run computes.
constexpr wanted_gradients wanted_by(run_options const& options) noexcept
{
    return {.input = options.input_gradient, .parameters = !options.frozen};
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
