#pragma once
/// @file
/// The inputs of the steps of a history, or the gradients of its inputs or outputs.

#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/pass/find_stage_results.hpp>
#include <rondo/run/history_chunks.hpp>
#include <rondo/sequence/sequence_views.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The first entry of each array.
template <class Sequences, class T>
pointers_of<Sequences, T> pointers_to(arrays_of<Sequences, T>& all)
{
    pointers_of<Sequences, T> first{};
    for (std::size_t k = 0; k < Sequences::count; ++k) {
        first[k] = nth_array(all, k).data();
    }
    return first;
}

/// Rows of each input or output of a step, for steps whose number grows.
template <class Sequences, class T>
class history_rows {
   public:
    /// Makes room for @p rows rows of each of the @p wanted. Those that are there stay.
    template <class Sizes>
    void reserve(std::ptrdiff_t rows, Sizes const& sizes, input_set wanted = true)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            if (wanted.has(k)) {
                features_[k] = features_of<Sequences>(sizes, k);
                memory_[k].reserve(rows * features_[k]);
            }
        }
    }
    /// Row @p row of each; null where reserve() made no room.
    [[nodiscard]] pointers_of<Sequences, T> from(std::ptrdiff_t row) { return first<T>(*this, row); }
    [[nodiscard]] pointers_of<Sequences, T const> from(std::ptrdiff_t row) const
    {
        return first<T const>(*this, row);
    }
    /// Copies the steps of @p x, whose first is column @p column, to their rows.
    void take(sequence_views<Sequences, T> const& x, history_chunks const& chunks, std::ptrdiff_t column)
    {
        std::ptrdiff_t const first = chunks.row_of_column(column);
        bool const is_full = chunks.rows() - first == x[0].steps() * x[0].batch();
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            if (is_full) {
                x[k].copy_rows(memory_[k].data() + first * features_[k]);
                continue;
            }
            chunks.for_each_row(column, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t b) {
                x[k].copy_row(t - column, b, memory_[k].data() + row * features_[k], features_[k]);
            });
        }
    }
    /// Copies the rows from column @p column on to the arrays @p to, each (time, batch, features), with zeros
    /// where a sequence has no step. An array without rows here stays as it is. The chunks count row 0 as row
    /// @p offset.
    void give(history_chunks const& chunks, std::ptrdiff_t column, std::ptrdiff_t offset,
              arrays_of<Sequences, T>& to) const
    {
        std::ptrdiff_t const first = chunks.row_of_column(column);
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            if (features_[k] == 0) {
                continue;
            }
            auto& all = nth_array(to, k);
            auto const entries = (chunks.rows() - first) * features_[k];
            if (entries > 0 && std::cmp_equal(entries, all.size())) {
                std::copy_n(memory_[k].data() + (first + offset) * features_[k], entries, all.data());
                continue;
            }
            all.fill(T(0));
            chunks.for_each_row(column, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t b) {
                auto const place = (t - column) * static_cast<std::ptrdiff_t>(all.shape()[1]) + b;
                std::copy_n(memory_[k].data() + (row + offset) * features_[k], features_[k],
                            all.data() + place * features_[k]);
            });
        }
    }
    /// Fills rows @p begin to @p end with zeros.
    void clear(std::ptrdiff_t begin, std::ptrdiff_t end)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            std::fill(memory_[k].data() + begin * features_[k], memory_[k].data() + end * features_[k], T(0));
        }
    }
    /// Moves @p rows rows, from row @p row on, to the front.
    void move_to_front(std::ptrdiff_t row, std::ptrdiff_t rows)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            T* const begin = memory_[k].data() + row * features_[k];
            std::copy(begin, begin + rows * features_[k], memory_[k].data());
        }
    }

   private:
    template <class U, class Self>
    static pointers_of<Sequences, U> first(Self& self, std::ptrdiff_t row)
    {
        pointers_of<Sequences, U> all{};
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            U* const begin = self.memory_[k].data();
            all[k] = begin == nullptr ? nullptr : begin + row * self.features_[k];
        }
        return all;
    }

    std::array<grow_only_buffer<T>, Sequences::count> memory_;
    std::array<std::ptrdiff_t, Sequences::count> features_{};
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
