#pragma once
/// @file
/// Runs a stage on a single row, with its sums in registers from the first product to the last store.
///
/// A stream or a loop over a single sequence has one row and no time to lose: no buffer, no dispatch on
/// the height of a tile, and where sizes are constants every loop has a constant end.

#include <rondo/kernel/panels.hpp>
#include <rondo/kernel/store_values.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace rondo {

namespace detail {

/// Runs @p Stage on one row and a group of @p Blocks blocks, whose panels begin at @p panel. Returns
/// their end.
template <class Stage, int Blocks, class T, class Sizes>
RONDO_INLINE T const* run_row_group(context<typename Stage::code, T> const& ctx, Sizes const& sizes,
                                    tile_place at, T const* panel)
{
    using code = typename Stage::code;
    using panels = panel_layout<Stage>;
    constexpr auto accumulators = static_cast<std::size_t>(panels::accumulators);
    std::array<register_tile<T, 1, Blocks>, accumulators> sums;

    auto const start = [&]<std::size_t I>(std::integral_constant<std::size_t, I>)
                           RONDO_INLINE_LAMBDA {
        constexpr accumulator a =
            code::plan.accumulators[static_cast<std::size_t>(Stage::what.accumulators.begin) + I];
        for (std::size_t b = 0; b < Blocks; ++b) {
            if constexpr (a.start != no_node) {
                auto const skipped = static_cast<std::ptrdiff_t>(b) * width<T>;
                sums[I][b] = load<code, a.start, Stage::what.dim>(
                    ctx, {at.row, at.feature + skipped, at.valid - skipped});
            } else {
                sums[I][b] = batch<T>(T(0));
            }
        }
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        (start(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<accumulators>{});

    // Where all runs are alike, as those of an adjoint that several gates lead back to, one piece of code
    // serves them in turn.
    auto const multiply = [&]<std::size_t R>(std::integral_constant<std::size_t, R>, panel_run const& run)
                              RONDO_INLINE_LAMBDA {
        constexpr panel_run like = panels::runs[R];
        constexpr dimension_id dim = code::plan.arrays[static_cast<std::size_t>(like.operand)].dim;
        std::ptrdiff_t const depth = sizes.template get<dim>();
        constexpr std::ptrdiff_t step = std::ptrdiff_t{like.count} * Blocks * width<T>;
        constexpr auto width_of_run = static_cast<std::size_t>(like.count * Blocks);
        constexpr auto sum_of = [](std::size_t i) { return static_cast<std::size_t>(like.into) + i / Blocks; };
        register_tile<T, 1, like.count * Blocks> tile;
        [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
            ((tile[I] = sums[sum_of(I)][I % Blocks]), ...);
        }(std::make_index_sequence<width_of_run>{});
        multiply_add<T, 1, like.count * Blocks, steps_at_once(like.count * Blocks)>(
            tile, {ctx.arrays[static_cast<std::size_t>(run.operand)].row(at.row), 0, 1}, panel, step, depth);
        [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
            ((sums[sum_of(I)][I % Blocks] = tile[I]), ...);
        }(std::make_index_sequence<width_of_run>{});
        panel += depth * step;
    };
    if constexpr (panels::runs_are_alike) {
        for (panel_run const& run : panels::runs) {
            multiply(std::integral_constant<std::size_t, 0>{}, run);
        }
    } else {
        [&]<std::size_t... R>(std::index_sequence<R...>) RONDO_INLINE_LAMBDA {
            (multiply(std::integral_constant<std::size_t, R>{}, panels::runs[R]), ...);
        }(std::make_index_sequence<panels::runs.size()>{});
    }

    auto const finish = [&]<std::size_t B>(std::integral_constant<std::size_t, B>)
                            RONDO_INLINE_LAMBDA {
        constexpr auto skipped = static_cast<std::ptrdiff_t>(B) * width<T>;
        tile_place const here{at.row, at.feature + skipped, at.valid - skipped};
        auto const values = evaluate<Stage, T>(ctx, sizes, here, [&](int i) RONDO_INLINE_LAMBDA {
            return sums[static_cast<std::size_t>(i)][B];
        });
        store_values<Stage, T>(ctx, here, values);
    };
    [&]<std::size_t... B>(std::index_sequence<B...>) RONDO_INLINE_LAMBDA {
        (finish(std::integral_constant<std::size_t, B>{}), ...);
    }(std::make_index_sequence<static_cast<std::size_t>(Blocks)>{});
    return panel;
}

}  // namespace detail

/// Runs @p Stage on row @p row.
template <class Stage, class T, class Sizes>
RONDO_INLINE void run_row_stage(context<typename Stage::code, T> const& shared, Sizes const& sizes,
                                std::ptrdiff_t row)
{
    // A copy that no store can alias, so that its pointers stay in registers.
    context<typename Stage::code, T> const ctx = shared;
    constexpr int group = panel_layout<Stage>::blocks;
    std::ptrdiff_t const features = sizes.template get<Stage::what.dim>();
    T const* panel = ctx.panels[Stage::number];
    std::ptrdiff_t feature = 0;
    for (; feature + (group - 1) * width<T> < features; feature += group * width<T>) {
        panel = detail::run_row_group<Stage, group, T>(ctx, sizes, {row, feature, features - feature},
                                                       panel);
    }
    auto const rest = [&]<std::size_t Fewer>(std::integral_constant<std::size_t, Fewer>)
                          RONDO_INLINE_LAMBDA {
        constexpr int blocks = group - 1 - static_cast<int>(Fewer);
        if (feature < features && feature + (blocks - 1) * width<T> < features) {
            detail::run_row_group<Stage, blocks, T>(ctx, sizes, {row, feature, features - feature},
                                                    panel);
            feature = features;
        }
    };
    [&]<std::size_t... Fewer>(std::index_sequence<Fewer...>) RONDO_INLINE_LAMBDA {
        (rest(std::integral_constant<std::size_t, Fewer>{}), ...);
    }(std::make_index_sequence<static_cast<std::size_t>(group - 1)>{});
}

}  // namespace rondo
