#pragma once
/// @file
/// The data shared by the functions of a running stage: its own copy of the context, and the sizes.

#include <rondo/kernel/context.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// One vector of features of one row. In a stage of matrices, the features are those along the innermost
/// dimension, and there are indices along the others.
struct vector_position {
    std::ptrdiff_t row;         ///< time and batch
    std::ptrdiff_t feature;     ///< the first of the vector
    std::ptrdiff_t valid;       ///< features from there to the end; may exceed the vector
    std::ptrdiff_t first = 0;   ///< of a matrix, the index along its first dimension
    std::ptrdiff_t second = 0;  ///< of three dimensions, the index along the second
};

/// The inputs of a running stage. Each stage makes one on its stack and passes it to inlined functions only:
/// no store of a vector can alias it, so its pointers stay in registers.
template <class Stage, class T, class Sizes>
struct stage_frame {
    using stage_type = Stage;         ///< the stage that runs
    using exe = typename Stage::exe;  ///< the program it is a stage of
    using value_type = T;             ///< of all entries
    using sizes_type = Sizes;         ///< of the dimensions
    context<exe, T> const ctx;        ///< a copy of the caller's
    Sizes const& sizes;               ///< of the dimensions

    /// The size of the innermost dimension along which the stage works.
    [[nodiscard]] RONDO_INLINE std::ptrdiff_t features() const
    {
        return sizes.template get<Stage::what.shape.last()>();
    }
};

/// The row of array @p Number that row @p row of a stage reads. In loops and scans, the first row of an array
/// of per-sequence values moves with the step; a phase has rows of many steps.
template <array_id Number, class Frame>
RONDO_INLINE auto* row_of_array(Frame const& frame, std::ptrdiff_t row)
{
    constexpr array from = Frame::exe::schedule.arrays[static_cast<std::size_t>(Number)];
    auto const& rows = frame.ctx.arrays[static_cast<std::size_t>(Number)];
    if constexpr (has_row_per_sequence(from.kind) && !Frame::stage_type::what.where.is_loop) {
        auto const sequence = static_cast<std::size_t>(row) % static_cast<std::size_t>(frame.ctx.batch);
        return rows.data + static_cast<std::ptrdiff_t>(sequence) * rows.row_stride;
    } else {
        return has_single_row(from.kind) ? rows.data : rows.row(row);
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
