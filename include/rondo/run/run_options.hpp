#pragma once
/// @file
/// What a run is told.

#include <rondo/run/workers.hpp>

#include <cstddef>

namespace rondo {

/// How a run is carried out.
struct run_options {
    /// Look for entries of the inputs, initial states and output gradients that are not finite, and
    /// throw on the first.
    bool check_finite = false;
    /// About how many rows (time and batch) the time-parallel work takes on at once. Temporaries
    /// take memory in proportion; fewer fit a nearer cache, more make larger products.
    std::ptrdiff_t rows_at_once = 512;
    /// The most bytes that forward() and backward() of a bptt may take together, outputs and gradients
    /// included; 0 for as many as it takes to keep everything. See plan_memory().
    std::size_t memory = 0;
    /// Whether the parameters are frozen: they are to stay as they are for as long as the run exists. Then
    /// each kind of call (forward, back, without keeping anything) packs the matrices when it first comes, and
    /// does not read them again. That saves later calls the time of multiplying by some 50 rows.
    bool frozen = false;
    /// Threads to share the work with, which must outlive the run; null for the calling one alone.
    workers* team = nullptr;
};

}  // namespace rondo
