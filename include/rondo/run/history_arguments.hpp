#pragma once
/// @file
/// The arguments of the runs over a history.

#include <rondo/model/step_sequences.hpp>
#include <rondo/sequence/per_sequence_views.hpp>
#include <rondo/sequence/sequence_views.hpp>
#include <rondo/time/lengths_view.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The inputs of a window: the next columns of a batch, and how many of them are steps of each sequence.
template <class Cell, class T>
struct history_window {
    sequence_views<step_inputs_of<Cell>, T> const& inputs;            ///< checked
    lengths_view lengths;                                             ///< checked; none for all columns
    per_sequence_views<step_inputs_of<Cell>, T> const& per_sequence;  ///< checked
    std::ptrdiff_t chunk_rows;                                        ///< see run_options
};

/// The loss whose gradient is taken over a history.
template <class Cell, class T>
struct history_loss {
    sequence_views<step_outputs_of<Cell>, T> const& output_gradients;  ///< of the last columns
    std::ptrdiff_t depth;       ///< how many columns to go back at most
    std::ptrdiff_t chunk_rows;  ///< see run_options
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
