#pragma once
/// @file
/// Packs weights into panels: in the order in which the product kernel reads them.
///
/// A stage walks over groups of features. For each group, the panel of a segment holds, for every
/// step of the inner dimension, one vector per block and accumulator side by side, so the kernel
/// reads memory strictly forwards. Features beyond the end are zero.

#include <rondo/kernel/context.hpp>
#include <rondo/kernel/product.hpp>
#include <rondo/kernel/sizes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo {

/// Factors of one segment whose accumulators stand side by side: what one call of the product
/// kernel takes on.
struct panel_run {
    array_id operand = no_array;
    int first_factor = 0;  ///< in the schedule's list
    int count = 0;         ///< of factors, and of accumulators
    int into = 0;          ///< the first accumulator
};

/// How the products of a stage are cut into panels.
template <class Stage>
struct panel_layout {
    static constexpr schedule const& plan = Stage::code::plan;
    static constexpr int accumulators = Stage::what.accumulators.size();
    /// Blocks of one vector each that a tile spans, for every accumulator.
    static constexpr int blocks =
        accumulators == 0 ? 1 : std::max(1, max_tile_columns / accumulators);

    /// The runs of all segments, in order.
    static constexpr auto runs = [] {
        static_vector<panel_run, 256> out{};
        for (int s = Stage::what.segments.begin; s < Stage::what.segments.end; ++s) {
            segment const& from = plan.segments[static_cast<std::size_t>(s)];
            for (int f = from.factors.begin; f < from.factors.end; ++f) {
                int const into = plan.factors[static_cast<std::size_t>(f)].into;
                bool const extends = f > from.factors.begin &&
                                     into == out.back().into + out.back().count &&
                                     out.back().count < max_tile_columns;
                if (extends) {
                    ++out.back().count;
                } else {
                    out.push_back({from.operand, f, 1, into});
                }
            }
        }
        return out;
    }();

    /// Entries along the inner dimension of a run.
    template <class Sizes>
    static std::ptrdiff_t depth(panel_run const& run, Sizes const& sizes)
    {
        return sizes[plan.arrays[static_cast<std::size_t>(run.operand)].dim];
    }
    /// Entries of all panels of the stage.
    template <class T, class Sizes>
    static std::ptrdiff_t entries(Sizes const& sizes)
    {
        std::ptrdiff_t total = 0;
        for (panel_run const& run : runs) {
            total += run.count * depth(run, sizes);
        }
        return total * padded<T>(sizes[Stage::what.dim]);
    }
};

namespace detail {

/// Copies one factor's part of a panel: the features of one vector, all of the inner dimension.
template <class T>
void pack_block(T const* weight, std::ptrdiff_t feature_step, std::ptrdiff_t inner_step,
                std::ptrdiff_t features, std::ptrdiff_t depth, T* to, std::ptrdiff_t to_step)
{
    for (std::ptrdiff_t k = 0; k < depth; ++k) {
        for (std::ptrdiff_t j = 0; j < width<T>; ++j) {
            to[k * to_step + j] = j < features ? weight[j * feature_step + k * inner_step] : T(0);
        }
    }
}

}  // namespace detail

/// Writes the panels of a stage to @p to, which has room for panel_layout::entries().
template <class Stage, class T, class Sizes, class Parameters>
void pack_panels(Parameters const& parameters, Sizes const& sizes, T* to)
{
    using layout = panel_layout<Stage>;
    auto const& shapes = compiled<typename Stage::code::cell_type>::shapes;
    std::ptrdiff_t const features = sizes[Stage::what.dim];
    std::ptrdiff_t const all_blocks = padded<T>(features) / width<T>;
    for (std::ptrdiff_t first = 0; first < all_blocks; first += layout::blocks) {
        std::ptrdiff_t const blocks = std::min<std::ptrdiff_t>(layout::blocks, all_blocks - first);
        for (panel_run const& run : layout::runs) {
            std::ptrdiff_t const depth = layout::depth(run, sizes);
            std::ptrdiff_t const step = run.count * blocks * width<T>;
            for (int i = 0; i < run.count; ++i) {
                factor const& f = layout::plan.factors[static_cast<std::size_t>(run.first_factor + i)];
                auto const parameter = static_cast<std::size_t>(f.parameter);
                std::ptrdiff_t const columns = sizes[shapes.parameters[parameter].shape.columns];
                for (std::ptrdiff_t b = 0; b < blocks; ++b) {
                    std::ptrdiff_t const feature = (first + b) * width<T>;
                    std::ptrdiff_t const feature_step = f.transposed ? 1 : columns;
                    detail::pack_block(parameters[parameter] + feature * feature_step, feature_step,
                                       f.transposed ? columns : 1, features - feature, depth,
                                       to + (i * blocks + b) * width<T>, step);
                }
            }
            to += depth * step;
        }
    }
}

}  // namespace rondo
