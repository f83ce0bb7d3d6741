#pragma once
/// @file
/// Which kernel runs a stage that works row by row, and on how many rows.

#include <rondo/kernel/elementwise_stage.hpp>
#include <rondo/kernel/heads.hpp>
#include <rondo/kernel/matrix_stage.hpp>
#include <rondo/kernel/row_stage.hpp>
#include <rondo/kernel/tile_stage.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// Runs @p Stage, of the kind `tile`, on @p rows. A loop's single row walks its panels in @p order.
template <class Stage, class T, class Sizes>
RONDO_INLINE void run_products(context<typename Stage::exe, T> const& ctx, Sizes const& sizes,
                               index_range rows, traversal order)
{
    if constexpr (Stage::what.where.is_loop) {
        // Only a loop has code for a single row: how many rows a phase is given at a time must not show in
        // the result.
        if (rows.size() == 1) {
            run_row_stage<Stage, T>(ctx, sizes, rows.begin, order);
        } else {
            run_tile_stage<Stage, T>(ctx, sizes, rows);
        }
    } else {
        std::ptrdiff_t const parts = (rows.size() + blocking::phase_mc - 1) / blocking::phase_mc;
        for (std::ptrdiff_t i = 0; i < parts; ++i) {
            index_range const part = part_of(rows.size(), {i, parts});
            run_tile_stage<Stage, T>(ctx, sizes, {rows.begin + part.begin, rows.begin + part.end});
        }
    }
}

}  // namespace detail

/// Runs @p Stage, of the kind `tile` or `elementwise`, on @p rows (time and batch together). A loop's single
/// row walks its panels in @p order.
template <class Stage, class T, class Sizes>
RONDO_INLINE void run_rows(context<typename Stage::exe, T> const& ctx, Sizes const& sizes, index_range rows,
                           traversal order)
{
    if constexpr (Stage::what.has_matrices()) {
        run_matrix_stage<Stage, T>(ctx, sizes, rows);
    } else if constexpr (Stage::what.kind == stage_kind::elementwise) {
        run_elementwise_stage<Stage, T>(ctx, sizes, rows);
    } else if constexpr (Stage::what.is_by_head()) {
        for_each_head<Stage, T>(ctx, sizes, [&](context<typename Stage::exe, T> const& of_head) {
            detail::run_products<Stage, T>(of_head, sizes, rows, order);
        });
    } else {
        detail::run_products<Stage, T>(ctx, sizes, rows, order);
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
