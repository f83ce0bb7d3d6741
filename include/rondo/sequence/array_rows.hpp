#pragma once
/// @file
/// The rows of a caller's array: in place, or a copy.

#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/sequence/sequence_view.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Checks the @p features entries of step @p time of sequence @p batch, those of a value of the extents @p
/// value.
/// @throws input_error naming the first entry that is not finite; @p what names the argument.
template <class T>
void check_row(T const* row, std::ptrdiff_t features, value_extents const& value, std::string_view what,
               std::ptrdiff_t time, std::ptrdiff_t batch)
{
    for (std::ptrdiff_t i = 0; i < features; ++i) {
        if (!std::isfinite(row[i])) {
            exec_internal::reject(
                what, "finite entries",
                concat(row[i], " at (time ", time, ", batch ", batch, ", ", value.place(i), ")"));
        }
    }
}

/// How a function may read a caller's array.
enum class reading : std::uint8_t {
    in_place,  ///< without a copy, if the layout allows
    copied,    ///< from a copy, because the array may change before it is read
};

/// How a function may read @p x while it writes @p result, which may be null: in place if they share no
/// memory, or are entry for entry the same array.
template <class T>
reading reading_beside(sequence_view<T> const& x, xt::xtensor<T, 3> const* result)
{
    bool const is_apart = result == nullptr || !x.overlaps(result->data(), result->size());
    auto const size = static_cast<std::size_t>(x.steps() * x.batch() * x.features());
    bool const is_same = result != nullptr && x.rows() == result->data() && size == result->size();
    return is_apart || is_same ? reading::in_place : reading::copied;
}

/// The rows (time, batch) of a caller's array, one after the other.
template <class T>
class array_rows {
   public:
    /// Refers to the rows of @p x, whose shape has been checked, or copies them.
    void bind(sequence_view<T> const& x, reading how)
    {
        shape_ = x.shape();
        rows_ = how == reading::in_place ? x.rows() : nullptr;
        if (rows_ == nullptr) {
            T* const copy = copy_.reserve(shape_[0] * shape_[1] * shape_[2]);
            x.copy_rows(copy);
            rows_ = copy;
        }
    }

    /// The first row.
    [[nodiscard]] T const* data() const noexcept { return rows_; }
    /// The extent of time (0), batch (1) or features (2).
    [[nodiscard]] std::ptrdiff_t shape(std::size_t d) const { return shape_[d]; }

   private:
    array_shape shape_{};
    T const* rows_ = nullptr;
    grow_only_buffer<T> copy_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
