#pragma once
/// @file
/// Puts states into the memory that carries them from step to step, and takes them out.
///
/// In a workspace the states (backwards, their adjoints) of consecutive steps stand one after the
/// other, a slot for the states of a whole batch, rows padded to full vectors.

#include <rondo/run/sequence.hpp>
#include <rondo/run/workspace.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace rondo {

/// The states of @p batch sequences, @p number steps after the first ones in memory.
struct state_slot {
    std::ptrdiff_t number;  ///< from the first in memory
    std::ptrdiff_t batch;   ///< rows of a slot
};

/// Where state @p k of a slot stands.
template <class Code, class T>
T* slot_data(workspace<Code, T>& w, std::size_t k, state_slot slot)
{
    rows_of<T> const& rows = *w.find(storage::carried_out, static_cast<int>(k));
    return rows.data + slot.number * slot.batch * rows.row_step;
}

/// Fills a slot from @p from, or with zeros if that is null.
/// @throws std::invalid_argument if a shape is not (batch, dimension of the state), or, where asked
///         to check, an entry is not finite; @p what names the argument.
template <class Cell, class Code, class T, class Sizes>
void put_states(workspace<Code, T>& w, Sizes const& sizes, states<Cell, T> const* from,
                state_slot slot, std::string_view what, bool check_finite)
{
    auto const& shapes = compiled<Cell>::shapes;
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        dimension_id const dim = shapes.states[k].rows;
        std::ptrdiff_t const size = sizes[dim];
        std::ptrdiff_t const step = workspace<Code, T>::row_step(sizes, dim);
        T* to = slot_data(w, k, slot);
        std::fill_n(to, slot.batch * step, T(0));
        if (from == nullptr) {
            continue;
        }
        check_state((*from)[k], k, slot.batch, size,
                    shapes.dimensions[static_cast<std::size_t>(dim)], what, check_finite);
        for (std::ptrdiff_t b = 0; b < slot.batch; ++b, to += step) {
            std::copy_n((*from)[k].data() + b * size, size, to);
        }
    }
}

/// Copies a slot to @p to, which gets the right shapes.
template <class Cell, class Code, class T, class Sizes>
void get_states(workspace<Code, T>& w, Sizes const& sizes, states<Cell, T>& to, state_slot slot)
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        dimension_id const dim = compiled<Cell>::shapes.states[k].rows;
        std::ptrdiff_t const size = sizes[dim];
        std::ptrdiff_t const step = workspace<Code, T>::row_step(sizes, dim);
        to[k].resize({static_cast<std::size_t>(slot.batch), static_cast<std::size_t>(size)});
        T const* from = slot_data(w, k, slot);
        for (std::ptrdiff_t b = 0; b < slot.batch; ++b, from += step) {
            std::copy_n(from, size, to[k].data() + b * size);
        }
    }
}

/// Copies one slot to another, as from the end of one span of steps to the beginning of the next.
template <class Cell, class Code, class T>
void move_states(workspace<Code, T>& w, state_slot from, state_slot to)
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        std::ptrdiff_t const entries =
            from.batch * w.find(storage::carried_out, static_cast<int>(k))->row_step;
        std::copy_n(slot_data(w, k, from), entries, slot_data(w, k, to));
    }
}

}  // namespace rondo
