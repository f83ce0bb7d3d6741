#pragma once
/// @file
/// Runs a stage: products into a tile, then its elementwise work, then its stores.
///
/// The tile is a few rows by a few vectors. Its sums leave the registers once, for a buffer that
/// stays in the first-level cache, and one copy of the elementwise code picks them up row by row:
/// at an inner dimension of 128 that costs about one part in seventy, and it keeps the elementwise
/// code out of every one of the product kernel's shapes.

#include <rondo/kernel/evaluate.hpp>
#include <rondo/kernel/panels.hpp>
#include <rondo/kernel/store_values.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace rondo {

namespace detail {

/// Puts into one row of the tile's sums what each accumulator starts from.
template <class Stage, class T>
RONDO_INLINE void start_sums(context<typename Stage::code, T> const& ctx, tile_place at, T* sums,
                             std::ptrdiff_t blocks)
{
    using code = typename Stage::code;
    auto const one = [&]<std::size_t I>(std::integral_constant<std::size_t, I>)
                         RONDO_INLINE_LAMBDA {
        constexpr accumulator a =
            code::plan.accumulators[static_cast<std::size_t>(Stage::what.accumulators.begin) + I];
        for (std::ptrdiff_t b = 0; b < blocks; ++b) {
            batch<T> start(T(0));
            if constexpr (a.start != no_node) {
                start = load<code, a.start, Stage::what.dim>(
                    ctx, {at.row, at.feature + b * width<T>, at.valid - b * width<T>});
            }
            start.store_aligned(sums + panel_layout<Stage>::template sums_of<T>(I, blocks, b));
        }
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        (one(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<static_cast<std::size_t>(Stage::what.accumulators.size())>{});
}

/// Makes the products of a tile of @p rows rows from @p first on. Returns the end of the panels.
template <class Stage, class T, class Sizes>
RONDO_INLINE T const* multiply(context<typename Stage::code, T> const& ctx, Sizes const& sizes,
                               std::ptrdiff_t first, std::ptrdiff_t rows, std::ptrdiff_t blocks,
                               T const* panel, T* sums, bool only_row)
{
    using panels = panel_layout<Stage>;
    for (panel_run const& run : panels::runs) {
        rows_of<T> const& left = ctx.arrays[static_cast<std::size_t>(run.operand)];
        std::ptrdiff_t const depth = panels::depth(run, sizes);
        auto const kernel = only_row ? multiply_row_of<T>(run.count * blocks)
                                     : multiply_tile_of<T>(rows, run.count * blocks);
        kernel(sums + panels::template sums_of<T>(run.into, blocks, 0),
               {left.row(first), left.row_step, 1}, panel, depth);
        panel += depth * run.count * blocks * width<T>;
    }
    return panel;
}

}  // namespace detail

/// Runs @p Stage on rows @p begin to @p end (time and batch together).
template <class Stage, class T, class Sizes>
void run_tile_stage(context<typename Stage::code, T> const& shared, Sizes const& sizes,
                    std::ptrdiff_t begin, std::ptrdiff_t end)
{
    // A copy that no store can alias, so that its pointers stay in registers.
    context<typename Stage::code, T> const ctx = shared;
    using panels = panel_layout<Stage>;
    constexpr std::ptrdiff_t limit = panels::template rows<T>;
    constexpr std::ptrdiff_t group_span = panels::blocks * width<T>;
    std::ptrdiff_t const features = sizes.template get<Stage::what.dim>();
    T const* panel = ctx.panels[Stage::number];
    alignas(64) std::array<T, static_cast<std::size_t>((panels::groups * limit + 1) *
                                                       tile_row_step<T>)> sums;

    for (std::ptrdiff_t feature = 0; feature < features; feature += group_span) {
        std::ptrdiff_t const left = features - feature;
        std::ptrdiff_t const blocks =
            std::min<std::ptrdiff_t>(panels::blocks, (left + width<T> - 1) / width<T>);
        T const* next_panel = panel;
        for_each_tile(begin, end, limit, [&](std::ptrdiff_t first, std::ptrdiff_t rows) {
            for (std::ptrdiff_t r = 0; r < rows; ++r) {
                detail::start_sums<Stage>(ctx, {first + r, feature, left},
                                          sums.data() + r * tile_row_step<T>, blocks);
            }
            next_panel = detail::multiply<Stage>(ctx, sizes, first, rows, blocks, panel, sums.data(),
                                                  Stage::what.where.in_loop && end - begin == 1);
            for (std::ptrdiff_t r = 0; r < rows; ++r) {
                for (std::ptrdiff_t b = 0; b < blocks; ++b) {
                    tile_place const at{first + r, feature + b * width<T>, left - b * width<T>};
                    T const* const row = sums.data() + r * tile_row_step<T>;
                    auto const values =
                        evaluate<Stage, T>(ctx, sizes, at, [&](int i) RONDO_INLINE_LAMBDA {
                            return batch<T>::load_aligned(row + panels::template sums_of<T>(i, blocks, b));
                        });
                    store_values<Stage, T>(ctx, at, values);
                }
            }
        });
        panel = next_panel;
    }
}

}  // namespace rondo
