#pragma once
/// @file
/// Packs weights into panels, in the order in which the microkernel reads them.
///
/// A stage walks over spans of `blocks` vectors of features. A panel has the weights of one product group for
/// one span. For every step k of the inner dimension it has `blocks` vectors for each accumulator of the
/// group, side by side; the panels of all groups follow each other, then those of the next span. The
/// microkernel thus reads all memory of a stage strictly forwards.
///
///     A group of 2 accumulators a and c, with 2 blocks of L lanes each and K steps:
///
///                 a, block 0     a, block 1     c, block 0     c, block 1
///               +--------------+--------------+--------------+--------------+
///     k = 0     | a[0..L)      | a[L..2L)     | c[0..L)      | c[L..2L)     |   one row: count * blocks
///     k = 1     |              |              |              |              |   vectors, read by one step
///       ...     |              |              |              |              |   of the microkernel
///     k = K - 1 |              |              |              |              |
///               +--------------+--------------+--------------+--------------+
///
///     Memory of a stage:
///
///     | span 0                          | span 1                          | ... | last span      |
///     | group 0 | group 1 | ... group n | group 0 | group 1 | ... group n | ... | fewer blocks   |
///
/// In the last vector, lanes beyond the last feature are zero.

#include <rondo/kernel/microkernel.hpp>
#include <rondo/kernel/product_groups.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// How the products of a stage are divided into panels.
template <class Stage>
struct panel_layout {
    using tables = schedule_tables<typename Stage::exe>;                  ///< of the stage's schedule
    static constexpr int accumulators = Stage::what.accumulators.size();  ///< of the stage
    static constexpr int per_group = accumulators_per_group<Stage>();  ///< accumulators of a group, at most
    /// Sets of `per_group` accumulators, each with rows of its own in a buffer of sums.
    static constexpr int accumulator_sets = (accumulators + per_group - 1) / per_group;
    /// Vectors of features that a span has for each accumulator, at most.
    static constexpr int blocks = blocking::nr / per_group;
    /// The product groups of all segments, in order.
    static constexpr auto const& groups = product_groups<Stage, per_group>;
    /// Rows of a tile.
    static constexpr int rows = detail::rows_of_tile(groups, blocks);

    /// The offset in a buffer of sums of block @p b of accumulator @p i, for the first row of a tile with
    /// @p blocks_now blocks.
    template <class T>
    static constexpr std::ptrdiff_t sum_offset(std::ptrdiff_t i, std::ptrdiff_t blocks_now, std::ptrdiff_t b)
    {
        return i / per_group * rows * tile_row_stride<T> + (i % per_group * blocks_now + b) * lane_count<T>;
    }

    /// Whether there are several groups that differ in their left operand only.
    static constexpr bool groups_are_alike = [] {
        return groups.size() > 1 && std::all_of(groups.begin(), groups.end(), [](product_group const& group) {
                   return group.first_accumulator == groups[0].first_accumulator &&
                          group.count == groups[0].count && group.inner == groups[0].inner;
               });
    }();

    /// Whether a matrix is the operand of a product, as a whole.
    static constexpr bool has_matrix_operands = std::any_of(
        groups.begin(), groups.end(), [](product_group const& group) { return group.inner.is_matrix(); });

    /// The size of the inner dimension of a group.
    template <class Sizes>
    static constexpr std::ptrdiff_t k_size(product_group const& group, Sizes const& sizes)
    {
        if constexpr (has_matrix_operands) {
            return ir_internal::entries_of(sizes, group.inner);
        } else {
            return sizes[group.inner.rows()];
        }
    }
    /// Entries of the panels of @p features features, a multiple of the vector width.
    template <class Sizes>
    static constexpr std::ptrdiff_t entries_of(std::ptrdiff_t features, Sizes const& sizes)
    {
        std::ptrdiff_t total = 0;
        for (product_group const& group : groups) {
            total += group.count * k_size(group, sizes);
        }
        return total * features;
    }
    /// Entries of the panels of one head; of all panels if the stage does not run head by head.
    template <class T, class Sizes>
    static constexpr std::ptrdiff_t entries_of_head(Sizes const& sizes)
    {
        return entries_of(round_up_to_lanes<T>(sizes[Stage::what.shape.last()]), sizes);
    }
    /// How many heads have panels.
    template <class Sizes>
    static constexpr std::ptrdiff_t heads(Sizes const& sizes)
    {
        return Stage::what.is_by_head() ? sizes[Stage::what.shape.dims[0]] : 1;
    }
    /// Entries of all panels of the stage.
    template <class T, class Sizes>
    static constexpr std::ptrdiff_t entries(Sizes const& sizes)
    {
        return heads(sizes) * entries_of_head<T>(sizes);
    }
};

namespace detail {

/// Copies one factor's part of a panel: one vector of features, for all of the inner dimension. One of the
/// two strides in the weight is 1.
template <class T>
void pack_block(T const* weight, std::ptrdiff_t feature_stride, std::ptrdiff_t k_stride,
                std::ptrdiff_t features, std::ptrdiff_t k_size, T* to, std::ptrdiff_t to_stride)
{
    if (feature_stride == 1) {
        for (std::ptrdiff_t k = 0; k < k_size; ++k) {
            load_up_to(weight + k * k_stride, features).store_aligned(to + k * to_stride);
        }
        return;
    }
    for (std::ptrdiff_t k = 0; k < k_size; k += lane_count<T>) {
        std::array<simd<T>, simd<T>::size> square;
        for (std::ptrdiff_t j = 0; j < lane_count<T>; ++j) {
            square[static_cast<std::size_t>(j)] =
                j < features ? load_up_to(weight + j * feature_stride + k, k_size - k) : simd<T>(T(0));
        }
        transpose(square);
        for (std::ptrdiff_t i = 0; i < std::min(lane_count<T>, k_size - k); ++i) {
            square[static_cast<std::size_t>(i)].store_aligned(to + (k + i) * to_stride);
        }
    }
}

}  // namespace detail

namespace detail {

/// Writes the panels of head @p head of a stage to @p to, or the panels of a stage without heads.
template <class Stage, class T, class Sizes, class Parameters>
void pack_panels_of_head(Parameters const& parameters, Sizes const& sizes, std::ptrdiff_t head, T* to)
{
    using panels = panel_layout<Stage>;
    auto const& shapes = compiled<typename Stage::exe::cell_type>::shapes;
    std::ptrdiff_t const features = sizes[Stage::what.shape.last()];
    std::ptrdiff_t const all_blocks = round_up_to_lanes<T>(features) / lane_count<T>;
    for (std::ptrdiff_t first = 0; first < all_blocks; first += panels::blocks) {
        std::ptrdiff_t const blocks = std::min<std::ptrdiff_t>(panels::blocks, all_blocks - first);
        for (product_group const& group : panels::groups) {
            std::ptrdiff_t const k_size = panels::k_size(group, sizes);
            std::ptrdiff_t const row_size = group.count * blocks * lane_count<T>;
            for (int i = 0; i < group.count; ++i) {
                factor const& f = panels::tables::factors[static_cast<std::size_t>(group.first_factor + i)];
                auto const parameter = static_cast<std::size_t>(f.parameter);
                extents const shape = shapes.parameters[parameter].shape;
                std::ptrdiff_t const columns = sizes[shape.last()];
                std::ptrdiff_t const skipped =
                    head * ir_internal::entries_of(sizes, shape.without(shape.dims[0]));
                for (std::ptrdiff_t b = 0; b < blocks; ++b) {
                    std::ptrdiff_t const feature = (first + b) * lane_count<T>;
                    std::ptrdiff_t const feature_stride = f.transposed ? 1 : columns;
                    pack_block(parameters[parameter] + skipped + feature * feature_stride, feature_stride,
                               f.transposed ? columns : 1, features - feature, k_size,
                               to + (i * blocks + b) * lane_count<T>, row_size);
                }
            }
            to += k_size * row_size;
        }
    }
}

}  // namespace detail

/// Writes the panels of a stage to @p to, which has room for panel_layout::entries(): those of one head after
/// those of another.
template <class Stage, class T, class Sizes, class Parameters>
void pack_panels(Parameters const& parameters, Sizes const& sizes, T* to)
{
    using panels = panel_layout<Stage>;
    for (std::ptrdiff_t head = 0; head < panels::heads(sizes); ++head) {
        detail::pack_panels_of_head<Stage>(parameters, sizes, head,
                                           to + head * panels::template entries_of_head<T>(sizes));
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
