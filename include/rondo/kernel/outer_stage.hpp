#pragma once
/// @file
/// Adds up outer products over all rows: the gradients of matrices, each one large product.

#include <rondo/kernel/context.hpp>
#include <rondo/kernel/product.hpp>
#include <rondo/kernel/sizes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo {

/// Rows (time and batch) that one product of an outer stage takes in: as many as let a panel of
/// this depth stay in the second-level cache.
inline constexpr std::ptrdiff_t outer_depth = 512;

/// Entries of scratch memory that an outer stage needs.
template <class T>
inline constexpr std::ptrdiff_t outer_scratch = outer_depth * max_tile_columns * width<T>;

namespace detail {

/// Packs @p depth rows by @p columns vectors of an array into a panel.
template <class T>
void pack_rows(T const* from, std::ptrdiff_t row_step, std::ptrdiff_t depth, std::ptrdiff_t valid,
               std::ptrdiff_t columns, T* to)
{
    for (std::ptrdiff_t k = 0; k < depth; ++k) {
        for (std::ptrdiff_t j = 0; j < columns; ++j) {
            load_most(from + k * row_step + j * width<T>, valid - j * width<T>).store_aligned(to);
            to += width<T>;
        }
    }
}

/// Adds @p count entries, of which the first are aligned where they come from.
template <class T>
RONDO_INLINE void add_row(T const* from, T* to, std::ptrdiff_t count)
{
    std::ptrdiff_t j = 0;
    for (; j + width<T> <= count; j += width<T>) {
        (batch<T>::load_unaligned(to + j) + batch<T>::load_aligned(from + j)).store_unaligned(to + j);
    }
    for (; j < count; ++j) {
        to[j] += from[j];
    }
}

/// Adds leftᵀ · right over @p depth rows to the columns of @p gradient that the panel holds.
template <class T>
void add_outer(rows_of<T> const& left, std::ptrdiff_t first_row, share rows_of_weight,
               T const* panel, std::ptrdiff_t columns, std::ptrdiff_t valid, std::ptrdiff_t depth,
               T* gradient, std::ptrdiff_t gradient_step)
{
    alignas(64) std::array<T, static_cast<std::size_t>(max_tile_rows * tile_row_step<T>)> sums;
    tile_places<T const, max_tile_columns> zeros;
    tile_places<T, max_tile_columns> buffer;
    for (std::ptrdiff_t j = 0; j < columns; ++j) {
        zeros.set(j, vector_of_zeros<T>.data(), 0);
        buffer.set(j, sums.data() + j * width<T>, tile_row_step<T>);
    }
    for_each_tile(rows_of_weight.begin, rows_of_weight.end, tile_rows<T>(static_cast<int>(columns)),
                  [&](std::ptrdiff_t first, std::ptrdiff_t rows) {
                      multiply_tile_of<T>(rows, columns)(
                          zeros.from(0), buffer.from(0),
                          {left.row(first_row) + first, 1, left.row_step}, panel, depth);
                      for (std::ptrdiff_t r = 0; r < rows; ++r) {
                          add_row(sums.data() + r * tile_row_step<T>,
                                  gradient + (first + r) * gradient_step, valid);
                      }
                  });
}

}  // namespace detail

/// Adds the parts of @p Stage over the rows of @p work to the gradients. @p scratch has room for
/// outer_scratch entries.
template <class Stage, class T, class Sizes>
void run_outer_stage(context<typename Stage::code, T> const& ctx, Sizes const& sizes,
                     work_share work, T* scratch)
{
    using plan = lists_of<typename Stage::code>;
    auto const at = [](auto i) { return static_cast<std::size_t>(i); };
    for (std::ptrdiff_t first = work.begin; first < work.end; first += outer_depth) {
        std::ptrdiff_t const depth = std::min(outer_depth, work.end - first);
        for (int p = Stage::what.parts.begin; p < Stage::what.parts.end; ++p) {
            array_id const right = plan::parts[at(p)].right;
            bool packed_before = false;
            for (int q = Stage::what.parts.begin; q < p; ++q) {
                packed_before |= plan::parts[at(q)].right == right;
            }
            if (packed_before) {
                continue;
            }
            std::ptrdiff_t const features = sizes[plan::arrays[at(right)].dim];
            rows_of<T> const& rows = ctx.arrays[at(right)];
            for (std::ptrdiff_t feature = 0; feature < features;
                 feature += std::ptrdiff_t{max_tile_columns} * width<T>) {
                std::ptrdiff_t const valid = std::min(features - feature, std::ptrdiff_t{max_tile_columns} * width<T>);
                std::ptrdiff_t const columns = (valid + width<T> - 1) / width<T>;
                detail::pack_rows<T>(rows.row(first) + feature, rows.row_step, depth, valid, columns,
                                     scratch);
                for (int q = p; q < Stage::what.parts.end; ++q) {
                    gradient_part const& part = plan::parts[at(q)];
                    if (part.right == right) {
                        rows_of<T> const& left = ctx.arrays[at(part.left)];
                        share const mine(sizes[plan::arrays[at(part.left)].dim], work.part, work.parts);
                        detail::add_outer<T>(left, first, mine, scratch, columns, valid, depth,
                                             ctx.gradients[at(part.parameter)] + feature, features);
                    }
                }
            }
        }
    }
}

}  // namespace rondo
