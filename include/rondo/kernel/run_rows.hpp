#pragma once
/// @file
/// Which kernel runs a stage that works row by row, and on how many rows.

#include <rondo/kernel/elementwise_stage.hpp>
#include <rondo/kernel/row_stage.hpp>
#include <rondo/kernel/tile_stage.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Runs @p Stage, of the kind `tile` or `elementwise`, on rows @p begin to @p end (time and batch together);
/// a single row @p from_end, see run_row_stage().
template <class Stage, class T, class Sizes>
RONDO_INLINE void run_rows(context<typename Stage::exe, T> const& ctx, Sizes const& sizes,
                           std::ptrdiff_t begin, std::ptrdiff_t end, bool from_end)
{
    if constexpr (Stage::what.kind == stage_kind::elementwise) {
        run_elementwise_stage<Stage, T>(ctx, sizes, begin, end);
    } else if constexpr (Stage::what.where.is_loop) {
        // A loop's only row has no others to share its panels with. (Not a phase's: how many rows a
        // phase takes on at once must not show in the result, so it has no code for one.)
        if (end - begin == 1) {
            run_row_stage<Stage, T>(ctx, sizes, begin, from_end);
        } else {
            run_tile_stage<Stage, T>(ctx, sizes, begin, end);
        }
    } else {
        std::ptrdiff_t const parts = (end - begin + blocking::phase_mc - 1) / blocking::phase_mc;
        for (std::ptrdiff_t i = 0; i < parts; ++i) {
            share const mine(end - begin, i, parts);
            run_tile_stage<Stage, T>(ctx, sizes, begin + mine.begin, begin + mine.end);
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
