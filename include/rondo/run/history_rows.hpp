#pragma once
/// @file
/// The inputs of the steps of a history, or the gradients of its inputs or outputs.

#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/pass/find_stage_results.hpp>
#include <rondo/sequence/sequence_views.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Rows (time, batch) of each input or output of a step, for steps whose number grows.
template <class Sequences, class T>
class history_rows {
   public:
    /// Makes room for @p steps steps of @p batch sequences of each of the @p wanted. Rows that are there
    /// stay.
    template <class Sizes>
    void reserve(std::ptrdiff_t steps, std::ptrdiff_t batch, Sizes const& sizes, input_set wanted = true)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            if (wanted.has(k)) {
                entries_[k] = batch * features_of<Sequences>(sizes, k);
                rows_[k].reserve(steps * entries_[k]);
            }
        }
    }
    /// The numbers of input or output @p k in one step of all sequences; 0 if reserve() made no room for it.
    [[nodiscard]] std::ptrdiff_t entries(std::size_t k) const { return entries_[k]; }
    /// The first row of step @p t of each; null where reserve() made no room.
    [[nodiscard]] pointers_of<Sequences, T> from(std::ptrdiff_t t) { return first<T>(*this, t); }
    [[nodiscard]] pointers_of<Sequences, T const> from(std::ptrdiff_t t) const
    {
        return first<T const>(*this, t);
    }
    /// Copies the steps of @p x, from step @p t on.
    void take(sequence_views<Sequences, T> const& x, std::ptrdiff_t t)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            x[k].copy_rows(rows_[k].data() + t * entries_[k]);
        }
    }
    /// Fills steps @p begin to @p end with zeros.
    void clear(std::ptrdiff_t begin, std::ptrdiff_t end)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            std::fill(rows_[k].data() + begin * entries_[k], rows_[k].data() + end * entries_[k], T(0));
        }
    }
    /// Moves @p steps steps, from step @p t on, to the front.
    void move_to_front(std::ptrdiff_t t, std::ptrdiff_t steps)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            T* const begin = rows_[k].data() + t * entries_[k];
            std::copy(begin, begin + steps * entries_[k], rows_[k].data());
        }
    }

   private:
    template <class U, class Self>
    static pointers_of<Sequences, U> first(Self& self, std::ptrdiff_t t)
    {
        pointers_of<Sequences, U> all{};
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            U* const begin = self.rows_[k].data();
            all[k] = begin == nullptr ? nullptr : begin + t * self.entries_[k];
        }
        return all;
    }

    std::array<grow_only_buffer<T>, Sequences::count> rows_;
    std::array<std::ptrdiff_t, Sequences::count> entries_{};
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
