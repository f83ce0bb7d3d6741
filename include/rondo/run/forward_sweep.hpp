#pragma once
/// @file
/// Forward runs over a time plan: their start, and the sweep over chunks whose values are not saved.

#include <rondo/exec/pass_costs.hpp>
#include <rondo/exec/state_view.hpp>
#include <rondo/sequence/caller_states.hpp>
#include <rondo/time/time_plan.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Arguments and results of a forward run. Input and output have the rows of a time plan, states are in the
/// caller's order.
template <class Cell, class T>
struct forward_arrays {
    T const* input;                     ///< (rows, input)
    T* output;                          ///< (rows, output)
    states_of<Cell, T> const* initial;  ///< null for zeros
    states_of<Cell, T>* final;          ///< resized and filled in
};

/// Prepares a forward pass for all chunks of @p time, with memory for @p rows, and loads the initial states
/// into row 0.
template <class Pass, class Cell, class T>
void start_sweep(Pass& pass, time_plan const& time, segment_rows const& rows,
                 forward_arrays<Cell, T> const& arrays)
{
    std::ptrdiff_t const batch = time.lengths().batch();
    pass.prepare(forward_rows(time.chunks().extents(), rows));
    pass.bind(arrays.input, arrays.output);
    load_states<Cell>(pass.states_at(0), pass.bound(), arrays.initial, 0, batch,
                      time.lengths().sorted_indices());
    resize_states<Cell>(*arrays.final, pass.bound(), batch);
}

/// Stores the final states of the sequences that end with chunk @p i, if @p final is not null. The states
/// after the chunk are in row @p row.
template <class Pass, class States>
void store_final_states(Pass& pass, time_plan const& time, std::size_t i, std::ptrdiff_t row, States* final)
{
    if (final != nullptr) {
        store_states<typename Pass::cell_type>(pass.states_at(row), pass.bound(), *final,
                                               time.chunks().active_after(i), time.chunks()[i].batch,
                                               time.lengths().sorted_indices());
    }
}

/// Runs chunks @p first to @p last and saves no values: each chunk overwrites those of the one before. The
/// states that the first begins with are in row 0, and so are those that the last ends with, afterwards.
template <class Pass, class States>
void sweep_without_saving(Pass& pass, time_plan const& time, std::size_t first, std::size_t last,
                          States* final)
{
    using cell = typename Pass::cell_type;
    for (std::size_t i = first; i < last; ++i) {
        chunk here = time.chunks()[i];
        here.saved_row = here.state_row = 0;
        pass.run(here);
        store_final_states(pass, time, i, here.final_states(), final);
        copy_states<cell>(pass.states_at(here.final_states()), pass.states_at(0), here.batch);
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
