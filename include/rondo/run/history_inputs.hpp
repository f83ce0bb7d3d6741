#pragma once
/// @file
/// The per-sequence inputs of a history, which stay from the beginning of a sequence until it begins anew.

#include <rondo/error/concat.hpp>
#include <rondo/error/input_error.hpp>
#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/run/history_beginnings.hpp>
#include <rondo/sequence/per_sequence_views.hpp>
#include <rondo/time/lengths_view.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A row of each per-sequence input for every beginning of a history.
template <class Sequences, class T>
class history_inputs {
   public:
    using views = per_sequence_views<Sequences, T>;                      ///< those of a caller
    using pointers = per_sequence_pointers<Sequences, T const>;          ///< a pointer for each
    static constexpr std::size_t count = Sequences::per_sequence_count;  ///< how many inputs there are

    /// Makes room for @p rows rows. Those that are there stay.
    template <class Sizes>
    void reserve(Sizes const& sizes, std::ptrdiff_t rows)
    {
        for (std::size_t k = 0; k < count; ++k) {
            features_[k] = features_of_per_sequence<Sequences>(sizes, k);
            memory_[k].reserve(rows * features_[k]);
            row_.reserve(features_[k]);
        }
    }
    /// Checks the inputs @p given of the sequences of a batch that have steps in a window. The others are not
    /// read.
    /// @throws input_error if a sequence begins and its input is not the number of a symbol or, with @p
    ///         check_finite, not finite; or if it continues and has another value than before, to the bit.
    template <class Sizes>
    void check(history_beginnings const& beginnings, views const& given, Sizes const& sizes,
               lengths_view lengths, std::ptrdiff_t batch, bool check_finite)
    {
        for (std::size_t k = 0; k < count; ++k) {
            std::ptrdiff_t const features = features_of_per_sequence<Sequences>(sizes, k);
            T* const row = row_.reserve(features);
            for (std::ptrdiff_t b = 0; b < batch; ++b) {
                if (lengths.length(b, 1) == 0) {
                    continue;
                }
                given[k].copy_row(b, row, features);
                if (beginnings.begins_next(b)) {
                    per_sequence_rows<Sequences, T>::check_row(row, sizes, k, b, check_finite);
                } else {
                    check_unchanged(row, k, beginnings.latest(b), b);
                }
            }
        }
    }
    /// Copies the inputs @p given of the sequences whose beginnings are in the rows from @p first on.
    void take(history_beginnings const& beginnings, std::ptrdiff_t first, views const& given)
    {
        for (std::size_t k = 0; k < count; ++k) {
            for (std::ptrdiff_t row = first; row < beginnings.rows(); ++row) {
                given[k].copy_row(beginnings[row].sequence, at(k, row), features_[k]);
            }
        }
    }
    /// Moves row @p from to row @p to.
    void move(std::ptrdiff_t from, std::ptrdiff_t to)
    {
        for (std::size_t k = 0; k < count; ++k) {
            std::copy_n(at(k, from), features_[k], at(k, to));
        }
    }
    /// The first row of each input.
    [[nodiscard]] pointers data() const
    {
        pointers first{};
        for (std::size_t k = 0; k < count; ++k) {
            first[k] = memory_[k].data();
        }
        return first;
    }
    /// Copies to @p memory the inputs of all sequences at their last steps, in the order of the batch, with
    /// zeros for a sequence without steps. Returns where each input is, (batch, features).
    pointers copy_latest(history_beginnings const& beginnings, std::vector<T>& memory) const
    {
        std::ptrdiff_t entries = 0;
        for (std::ptrdiff_t const features : features_) {
            entries += features * beginnings.batch();
        }
        memory.assign(static_cast<std::size_t>(entries), T(0));
        pointers first{};
        T* to = memory.data();
        for (std::size_t k = 0; k < count; ++k) {
            first[k] = to;
            for (std::ptrdiff_t b = 0; b < beginnings.batch(); ++b, to += features_[k]) {
                if (std::ptrdiff_t const row = beginnings.latest(b); row != beginning::none) {
                    std::copy_n(memory_[k].data() + row * features_[k], features_[k], to);
                }
            }
        }
        return first;
    }

   private:
    [[nodiscard]] T* at(std::size_t k, std::ptrdiff_t row) { return memory_[k].data() + row * features_[k]; }
    /// Checks that input @p k of sequence @p b is @p found, where @p row is that of its beginning.
    void check_unchanged(T const* found, std::size_t k, std::ptrdiff_t row, std::ptrdiff_t b)
    {
        T const* const before = at(k, row);
        for (std::ptrdiff_t i = 0; i < features_[k]; ++i) {
            if (std::memcmp(found + i, before + i, sizeof(T)) != 0) {
                exec_internal::reject(
                    Sequences::per_sequence_titles[k].view(),
                    concat("the value that sequence ", b, " began with, ", before[i], ", because only reset(",
                           b, ") begins a sequence with another one"),
                    concat(found[i], " at (batch ", b, ", feature ", i, ")"));
            }
        }
    }

    std::array<grow_only_buffer<T>, count> memory_;
    std::array<std::ptrdiff_t, count> features_{};
    grow_only_buffer<T> row_;  // of the caller
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
