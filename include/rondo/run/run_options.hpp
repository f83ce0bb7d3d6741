#pragma once
/// @file
/// What a run is told.

#include <rondo/exec/thread_pool.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA {

/// How a run is carried out.
struct run_options {
    /// Look for entries of the inputs, initial states and output gradients that are not finite, and
    /// throw on the first.
    bool check_finite = false;
    /// About how many rows (time and batch) the time-parallel work takes on at once; forwards it is at most
    /// blocking::forward_rows(). Temporaries take memory in proportion; fewer fit a nearer cache, more make
    /// larger products.
    std::ptrdiff_t chunk_rows = 512;
    /// The most bytes that forward() and backward() of a bptt may take together, outputs and gradients
    /// included; 0 for as many as it takes to keep everything. See plan_memory().
    std::size_t memory = 0;
    /// Whether the parameters are frozen: from the first call on they must stay as they are. What packs
    /// matrices (forward(), infer() of large batches and backward(), each for itself) then does so at its
    /// first use only; vectors are read as they stand. The run offers nothing to train. It saves time where
    /// sequences are few and short: of an LSTM of 256 features and 100 steps of one sequence, a tenth.
    bool frozen = false;
    /// Threads to share the work with, which must outlive the run; null for the calling one alone.
    thread_pool* pool = nullptr;
};

}  // namespace rondo::inline RONDO_ISA
