#pragma once
/// @file
/// The states, or their adjoints, of all sequences of a batch between the chunks of a history.

#include <rondo/exec/state_view.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/kernel/executable.hpp>
#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/model/model.hpp>
#include <rondo/sequence/caller_states.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A row of each state for every sequence of the caller's batch, in the caller's order; of a state that is
/// carried over k steps, the rows of k steps. A chunk takes the rows of its sequences, and puts them back.
template <class Cell, class T>
class carried_states {
   public:
    /// Makes room for @p batch sequences, with states of zeros.
    template <class Sizes>
    void start(Sizes const& sizes, std::ptrdiff_t batch)
    {
        rows_.batch = batch;
        for (std::size_t k = 0; k < state_count<Cell>; ++k) {
            std::ptrdiff_t const stride =
                workspace<forward_exe<Cell>, T>::row_stride(sizes, compiled<Cell>::shapes.states[k]);
            std::ptrdiff_t const entries = rows_.rows(k) * stride;
            rows_.states[k] = {memory_[k].reserve(entries), stride, 0};
            std::fill_n(rows_[k].data, entries, T(0));
        }
    }
    /// Sets the states of all sequences to those @p from, each (batch, dimension), or to zeros if it is null.
    template <class Sizes>
    void load(Sizes const& sizes, states_of<Cell, T> const* from)
    {
        load_states<Cell>(rows_, sizes, from, 0, rows_.batch);
    }
    /// Sets the state of sequence @p b to that @p from, of (1, dimension), or to zeros if it is null.
    template <class Sizes>
    void load(Sizes const& sizes, std::ptrdiff_t b, states_of<Cell, T> const* from)
    {
        state_view<Cell, T> one = rows_;
        for (auto& state : one.states) {
            state.first_row -= b;
        }
        load_states<Cell>(one, sizes, from, 0, 1);
    }
    /// Stores the states of all sequences in @p to, which it gives their shapes.
    template <class Sizes>
    void store(Sizes const& sizes, states_of<Cell, T>& to) const
    {
        resize_states<Cell>(to, sizes, rows_.batch);
        store_states<Cell>(rows_, sizes, to, 0, rows_.batch);
    }
    /// The rows.
    [[nodiscard]] state_view<Cell, T> const& rows() const noexcept { return rows_; }
    /// Copies the rows of @p sequences to the first rows of @p to.
    void take(std::span<std::ptrdiff_t const> sequences, state_view<Cell, T> const& to) const
    {
        for_each_run(sequences, [&](std::ptrdiff_t i, std::ptrdiff_t b, std::ptrdiff_t count) {
            for_each_step([&](std::size_t k, std::ptrdiff_t j) {
                std::copy_n(rows_[k].row(j * rows_.batch + b), count * rows_[k].row_stride,
                            to[k].row(j * to.batch + i));
            });
        });
    }
    /// Copies the first rows of @p from to those of @p sequences.
    void put(std::span<std::ptrdiff_t const> sequences, state_view<Cell, T> const& from)
    {
        for_each_run(sequences, [&](std::ptrdiff_t i, std::ptrdiff_t b, std::ptrdiff_t count) {
            for_each_step([&](std::size_t k, std::ptrdiff_t j) {
                std::copy_n(from[k].row(j * from.batch + i), count * rows_[k].row_stride,
                            rows_[k].row(j * rows_.batch + b));
            });
        });
    }

   private:
    /// Calls `f(k, j)` for every state k and every step j that it is carried over.
    template <class F>
    static void for_each_step(F&& f)
    {
        for (std::size_t k = 0; k < state_count<Cell>; ++k) {
            for (std::ptrdiff_t j = 0; j < delay_of_state<Cell>(k); ++j) {
                f(k, j);
            }
        }
    }
    /// Calls `f(i, b, count)` for every @p count entries of a list, from entry i on, that are b, b + 1, ...
    template <class F>
    static void for_each_run(std::span<std::ptrdiff_t const> list, F&& f)
    {
        for (std::size_t i = 0, end = 0; i < list.size(); i = end) {
            for (++end; end < list.size() && list[end] == list[end - 1] + 1;) {
                ++end;
            }
            f(static_cast<std::ptrdiff_t>(i), list[i], static_cast<std::ptrdiff_t>(end - i));
        }
    }

    std::array<grow_only_buffer<T>, state_count<Cell>> memory_;
    state_view<Cell, T> rows_{};
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
