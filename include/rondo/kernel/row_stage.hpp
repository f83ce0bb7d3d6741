#pragma once
/// @file
/// Runs a stage of products on a single row, with its sums in registers from the first product to the last.
///
/// A stream or a loop over a single sequence has one row and no time to lose: no buffer, no dispatch on
/// the height of a tile, and where sizes are constants every loop has a constant end, and several groups of
/// features share each broadcast of the row.

#include <rondo/kernel/evaluate.hpp>
#include <rondo/kernel/panels.hpp>
#include <rondo/kernel/rounds.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// The sums of @p Stage on one row and @p Groups groups of features side by side, each of @p Blocks blocks.
/// Their panels begin at @p panel; of runs that are alike, the last come first if @p from_end.
template <class Stage, int Blocks, int Groups, class T, class Sizes>
RONDO_INLINE auto multiply_row(context<typename Stage::exe, T> const& ctx, Sizes const& sizes, tile_place at,
                               T const* panel, bool from_end)
{
    using exe = typename Stage::exe;
    using panels = panel_layout<Stage>;
    constexpr auto accumulators = static_cast<std::size_t>(panels::accumulators);
    constexpr auto vectors = static_cast<std::size_t>(Blocks * Groups);
    std::array<register_tile<T, 1, Blocks * Groups>, accumulators> sums;

    auto const start = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) RONDO_INLINE_LAMBDA {
        constexpr accumulator a =
            exe::schedule.accumulators[static_cast<std::size_t>(Stage::what.accumulators.begin) + I];
        for (std::size_t b = 0; b < vectors; ++b) {
            if constexpr (a.start != no_node) {
                auto const skipped = static_cast<std::ptrdiff_t>(b) * lane_count<T>;
                sums[I][b] = load<exe, a.start, Stage::what.dim>(
                    ctx, {at.row, at.feature + skipped, at.valid - skipped});
            } else {
                sums[I][b] = simd<T>(T(0));
            }
        }
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        (start(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<accumulators>{});

    std::ptrdiff_t const group_entries = [&]<std::size_t... R>(std::index_sequence<R...>) {
        return (std::ptrdiff_t{0} + ... +
                (panels::runs[R].count *
                 sizes.template get<dimension_of_operand<Stage>(panels::runs[R])>())) *
               Blocks * lane_count<T>;
    }(std::make_index_sequence<panels::runs.size()>{});
    // Multiplies what a run of the shape of run R multiplies by its panel: adds that to sums, or, if not,
    // these become that.
    using all_sums = decltype(sums);
    auto const multiply = [&]<std::size_t R, bool Adds>(std::integral_constant<std::size_t, R>,
                                                        std::bool_constant<Adds>, T const* operand,
                                                        T const* weights, all_sums& to) RONDO_INLINE_LAMBDA {
        constexpr panel_run like = panels::runs[R];
        std::ptrdiff_t const depth = sizes.template get<dimension_of_operand<Stage>(like)>();
        constexpr int run_width = like.count * Blocks;
        constexpr auto count = static_cast<std::size_t>(run_width * Groups);
        // Vectors stand side by side by group, then by accumulator, then by block.
        constexpr auto accumulator_of = [](std::size_t i) {
            return static_cast<std::size_t>(like.into) + i % run_width / Blocks;
        };
        constexpr auto vector_of = [](std::size_t i) { return i / run_width * Blocks + i % Blocks; };
        register_tile<T, 1, run_width * Groups> tile;
        [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
            ((tile[I] = Adds ? to[accumulator_of(I)][vector_of(I)] : simd<T>(T(0))), ...);
        }(std::make_index_sequence<count>{});
        microkernel<T, 1, run_width * Groups, blocking::k_unroll(run_width * Groups), Groups>(
            tile, {operand, 0, 1}, weights, run_width * lane_count<T>, depth, group_entries);
        [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
            ((to[accumulator_of(I)][vector_of(I)] = tile[I]), ...);
        }(std::make_index_sequence<count>{});
        return weights + depth * run_width * lane_count<T>;
    };
    constexpr std::size_t run_count = panels::runs.size();
    auto const operands = [&]<std::size_t... R>(std::index_sequence<R...>) RONDO_INLINE_LAMBDA {
        return std::array<T const*, run_count>{
            ctx.arrays[static_cast<std::size_t>(panels::runs[R].operand)].row(at.row)...};
    }(std::make_index_sequence<run_count>{});
    if constexpr (panels::runs_are_alike) {
        // As those of an adjoint that several gates lead back to. One piece of code serves them in turn, from
        // either end: each has sums of its own, so that the order does not show in the result.
        static_assert(panels::runs[0].count == panels::accumulators);
        std::ptrdiff_t const run_entries = group_entries / static_cast<std::ptrdiff_t>(run_count);
        std::array<all_sums, run_count> parts;
        for (std::size_t i = 0; i < run_count; ++i) {
            std::size_t const r = from_end ? run_count - 1 - i : i;
            multiply(std::integral_constant<std::size_t, 0>{}, std::false_type{}, operands[r],
                     panel + static_cast<std::ptrdiff_t>(r) * run_entries, parts[r]);
        }
        for (all_sums const& part : parts) {
            for (std::size_t i = 0; i < accumulators; ++i) {
                for (std::size_t b = 0; b < vectors; ++b) {
                    sums[i][b] += part[i][b];
                }
            }
        }
    } else {
        T const* weights = panel;
        [&]<std::size_t... R>(std::index_sequence<R...>) RONDO_INLINE_LAMBDA {
            ((weights = multiply(std::integral_constant<std::size_t, R>{}, std::true_type{}, operands[R],
                                 weights, sums)),
             ...);
        }(std::make_index_sequence<run_count>{});
    }

    return sums;
}

}  // namespace detail

/// Runs @p Stage on row @p row; @p from_end, the last come first of groups of features that the same code
/// runs, and of a group's runs that are alike. If every second step does so, each begins with the panels that
/// the one before has read last, but for a few at the end, and that are still in a cache: of weights somewhat
/// larger than it, all would be gone by their turn if the order were always the same.
template <class Stage, class T, class Sizes>
RONDO_INLINE void run_row_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes,
                                std::ptrdiff_t row, bool from_end)
{
    // A copy that no store can alias, so that its pointers stay in registers.
    context<typename Stage::exe, T> const ctx = shared;
    using panels = panel_layout<Stage>;
    constexpr int blocks = panels::blocks;
    std::ptrdiff_t const features = sizes.template get<Stage::what.dim>();
    handed_values<Stage, T, blocking::row_wave_vectors> handed;
    // As many spans of so many groups as there are from a feature on, of whose vectors each has a feature;
    // returns where they end.
    auto const run = [&]<int Blocks, int Groups>(std::ptrdiff_t begin) RONDO_INLINE_LAMBDA {
        constexpr int vectors = Blocks * Groups;
        constexpr std::ptrdiff_t span = vectors * lane_count<T>;
        constexpr std::ptrdiff_t at_once = blocking::row_wave_vectors / vectors;
        static_assert(at_once > 0);
        std::ptrdiff_t const spans = (features - begin + lane_count<T> - 1) / span;
        auto const feature_of = [&](std::ptrdiff_t i) RONDO_INLINE_LAMBDA {
            return begin + (from_end ? spans - 1 - i : i) * span;
        };
        auto const work_out = [&](auto round, std::ptrdiff_t i, auto const& sums) RONDO_INLINE_LAMBDA {
#pragma GCC unroll 16
            for (int b = 0; b < vectors; ++b) {
                std::ptrdiff_t const feature = feature_of(i) + b * lane_count<T>;
                work_out_round<Stage, round(), T>(
                    ctx, sizes, {row, feature, features - feature},
                    [&](int a) RONDO_INLINE_LAMBDA { return sums(a, b); }, handed, i % at_once * vectors + b);
            }
        };
        for (std::ptrdiff_t first = 0; first < spans; first += at_once) {
            std::ptrdiff_t const last = std::min(first + at_once, spans);
            for (std::ptrdiff_t i = first; i < last; ++i) {
                std::ptrdiff_t const at = feature_of(i);
                auto const sums = detail::multiply_row<Stage, Blocks, Groups, T>(
                    ctx, sizes, {row, at, features - at},
                    ctx.panels[Stage::number] + panels::entries_of(at, sizes), from_end);
                work_out(std::integral_constant<int, 0>{}, i, [&](int a, int b) RONDO_INLINE_LAMBDA {
                    return sums[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
                });
            }
            for_each_round<Stage, 1>([&](auto round) RONDO_INLINE_LAMBDA {
                for (std::ptrdiff_t i = first; i < last; ++i) {
                    work_out(round, i, [](int, int) RONDO_INLINE_LAMBDA { return simd<T>(T(0)); });
                }
            });
        }
        return begin + spans * span;
    };
    std::ptrdiff_t begin = 0;
    constexpr std::ptrdiff_t known = Sizes::template constant<Stage::what.dim>();
    if constexpr (known > 0) {
        constexpr int most = std::max(1, blocking::row_sums / (panels::accumulators * blocks));
        constexpr int all = static_cast<int>(round_up_to_lanes<T>(known) / lane_count<T>);
        if constexpr (all >= blocks * most) {
            begin = run.template operator()<blocks, most>(begin);
        }
        if constexpr (all / blocks % most > 0) {
            begin = run.template operator()<blocks, all / blocks % most>(begin);
        }
        if constexpr (all % blocks > 0) {
            run.template operator()<all % blocks, 1>(begin);
        }
    } else {
        // Several groups at once would be more code, and slower where panels come from the second-level
        // cache, which is read faster in one stream than in two.
        begin = run.template operator()<blocks, 1>(begin);
        [&]<int... Fewer>(std::integer_sequence<int, Fewer...>) RONDO_INLINE_LAMBDA {
            ((begin = run.template operator()<blocks - 1 - Fewer, 1>(begin)), ...);
        }(std::make_integer_sequence<int, blocks - 1>{});
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
