#pragma once
/// @file
/// The values that are computed once for each sequence of a history: per-sequence values, and the states of
/// start().
///
/// The prologue has a row for each beginning of a sequence. Every window computes all rows anew with the
/// current parameters, because a gradient goes back through one prologue, whatever windows its steps are
/// from. A chunk reads copies of the rows of its sequences, and adds to copies of their adjoints, which are
/// put back: a few rows for each chunk, as the states between two chunks are.

#include <rondo/exec/prologue_pass.hpp>
#include <rondo/exec/state_view.hpp>
#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/run/history_beginnings.hpp>
#include <rondo/run/history_chunks.hpp>
#include <rondo/run/history_inputs.hpp>
#include <rondo/sequence/per_sequence_views.hpp>
#include <rondo/time/lengths_view.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The prologue of a history. Where the cell has none, there is nothing to do.
template <class Cell, class T, bool Exists = compiled<Cell>::has_prologue>
class history_prologue {
   public:
    static void clear() noexcept {}               ///< nothing
    static void start(std::ptrdiff_t, bool) {}    ///< nothing
    static void restart(std::ptrdiff_t, bool) {}  ///< nothing
    static void restart_all() noexcept {}         ///< nothing
    static void drop(std::ptrdiff_t) {}           ///< nothing
    static void keep() noexcept {}                ///< nothing
    static void reserve(auto&&...) {}             ///< nothing
    static void check(auto&&...) {}               ///< nothing
    static void forward(auto&&...) {}             ///< nothing
    static void begin_forward(auto&&...) {}       ///< nothing
    static void start_backward(auto&&...) {}      ///< nothing
    static void begin_backward(auto&&...) {}      ///< nothing
    static void end_backward(auto&&...) {}        ///< nothing
    static void backward(auto&&...) {}            ///< nothing
    /// No inputs.
    static per_sequence_pointers<step_inputs_of<Cell>, T const> copy_latest_inputs(std::vector<T>&)
    {
        return {};
    }
    /// No sequence.
    static std::vector<char> find_starts(std::ptrdiff_t) { return {}; }
};

template <class Cell, class T>
class history_prologue<Cell, T, true> {
   public:
    using inputs = step_inputs_of<Cell>;  ///< of the step

    /// Drops all sequences.
    void clear() noexcept { beginnings_.clear(); }
    /// Starts @p batch sequences, with the states of start() unless states @p are_given.
    void start(std::ptrdiff_t batch, bool are_given) { beginnings_.start(batch, has_start && !are_given); }
    /// Sequence @p b begins anew with its next step, with the state of start() unless a state @p is_given.
    void restart(std::ptrdiff_t b, bool is_given) { beginnings_.restart(b, has_start && !is_given); }
    /// All sequences begin anew with their next steps, from the states that they have.
    void restart_all() noexcept { beginnings_.restart_all(); }
    /// Drops the first @p columns columns.
    void drop(std::ptrdiff_t columns)
    {
        beginnings_.drop(columns, [&](std::ptrdiff_t from, std::ptrdiff_t to) { inputs_.move(from, to); });
    }
    /// Keeps the beginnings of the window: their sequences continue with their next steps.
    void keep() noexcept { beginnings_.keep(); }
    /// Makes room for @p rows beginnings in the runs of @p forward, and for their @p wanted gradients.
    template <class Forward>
    void reserve(std::ptrdiff_t rows, Forward& forward, wanted_gradients wanted, gradients<Cell, T>& g)
    {
        auto const& m = forward.model();
        if constexpr (inputs::per_sequence_count > 0) {
            resize_input_gradients(m.bound(), wanted, g);
        }
        beginnings_.reserve(rows, beginnings_.batch());
        inputs_.reserve(m.bound(), rows);
        pass_.prepare(m.bound(), m.parameters(), rows, wanted, forward.pool(), forward.frozen());
        set_chunk_rows();
    }

    /// Checks the per-sequence inputs @p given of the sequences that have steps in a window.
    /// @throws input_error as history_inputs::check().
    template <class Sizes>
    void check(per_sequence_views<inputs, T> const& given, Sizes const& sizes, lengths_view lengths,
               std::ptrdiff_t batch, bool check_finite)
    {
        inputs_.check(beginnings_, given, sizes, lengths, batch, check_finite);
    }
    /// Copies the inputs @p given of the sequences that begin in @p window, computes all rows, and lets @p
    /// forward, which has been prepared, read those of a chunk.
    template <class Forward>
    void forward(Forward& forward, history_chunks const& window, per_sequence_views<inputs, T> const& given)
    {
        std::ptrdiff_t const first = beginnings_.follow(window);
        inputs_.reserve(forward.bound(), beginnings_.rows());
        inputs_.take(beginnings_, first, given);
        if (beginnings_.rows() > 0) {
            auto const& m = forward.model();
            pass_.forward(m.bound(), m.parameters(), inputs_.data(), beginnings_.rows(), forward.pool(),
                          forward.frozen());
            set_chunk_rows();
            forward.bind_prologue(*this);
        }
    }
    /// Copies the values of @p sequences for a chunk that begins with column @p column. Those that begin
    /// there with start() get its states in @p states, the states before the chunk.
    void begin_forward(std::span<std::ptrdiff_t const> sequences, std::ptrdiff_t column,
                       state_view<Cell, T> const& states)
    {
        for_each_row(sequences, column, [&](std::ptrdiff_t i, std::ptrdiff_t row) {
            take_values(i, row);
            if (beginnings_.starts_at(row, column)) {
                pass_.load_start_state(row, states, i);
            }
        });
    }

    /// Sets the adjoints of all rows to zero, and lets @p backward, which has been prepared, read the values
    /// of a chunk and add to their adjoints.
    template <class Forward, class Backward>
    void start_backward(Forward const& forward, Backward& backward)
    {
        if (beginnings_.rows() > 0) {
            pass_.start_backward(forward.bound());
            backward.bind_prologue(*this);
        }
    }
    /// Copies the values of @p sequences and their adjoints for a chunk that begins with column @p column.
    void begin_backward(std::span<std::ptrdiff_t const> sequences, std::ptrdiff_t column)
    {
        for_each_row(sequences, column, [&](std::ptrdiff_t i, std::ptrdiff_t row) {
            take_values(i, row);
            copy_adjoints(pass_, row, *this, i);
        });
    }
    /// Puts the adjoints back that begin_backward() has copied. @p states are those of the states before
    /// column @p first, and go to start() for sequences that begin there with it.
    void end_backward(std::span<std::ptrdiff_t const> sequences, std::ptrdiff_t column, std::ptrdiff_t first,
                      state_view<Cell, T> const& states)
    {
        for_each_row(sequences, column, [&](std::ptrdiff_t i, std::ptrdiff_t row) {
            copy_adjoints(*this, i, pass_, row);
            if (beginnings_.starts_at(row, first)) {
                pass_.add_start_gradient(states, i, row);
            }
        });
    }
    /// Goes back from the adjoints of all rows: adds to the gradients of the parameters, and sets those of
    /// the per-sequence inputs at the last step of each sequence, zeros for a sequence without steps, as far
    /// as they are @p wanted.
    template <class Forward>
    void backward(Forward& forward, wanted_gradients wanted, gradients<Cell, T>& g)
    {
        if (beginnings_.rows() > 0) {
            auto const& m = forward.model();
            pass_.backward(m.bound(), m.parameters(), g.parameters, wanted, forward.pool(), forward.frozen());
        }
        if constexpr (inputs::per_sequence_count > 0) {
            resize_input_gradients(forward.bound(), wanted, g);
            for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
                if (wanted.input.has(inputs::count + k)) {
                    store_input_gradient(k, g.input.per_sequence(k));
                }
            }
        }
    }

    /// The rows of per-sequence value @p k for the sequences of a chunk.
    [[nodiscard]] rows_of<T> value(int k) const { return values_[static_cast<std::size_t>(k)]; }
    /// The rows of its adjoint.
    [[nodiscard]] rows_of<T> gradient(int k) const { return adjoints_[static_cast<std::size_t>(k)]; }

    /// The per-sequence inputs of all sequences at their last steps, see history_inputs::copy_latest().
    per_sequence_pointers<inputs, T const> copy_latest_inputs(std::vector<T>& memory) const
    {
        return inputs_.copy_latest(beginnings_, memory);
    }
    /// By sequence: whether it has begun with start(), for the last time, at column @p first or later.
    [[nodiscard]] std::vector<char> find_starts(std::ptrdiff_t first) const
    {
        std::vector<char> starts;
        for (std::ptrdiff_t b = 0; b < beginnings_.batch(); ++b) {
            std::ptrdiff_t const row = beginnings_.latest(b);
            bool const is_found =
                row != beginning::none && beginnings_[row].has_start && beginnings_[row].column >= first;
            starts.push_back(is_found ? 1 : 0);
        }
        return starts;
    }

   private:
    using pass_type = prologue_pass<Cell, T>;
    static constexpr bool has_start = compiled<Cell>::shapes.has_start;

    /// Calls `f(i, row)` for the row of each of @p sequences in the chunk that begins with column @p column.
    template <class F>
    void for_each_row(std::span<std::ptrdiff_t const> sequences, std::ptrdiff_t column, F const& f) const
    {
        for (std::size_t i = 0; i < sequences.size(); ++i) {
            f(static_cast<std::ptrdiff_t>(i), beginnings_.row_at(sequences[i], column));
        }
    }
    void take_values(std::ptrdiff_t i, std::ptrdiff_t row)
    {
        for (std::size_t k = 0; k < pass_type::values; ++k) {
            rows_of<T> const from = pass_.value(static_cast<int>(k));
            std::copy_n(from.row(row), from.row_stride, values_[k].row(i));
        }
    }
    /// Copies the adjoints of row @p r of one, which has gradient(), to row @p q of another.
    template <class From, class To>
    static void copy_adjoints(From const& from, std::ptrdiff_t r, To const& to, std::ptrdiff_t q)
    {
        for (int k = 0; k < static_cast<int>(pass_type::values); ++k) {
            rows_of<T> const source = from.gradient(k);
            std::copy_n(source.row(r), source.row_stride, to.gradient(k).row(q));
        }
    }
    /// Makes room for the values of a chunk and their adjoints, with the strides of those of all rows.
    void set_chunk_rows()
    {
        std::ptrdiff_t entries = 0;
        for (std::size_t k = 0; k < pass_type::values; ++k) {
            entries += entries_of(k);
        }
        T* to = memory_.reserve(2 * entries);
        for (std::size_t k = 0; k < pass_type::values; ++k) {
            std::ptrdiff_t const stride = pass_.value(static_cast<int>(k)).row_stride;
            values_[k] = {to, stride, 0};
            adjoints_[k] = {to + entries, stride, 0};
            to += entries_of(k);
        }
    }
    /// The entries of value @p k for a chunk, up to the end of a cache line.
    [[nodiscard]] std::ptrdiff_t entries_of(std::size_t k) const
    {
        std::ptrdiff_t const all = beginnings_.batch() * pass_.value(static_cast<int>(k)).row_stride;
        return (all + cache_line<T> - 1) / cache_line<T> * cache_line<T>;
    }
    template <class Sizes>
    void resize_input_gradients(Sizes const& sizes, wanted_gradients wanted, gradients<Cell, T>& g) const
    {
        for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
            if (wanted.input.has(inputs::count + k)) {
                resize_array(g.input.per_sequence(k),
                             {{beginnings_.batch()}, sizes, shape_in_arrays(inputs::per_sequence_list[k])});
            }
        }
    }
    /// Copies the gradient of input @p k at the last step of each sequence.
    template <class Array>
    void store_input_gradient(std::size_t k, Array& to) const
    {
        std::ptrdiff_t const features = static_cast<std::ptrdiff_t>(to.size()) / beginnings_.batch();
        for (std::ptrdiff_t b = 0; b < beginnings_.batch(); ++b) {
            T* const row = to.data() + b * features;
            if (std::ptrdiff_t const r = beginnings_.latest(b); r == beginning::none) {
                std::fill_n(row, features, T(0));
            } else {
                std::copy_n(pass_.input_gradient(k) + r * features, features, row);
            }
        }
    }

    history_beginnings beginnings_;
    history_inputs<inputs, T> inputs_;
    pass_type pass_;
    grow_only_buffer<T> memory_;  // of a chunk
    std::array<rows_of<T>, pass_type::values> values_{};
    std::array<rows_of<T>, pass_type::values> adjoints_{};
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
