#pragma once
/// @file
/// The memory of checkpoints.

#include <rondo/exec/state_view.hpp>
#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/time/checkpoint_schedule.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The states at the beginning of some segments, from which a run can start again.
template <class Cell, class T>
class checkpoint_store {
   public:
    /// Makes room for @p count checkpoints of as many sequences as @p states has, and saves the first: that
    /// of segment 0.
    void start(std::ptrdiff_t count, state_view<Cell, T> const& states)
    {
        entries_ = 0;
        for (std::size_t k = 0; k < state_count<Cell>; ++k) {
            entries_ += states.rows(k) * states[k].row_stride;
        }
        memory_.reserve(count * entries_);
        schedule_.start(count);
        copy_states<Cell>(states, last(states), states.batch);
    }
    /// Saves a checkpoint at the beginning of segment @p i, behind the last.
    void save(std::ptrdiff_t i, state_view<Cell, T> const& states)
    {
        schedule_.put(i);
        copy_states<Cell>(states, last(states), states.batch);
    }
    /// Loads the last checkpoint at or before segment @p i, and drops those after it. `states_before(s)` is
    /// where the states that segment s begins with go. Returns the segment of the checkpoint.
    template <class StatesBefore>
    std::ptrdiff_t load_before(std::ptrdiff_t i, StatesBefore const& states_before)
    {
        std::ptrdiff_t const segment = schedule_.last_before(i);
        state_view<Cell, T> const states = states_before(segment);
        copy_states<Cell>(last(states), states, states.batch);
        return segment;
    }
    /// The segment up to which to advance from the last checkpoint on the way to segment @p i; see
    /// checkpoint_schedule::next_before().
    [[nodiscard]] std::ptrdiff_t next_before(std::ptrdiff_t i) const { return schedule_.next_before(i); }

   private:
    /// The rows of the last checkpoint, with the strides of @p like.
    state_view<Cell, T> last(state_view<Cell, T> like)
    {
        T* data = memory_.data() + schedule_.last_index() * entries_;
        for (std::size_t k = 0; k < state_count<Cell>; ++k) {
            rows_of<T>& r = like.states[k];
            r = {data, r.row_stride, 0};
            data += like.rows(k) * r.row_stride;
        }
        return like;
    }

    checkpoint_schedule schedule_;
    grow_only_buffer<T> memory_;
    std::ptrdiff_t entries_ = 0;  // of a checkpoint of all sequences
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
