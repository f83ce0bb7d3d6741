#pragma once
/// @file
/// The states of a batch in the memory of a workspace: where they are, and how they get in and out.
///
/// There the states (backwards, their adjoints) are rows, one for every sequence, padded to full vectors.
/// The rows of consecutive time steps follow each other.

#include <rondo/exec/workspace.hpp>
#include <rondo/model/model.hpp>
#include <rondo/time/batch_lengths.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The rows of every state of a batch; row 0 is that of the first sequence.
template <class Cell, class T>
using state_view = std::array<rows_of<T>, state_count<Cell>>;

/// The states in a workspace from row @p first on; @p kind says whether those that a step finds or leaves.
template <class Cell, class Exe, class T>
state_view<Cell, T> states_of_workspace(workspace<Exe, T>& w, std::ptrdiff_t first,
                                        storage kind = storage::carried_out)
{
    state_view<Cell, T> view;
    for (std::size_t k = 0; k < view.size(); ++k) {
        view[k] = w.array_of(kind, static_cast<int>(k));
        view[k].first_row = -first;
    }
    return view;
}

/// Loads rows @p first to @p last of a view from the caller's states, or fills them with zeros if @p from is
/// null. With @p sorted_indices, row b is that of the caller's sequence `sorted_indices[b]`.
template <class Cell, class T, class Sizes>
void load_states(state_view<Cell, T> const& to, Sizes const& sizes,
                 std::type_identity_t<states_of<Cell, T>> const* from, std::ptrdiff_t first,
                 std::ptrdiff_t last, std::span<std::ptrdiff_t const> sorted_indices = {})
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        std::ptrdiff_t const size = sizes[compiled<Cell>::shapes.states[k].rows];
        for (std::ptrdiff_t b = first; b < last; ++b) {
            std::fill_n(to[k].row(b), to[k].row_stride, T(0));
            if (from != nullptr) {
                std::copy_n((*from)[k].data() + original_index(sorted_indices, b) * size, size, to[k].row(b));
            }
        }
    }
}

/// Stores rows @p first to @p last of a view into the caller's states, which have the right shapes. With @p
/// sorted_indices, row b is that of the caller's sequence `sorted_indices[b]`.
template <class Cell, class T, class Sizes>
void store_states(state_view<Cell, T> const& from, Sizes const& sizes,
                  std::type_identity_t<states_of<Cell, T>>& to, std::ptrdiff_t first, std::ptrdiff_t last,
                  std::span<std::ptrdiff_t const> sorted_indices = {})
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        std::ptrdiff_t const size = sizes[compiled<Cell>::shapes.states[k].rows];
        for (std::ptrdiff_t b = first; b < last; ++b) {
            std::copy_n(from[k].row(b), size, to[k].data() + original_index(sorted_indices, b) * size);
        }
    }
}

/// Copies rows 0 to @p batch from one view to another, which may be the same.
template <class Cell, class T>
void copy_states(state_view<Cell, T> const& from, state_view<Cell, T> const& to, std::ptrdiff_t batch)
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        if (from[k].row(0) != to[k].row(0)) {
            std::copy_n(from[k].row(0), batch * from[k].row_stride, to[k].row(0));
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
