#pragma once
/// @file
/// The states of a batch in the memory of a workspace: where they are, and how they get in and out.
///
/// There the states (backwards, their adjoints) are rows, one for every sequence, padded to full vectors.
/// The rows of consecutive time steps follow each other. A state that is carried over k steps has the rows of
/// k steps: the state before a step is in the first of them, and the value of the step before is in the last.

#include <rondo/exec/in_place_states.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/model/model.hpp>
#include <rondo/time/batch_lengths.hpp>
#include <rondo/time/chunk.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <functional>
#include <span>
#include <type_traits>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The rows of every state of a batch; row 0 is that of the first sequence in the oldest step.
template <class Cell, class T>
struct state_view {
    std::array<rows_of<T>, state_count<Cell>> states{};  ///< in the order of the step's arguments
    std::ptrdiff_t batch = 0;                            ///< how many sequences a step has

    /// The rows of state @p k.
    [[nodiscard]] rows_of<T> const& operator[](std::size_t k) const { return states[k]; }
    /// How many rows of state @p k there are.
    [[nodiscard]] std::ptrdiff_t rows(std::size_t k) const { return batch * delay_of_state<Cell>(k); }
};

/// The states in a workspace at rows @p at; @p kind says whether those that a step finds or leaves.
template <class Cell, class Exe, class T>
state_view<Cell, T> states_of_workspace(workspace<Exe, T>& w, state_rows at,
                                        storage kind = storage::carried_out)
{
    state_view<Cell, T> view{.batch = at.batch};
    for (std::size_t k = 0; k < view.states.size(); ++k) {
        view.states[k] = w.array_of(kind, static_cast<int>(k));
        view.states[k].first_row = -at.of(delay_of_state<Cell>(k));
    }
    return view;
}

/// @p view after steps of @p Exe that have updated states in place: those begin with row 0.
template <class Exe, class Cell, class T>
state_view<Cell, T> updated_in_place(state_view<Cell, T> view)
{
    for (std::size_t k = 0; k < view.states.size(); ++k) {
        view.states[k].first_row = in_place_states<Exe>[k] ? 0 : view.states[k].first_row;
    }
    return view;
}

/// Loads sequences @p first to @p last of a view from the caller's states, or fills them with zeros if @p
/// from is null. With @p sorted_indices, sequence b is the caller's `sorted_indices[b]`.
template <class Cell, class T, class Sizes>
void load_states(state_view<Cell, T> const& to, Sizes const& sizes,
                 std::type_identity_t<states_of<Cell, T>> const* from, std::ptrdiff_t first,
                 std::ptrdiff_t last, std::span<std::ptrdiff_t const> sorted_indices = {})
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        std::ptrdiff_t const size = entries_of(sizes, compiled<Cell>::shapes.states[k]);
        std::ptrdiff_t const delay = delay_of_state<Cell>(k);
        for (std::ptrdiff_t j = 0; j < delay; ++j) {
            for (std::ptrdiff_t b = first; b < last; ++b) {
                T* const row = to[k].row(j * to.batch + b);
                std::fill_n(row, to[k].row_stride, T(0));
                if (from != nullptr) {
                    std::ptrdiff_t const at = original_index(sorted_indices, b) * delay + j;
                    std::copy_n((*from)[k].data() + at * size, size, row);
                }
            }
        }
    }
}

/// Stores sequences @p first to @p last of a view into the caller's states, which have the right shapes. With
/// @p sorted_indices, sequence b is the caller's `sorted_indices[b]`.
template <class Cell, class T, class Sizes>
void store_states(state_view<Cell, T> const& from, Sizes const& sizes,
                  std::type_identity_t<states_of<Cell, T>>& to, std::ptrdiff_t first, std::ptrdiff_t last,
                  std::span<std::ptrdiff_t const> sorted_indices = {})
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        std::ptrdiff_t const size = entries_of(sizes, compiled<Cell>::shapes.states[k]);
        std::ptrdiff_t const delay = delay_of_state<Cell>(k);
        for (std::ptrdiff_t j = 0; j < delay; ++j) {
            for (std::ptrdiff_t b = first; b < last; ++b) {
                std::ptrdiff_t const at = original_index(sorted_indices, b) * delay + j;
                std::copy_n(from[k].row(j * from.batch + b), size, to[k].data() + at * size);
            }
        }
    }
}

/// Copies sequences 0 to @p count from one view to another. Their rows may overlap if the copy goes up and
/// @p from has at least the batch of @p to, or if it goes down and @p from has at most that batch.
template <class Cell, class T>
void copy_states(state_view<Cell, T> const& from, state_view<Cell, T> const& to, std::ptrdiff_t count)
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        if (from[k].row(0) == to[k].row(0) && from.batch == to.batch) {
            continue;
        }
        bool const is_block = count == from.batch && count == to.batch;
        std::ptrdiff_t const parts = is_block ? 1 : delay_of_state<Cell>(k);
        std::ptrdiff_t const rows = is_block ? from.rows(k) : count;
        bool const goes_down = std::less<T const*>{}(from[k].row(0), to[k].row(0));
        for (std::ptrdiff_t i = 0; i < parts; ++i) {
            std::ptrdiff_t const j = goes_down ? parts - 1 - i : i;
            std::memmove(to[k].row(j * to.batch), from[k].row(j * from.batch),
                         static_cast<std::size_t>(rows * from[k].row_stride) * sizeof(T));
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
