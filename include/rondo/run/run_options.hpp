#pragma once
/// @file
/// The options of a run.

#include <rondo/exec/thread_pool.hpp>
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
    /// Whether the parameters are frozen: they must not change after the first call. Weights are then packed
    /// at their first use only, once for forward(), infer() of large batches and backward() each; vectors are
    /// read in place. The run has no parameters to train. It saves time where sequences are few and short.
    bool frozen = false;
    /// Threads that share the work, which must outlive the run; null for the calling one alone.
    thread_pool* pool = nullptr;
};

}  // namespace rondo::inline RONDO_ISA
