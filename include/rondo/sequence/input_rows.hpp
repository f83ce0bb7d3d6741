#pragma once
/// @file
/// The sequences that a run reads, as the rows of its time plan.

#include <rondo/sequence/array_rows.hpp>
#include <rondo/sequence/packed_sequence.hpp>
#include <rondo/sequence/sequence_view.hpp>
#include <rondo/time/time_plan.hpp>

#include <cstddef>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A caller's sequences as the rows of a time plan. Sequences of one length are read in place if that is
/// permitted and their layout allows it; otherwise the rows are copied.
template <class T>
class input_rows {
   public:
    /// Makes rows of @p x, which has been checked.
    void bind(sequence_view<T> const& x, time_plan const& time, reading how)
    {
        features_ = x.features();
        is_packed_ = time.lengths().are_sorted();
        if (is_packed_) {
            packed_.pack(time, x);
        } else {
            array_.bind(x, how);
        }
    }
    /// @throws input_error naming the first entry that is not finite, as the caller counts; @p what names the
    ///         argument.
    void check_finite(time_plan const& time, std::string_view what) const
    {
        for_each_row(time, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t b) {
            check_row(data() + row * features_, features_, what, t, b);
        });
    }
    /// The first row.
    [[nodiscard]] T const* data() const noexcept { return is_packed_ ? packed_.data() : array_.data(); }

   private:
    array_rows<T> array_;
    packed_sequence<T> packed_;
    std::ptrdiff_t features_ = 0;
    bool is_packed_ = false;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
