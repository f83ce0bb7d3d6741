#pragma once
/// @file
/// Packs weights into panels: in the order in which the product kernel reads them.
///
/// A stage walks over groups of features. For each group, the panel of a segment holds, for every
/// step of the inner dimension, one vector per block and accumulator side by side, so the kernel
/// reads the memory of a group strictly forwards. Features beyond the end are zero.

#include <rondo/kernel/context.hpp>
#include <rondo/kernel/microkernel.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Factors of one segment whose accumulators stand side by side in the tile's sums: what one call of
/// the product kernel takes on.
struct panel_run {
    array_id operand = no_array;  ///< what is multiplied
    int first_factor = 0;         ///< in the schedule's list
    int count = 0;                ///< of factors, and of accumulators
    int into = 0;                 ///< the first accumulator
    int finished = 0;             ///< how many of those get nothing afterwards
};

namespace detail {

/// The products of a stage as runs of at most @p most accumulators, those of all segments in order.
template <class Stage>
constexpr auto find_runs(int most)
{
    constexpr schedule const& plan = Stage::exe::schedule;
    static_vector<panel_run, 256> out{};
    auto const adds_to = [](panel_run const& run, int accumulator) {
        return run.into <= accumulator && accumulator < run.into + run.count;
    };
    for (int s = Stage::what.segments.begin; s < Stage::what.segments.end; ++s) {
        segment const& from = plan.segments[static_cast<std::size_t>(s)];
        for (int f = from.factors.begin; f < from.factors.end; ++f) {
            int const into = plan.factors[static_cast<std::size_t>(f)].into;
            bool const extends =
                f > from.factors.begin && into == out.back().into + out.back().count && into % most != 0;
            if (extends) {
                ++out.back().count;
            } else {
                out.push_back({from.operand, f, 1, into});
            }
        }
    }
    for (panel_run* run = out.begin(); run != out.end(); ++run) {
        for (int i = run->into; i < run->into + run->count; ++i) {
            run->finished +=
                std::none_of(run + 1, out.end(), [&](panel_run const& later) { return adds_to(later, i); });
        }
    }
    return out;
}

/// Rows of a tile with @p blocks vectors of each accumulator: what the product kernel can do with the
/// widest of the runs.
template <class T, class Runs>
constexpr int rows_of_tile(Runs const& runs, int blocks)
{
    int widest = 1;
    for (panel_run const& run : runs) {
        widest = std::max(widest, run.count * blocks);
    }
    return blocking::tile_rows(widest);
}

/// How many accumulators should share a run: as many as a tile has columns, or fewer, each with more
/// blocks, if that takes fewer calls of the product kernel. (Three accumulators on a tile of two columns are
/// two runs for each operand, one of them half empty, or three full ones for twice the features.)
template <class Stage>
constexpr int accumulators_per_run()
{
    int best = blocking::nr;
    auto const tiles = [](int most) {  // whose calls are compared, as rows times features
        int const blocks = blocking::nr / most;
        return blocks * rows_of_tile<float>(find_runs<Stage>(most), blocks);
    };
    auto const calls = [](int most) { return static_cast<int>(find_runs<Stage>(most).size()); };
    for (int most = blocking::nr / 2; most > 0; most /= 2) {
        best = calls(most) * tiles(best) < calls(best) * tiles(most) ? most : best;
    }
    return best;
}

}  // namespace detail

/// The inner dimension of a run: that of what is multiplied.
template <class Stage>
constexpr dimension_id dimension_of_operand(panel_run const& run)
{
    return schedule_tables<typename Stage::exe>::arrays[static_cast<std::size_t>(run.operand)].dim;
}

/// How the products of a stage are cut into panels.
template <class Stage>
struct panel_layout {
    using lists = schedule_tables<typename Stage::exe>;                   ///< of the stage's schedule
    static constexpr int accumulators = Stage::what.accumulators.size();  ///< of the stage
    /// Accumulators stand in groups of so many, each group with rows of its own.
    static constexpr int per_run = detail::accumulators_per_run<Stage>();
    /// How many groups those are.
    static constexpr int groups = (accumulators + per_run - 1) / per_run;
    /// Blocks of one vector each that a tile spans, for every accumulator.
    static constexpr int blocks = blocking::nr / per_run;

    /// The runs of all segments, in order.
    static constexpr auto runs = [] {
        constexpr auto found = detail::find_runs<Stage>(per_run);
        return trimmed<found.size()>(found);
    }();

    /// Rows of a tile.
    template <class T>
    static constexpr int rows = detail::rows_of_tile<T>(runs, blocks);
    /// Where the sums of block @p b of an accumulator begin, for the first row of the tile.
    template <class T>
    static constexpr std::ptrdiff_t sums_of(std::ptrdiff_t i, std::ptrdiff_t blocks_now, std::ptrdiff_t b)
    {
        return i / per_run * rows<T> * tile_row_stride<T> + (i % per_run * blocks_now + b) * lane_count<T>;
    }

    /// Whether there are several runs that differ in nothing but what is multiplied.
    static constexpr bool runs_are_alike = [] {
        return runs.size() > 1 && std::all_of(runs.begin(), runs.end(), [](panel_run const& run) {
                   return run.into == runs[0].into && run.count == runs[0].count &&
                          dimension_of_operand<Stage>(run) == dimension_of_operand<Stage>(runs[0]);
               });
    }();

    /// Entries along the inner dimension of a run.
    template <class Sizes>
    static constexpr std::ptrdiff_t depth(panel_run const& run, Sizes const& sizes)
    {
        return sizes[dimension_of_operand<Stage>(run)];
    }
    /// Entries of the panels of @p features features, a multiple of the vector width.
    template <class Sizes>
    static constexpr std::ptrdiff_t entries_of(std::ptrdiff_t features, Sizes const& sizes)
    {
        std::ptrdiff_t total = 0;
        for (panel_run const& run : runs) {
            total += run.count * depth(run, sizes);
        }
        return total * features;
    }
    /// Entries of all panels of the stage.
    template <class T, class Sizes>
    static constexpr std::ptrdiff_t entries(Sizes const& sizes)
    {
        return entries_of(round_up_to_lanes<T>(sizes[Stage::what.dim]), sizes);
    }
};

namespace detail {

/// Copies one factor's part of a panel: the features of one vector, all of the inner dimension. One of
/// the two steps in the weight is 1.
template <class T>
void pack_block(T const* weight, std::ptrdiff_t feature_stride, std::ptrdiff_t k_stride,
                std::ptrdiff_t features, std::ptrdiff_t depth, T* to, std::ptrdiff_t to_stride)
{
    if (feature_stride == 1) {
        for (std::ptrdiff_t k = 0; k < depth; ++k) {
            load_up_to(weight + k * k_stride, features).store_aligned(to + k * to_stride);
        }
        return;
    }
    for (std::ptrdiff_t k = 0; k < depth; k += lane_count<T>) {
        std::array<simd<T>, simd<T>::size> square;
        for (std::ptrdiff_t j = 0; j < lane_count<T>; ++j) {
            square[static_cast<std::size_t>(j)] =
                j < features ? load_up_to(weight + j * feature_stride + k, depth - k) : simd<T>(T(0));
        }
        transpose(square);
        for (std::ptrdiff_t i = 0; i < std::min(lane_count<T>, depth - k); ++i) {
            square[static_cast<std::size_t>(i)].store_aligned(to + (k + i) * to_stride);
        }
    }
}

}  // namespace detail

/// Writes the panels of a stage to @p to, which has room for panel_layout::entries().
template <class Stage, class T, class Sizes, class Parameters>
void pack_panels(Parameters const& parameters, Sizes const& sizes, T* to)
{
    using panels = panel_layout<Stage>;
    auto const& shapes = compiled<typename Stage::exe::cell_type>::shapes;
    std::ptrdiff_t const features = sizes[Stage::what.dim];
    std::ptrdiff_t const all_blocks = round_up_to_lanes<T>(features) / lane_count<T>;
    for (std::ptrdiff_t first = 0; first < all_blocks; first += panels::blocks) {
        std::ptrdiff_t const blocks = std::min<std::ptrdiff_t>(panels::blocks, all_blocks - first);
        for (panel_run const& run : panels::runs) {
            std::ptrdiff_t const depth = panels::depth(run, sizes);
            std::ptrdiff_t const step = run.count * blocks * lane_count<T>;
            for (int i = 0; i < run.count; ++i) {
                factor const& f = panels::lists::factors[static_cast<std::size_t>(run.first_factor + i)];
                auto const parameter = static_cast<std::size_t>(f.parameter);
                std::ptrdiff_t const columns = sizes[shapes.parameters[parameter].shape.columns];
                for (std::ptrdiff_t b = 0; b < blocks; ++b) {
                    std::ptrdiff_t const feature = (first + b) * lane_count<T>;
                    std::ptrdiff_t const feature_stride = f.transposed ? 1 : columns;
                    detail::pack_block(parameters[parameter] + feature * feature_stride, feature_stride,
                                       f.transposed ? columns : 1, features - feature, depth,
                                       to + (i * blocks + b) * lane_count<T>, step);
                }
            }
            to += depth * step;
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
