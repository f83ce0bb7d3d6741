#pragma once
/// @file
/// Forward runs over a time plan: their start, and chunks whose values are not saved.

#include <rondo/exec/pass_costs.hpp>
#include <rondo/exec/prologue_pass.hpp>
#include <rondo/exec/state_view.hpp>
#include <rondo/sequence/caller_states.hpp>
#include <rondo/time/time_plan.hpp>

#include <cstddef>
#include <span>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Loads the states before the first step of @p batch sequences: those of the caller or, if @p initial is
/// null, those of start(), which @p prologue has computed for rows in the order of the run, or else zeros.
template <class Cell, class T, class Sizes>
void load_initial_states(state_view<Cell, T> const& to, Sizes const& sizes, states_of<Cell, T> const* initial,
                         [[maybe_unused]] prologue_pass<Cell, T> const& prologue, std::ptrdiff_t batch,
                         std::span<std::ptrdiff_t const> sorted_indices = {})
{
    if constexpr (compiled<Cell>::shapes.has_start) {
        if (initial == nullptr) {
            load_states<Cell>(to, sizes, nullptr, 0, batch);  // lag<k>() reads zeros first
            prologue.load_start_states(to);
            return;
        }
    }
    load_states<Cell>(to, sizes, initial, 0, batch, sorted_indices);
}

/// Prepares a forward pass for all chunks of @p time, with memory for @p rows, and loads the states before
/// the first step, see load_initial_states(), into the rows from 0 on. Gives @p final its shape.
template <class Cell, class T, class Pass>
void start_sweep(Pass& pass, time_plan const& time, segment_rows const& rows,
                 states_of<Cell, T> const* initial, states_of<Cell, T>& final,
                 prologue_pass<Cell, T>& prologue)
{
    std::ptrdiff_t const batch = time.lengths().batch();
    pass.prepare(forward_rows(time.chunks().extents(), rows));
    pass.bind_prologue(prologue);
    load_initial_states(pass.states_at({.batch = batch}), pass.bound(), initial, prologue, batch,
                        time.lengths().sorted_indices());
    resize_states<Cell>(final, pass.bound(), batch);
}

/// Stores the final states of the sequences that end with chunk @p i, if @p final is not null. The states
/// after the chunk are @p last.
template <class Pass, class View, class States>
void store_final_states(Pass& pass, time_plan const& time, std::size_t i, View const& last, States* final)
{
    if (final != nullptr) {
        store_states<typename Pass::cell_type>(last, pass.bound(), *final, time.chunks().active_after(i),
                                               time.chunks()[i].batch, time.lengths().sorted_indices());
    }
}

/// Runs chunk @p i of @p time, which is @p here with other rows of data, and saves no values: it overwrites
/// those of the chunk before. The states that it begins with are in the rows from 0 on, and so are,
/// afterwards, those that the next chunk begins with.
template <class Pass, class States>
void run_without_saving(Pass& pass, time_plan const& time, std::size_t i, chunk here, States* final)
{
    here.saved_row = here.state_row = here.history_row = 0;
    pass.run(here, false);
    auto const last = pass.last_states(here);
    store_final_states(pass, time, i, last, final);
    std::ptrdiff_t const active = time.chunks().active_after(i);
    copy_states<typename Pass::cell_type>(last, pass.states_at({.batch = active}), active);
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
