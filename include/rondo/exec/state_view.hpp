#pragma once
/// @file
/// Puts states into the memory that carries them from step to step, and takes them out.
///
/// In memory the states (backwards, their adjoints) are rows, one for every sequence, padded to full
/// vectors, those of consecutive steps one after the other.

#include <rondo/exec/workspace.hpp>
#include <rondo/sequence/sequence.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Where the states of a batch stand: the rows of each, of which row 0 is the first sequence's.
template <class Cell, class T>
using state_view = std::array<rows_of<T>, state_count<Cell>>;

/// Those that stand in a workspace, from row @p first on.
template <class Cell, class Exe, class T>
state_view<Cell, T> states_of_workspace(workspace<Exe, T>& w, std::ptrdiff_t first)
{
    state_view<Cell, T> found;
    for (std::size_t k = 0; k < found.size(); ++k) {
        found[k] = *w.find(storage::carried_out, static_cast<int>(k));
        found[k].first_row = -first;
    }
    return found;
}

/// Checks states of the caller's for @p batch sequences; null passes.
/// @throws std::invalid_argument if a shape is not (batch, dimension of the state), or, where asked
///         to check, an entry is not finite; @p what names the argument.
template <class Cell, class T, class Sizes>
void check_states(states_of<Cell, T> const* s, Sizes const& sizes, std::ptrdiff_t batch,
                  std::string_view what, bool check_finite)
{
    auto const& shapes = compiled<Cell>::shapes;
    for (std::size_t k = 0; s != nullptr && k < state_count<Cell>; ++k) {
        dimension_id const dim = shapes.states[k].rows;
        check_state((*s)[k], k, batch, sizes[dim], shapes.dimensions[static_cast<std::size_t>(dim)], what,
                    check_finite);
    }
}

/// The row of a batch of the caller's that row @p b of a run stands for.
inline std::ptrdiff_t callers_row(std::span<std::ptrdiff_t const> order, std::ptrdiff_t b)
{
    return order.empty() ? b : order[static_cast<std::size_t>(b)];
}

/// Fills rows @p first to @p last from @p from, or with zeros if that is null; see callers_row().
template <class Cell, class T, class Sizes>
void load_states(state_view<Cell, T> const& to, Sizes const& sizes,
                 std::type_identity_t<states_of<Cell, T>> const* from, std::ptrdiff_t first,
                 std::ptrdiff_t last, std::span<std::ptrdiff_t const> order = {})
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        std::ptrdiff_t const size = sizes[compiled<Cell>::shapes.states[k].rows];
        for (std::ptrdiff_t b = first; b < last; ++b) {
            std::fill_n(to[k].row(b), to[k].row_stride, T(0));
            if (from != nullptr) {
                std::copy_n((*from)[k].data() + callers_row(order, b) * size, size, to[k].row(b));
            }
        }
    }
}

/// Gives states of the caller's the right shapes.
template <class Cell, class T, class Sizes>
void resize_states(states_of<Cell, T>& s, Sizes const& sizes, std::ptrdiff_t batch)
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        std::ptrdiff_t const size = sizes[compiled<Cell>::shapes.states[k].rows];
        s[k].resize({static_cast<std::size_t>(batch), static_cast<std::size_t>(size)});
    }
}

/// Copies rows @p first to @p last to states of the right shapes; see callers_row().
template <class Cell, class T, class Sizes>
void store_states(state_view<Cell, T> const& from, Sizes const& sizes, states_of<Cell, T>& to,
                  std::ptrdiff_t first, std::ptrdiff_t last, std::span<std::ptrdiff_t const> order = {})
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        std::ptrdiff_t const size = sizes[compiled<Cell>::shapes.states[k].rows];
        for (std::ptrdiff_t b = first; b < last; ++b) {
            std::copy_n(from[k].row(b), size, to[k].data() + callers_row(order, b) * size);
        }
    }
}

/// Copies rows 0 to @p batch from one place to another, which may be the same.
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
