#pragma once
/// @file
/// The states of a run that takes one step at a time, in rings.
///
/// A state that is carried over k steps has k + 1 slots: those of the last k steps, and one for the step that
/// is being taken. A step writes the free slot and reads the oldest, which becomes the free one. So no value
/// is copied from step to step, and the cost of a step does not depend on k. A state that can be updated in
/// place stays in its first slot.

#include <rondo/exec/state_view.hpp>
#include <rondo/kernel/static_for.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The rings of the states of @p Cell in the memory of a workspace. The arrays of the workspace point to the
/// slots that the next step reads and writes.
template <class Cell, class T>
class state_rings {
   public:
    /// Begins with the first slots of @p w, which has memory for all slots of @p voices sequences.
    template <class Exe>
    void start(workspace<Exe, T>& w, std::ptrdiff_t voices)
    {
        voices_ = voices;
        for (std::size_t k = 0; k < state_count<Cell>; ++k) {
            rows_of<T>& free = out(w, k);
            free.data += in_place_states<Exe>[k] ? 0 : delay_of_state<Cell>(k) * voices * free.row_stride;
        }
    }
    /// Begins every ring with its first slot. Returns the rows of the states that the next step finds, which
    /// are not set.
    template <class Exe>
    state_view<Cell, T> restart(workspace<Exe, T>& w)
    {
        for (std::size_t k = 0; k < state_count<Cell>; ++k) {
            if (std::ptrdiff_t const delay = delay_of_state<Cell>(k); delay > 1) {
                rows_of<T>& oldest = in(w, k);
                std::ptrdiff_t const slot = voices_ * oldest.row_stride;
                oldest.data -= slots_[k] * slot;
                out(w, k).data = oldest.data + delay * slot;
                slots_[k] = 0;
            }
        }
        return states_of_workspace<Cell>(w, {.first = 0, .history = 0, .batch = voices_},
                                         storage::carried_in);
    }
    /// Stores the states that the next step finds, in arrays of the right shapes.
    template <class Exe, class Sizes>
    void store(workspace<Exe, T>& w, Sizes const& sizes, states_of<Cell, T>& to)
    {
        for (std::size_t k = 0; k < state_count<Cell>; ++k) {
            std::ptrdiff_t const size = entries_of(sizes, compiled<Cell>::shapes.states[k]);
            std::ptrdiff_t const delay = delay_of_state<Cell>(k);
            rows_of<T> const& oldest = in(w, k);
            for (std::ptrdiff_t j = 0; j < delay; ++j) {
                bool const wraps = slots_[k] + j > delay;
                std::ptrdiff_t const row = (wraps ? j - delay - 1 : j) * voices_;
                for (std::ptrdiff_t b = 0; b < voices_; ++b) {
                    std::copy_n(oldest.row(row + b), size, to[k].data() + (b * delay + j) * size);
                }
            }
        }
    }
    /// After a step: the oldest slot becomes the free one.
    template <class Exe>
    RONDO_INLINE void advance(workspace<Exe, T>& w) noexcept
    {
        static_for<state_count<Cell>>([&]<std::size_t K>() RONDO_INLINE_LAMBDA {
            constexpr std::ptrdiff_t delay = delay_of_state<Cell>(K);
            T*& oldest = in(w, K).data;
            T*& free = out(w, K).data;
            std::swap(oldest, free);
            if constexpr (delay > 1) {
                std::ptrdiff_t const slot = voices_ * in(w, K).row_stride;
                bool const wraps = slots_[K] == delay;
                oldest = free + (wraps ? -delay * slot : slot);
                slots_[K] = wraps ? 0 : slots_[K] + 1;
            }
        });
    }

   private:
    template <class Exe>
    static rows_of<T>& in(workspace<Exe, T>& w, std::size_t k)
    {
        return w.array_of(storage::carried_in, static_cast<int>(k));
    }
    template <class Exe>
    static rows_of<T>& out(workspace<Exe, T>& w, std::size_t k)
    {
        return w.array_of(storage::carried_out, static_cast<int>(k));
    }
    std::ptrdiff_t voices_ = 0;
    std::array<std::ptrdiff_t, state_count<Cell>> slots_{};  // the oldest; only of states of several steps
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
