#pragma once
/// @file
/// The sequences that a run reads, as the rows of its time plan.

#include <rondo/model/step_sequences.hpp>
#include <rondo/sequence/array_rows.hpp>
#include <rondo/sequence/check_symbol.hpp>
#include <rondo/sequence/packed_sequence.hpp>
#include <rondo/sequence/sequence_views.hpp>
#include <rondo/time/time_plan.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

namespace detail {

/// The sequences of one input or output.
template <class T>
class read_rows {
   public:
    void bind(sequence_view<T> const& x, time_plan const& time, reading how)
    {
        features_ = x.features();
        value_ = x.value();
        is_packed_ = time.lengths().are_sorted();
        if (is_packed_) {
            packed_.pack(time, x);
        } else {
            array_.bind(x, how);
        }
    }
    void check_finite(time_plan const& time, std::string_view what) const
    {
        for_each_row(time, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t b) {
            check_row(data() + row * features_, features_, value_, what, t, b);
        });
    }
    [[nodiscard]] T const* data() const noexcept { return is_packed_ ? packed_.data() : array_.data(); }

   private:
    array_rows<T> array_;
    packed_sequence<T> packed_;
    std::ptrdiff_t features_ = 0;
    value_extents value_ = sequence_extents{}.value;
    bool is_packed_ = false;
};

}  // namespace detail

/// The caller's sequences of each input, or of the gradient of each output, as the rows of a time plan.
/// Sequences of one length are read in place if that is permitted and their layout allows it; otherwise the
/// rows are copied.
template <class Sequences, class T>
class input_rows {
   public:
    /// Makes rows of @p all, which have been checked. `how(view)` says how each may be read. Symbols are
    /// copied always: kernels use them as indices, so they must be those that check_symbols() has seen.
    template <class How>
    void bind(sequence_views<Sequences, T> const& all, time_plan const& time, How const& how)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            rows_[k].bind(all[k], time, Sequences::list[k].is_symbol ? reading::copied : how(all[k]));
        }
    }
    /// @throws input_error naming the first entry that is not finite, as the caller counts.
    void check_finite(time_plan const& time) const
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            rows_[k].check_finite(time, Sequences::titles[k].view());
        }
    }
    /// Checks the numbers of symbols.
    /// @throws input_error naming the first that is not the number of a symbol, as the caller counts.
    template <class Sizes>
    void check_symbols(time_plan const& time, Sizes const& sizes) const
    {
        check_symbol_counts<Sequences, T>(sizes);
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            if (std::ptrdiff_t const count = symbols_of<Sequences>(sizes, k); count > 0) {
                for_each_row(time, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t b) {
                    check_symbol(rows_[k].data()[row], count, Sequences::titles[k].view(), t, b);
                });
            }
        }
    }
    /// The first row of each.
    [[nodiscard]] pointers_of<Sequences, T const> data() const noexcept
    {
        pointers_of<Sequences, T const> first;
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            first[k] = rows_[k].data();
        }
        return first;
    }

   private:
    std::array<detail::read_rows<T>, Sequences::count> rows_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
