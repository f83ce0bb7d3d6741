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

/// Adds @p count entries, which come from full vectors.
template <class T>
RONDO_INLINE void add_row(T const* from, T* to, std::ptrdiff_t count)
{
    std::ptrdiff_t j = 0;
    for (; j + width<T> <= count; j += width<T>) {
        (batch<T>::load_unaligned(to + j) + batch<T>::load_aligned(from + j)).store_unaligned(to + j);
    }
    if (j < count) {
        store_part(load_part(to + j, count - j) + batch<T>::load_aligned(from + j), to + j, count - j);
    }
}

/// A tile of a product over rows, which starts from zeros.
template <class T>
class outer_tile {
   public:
    /// For panels of @p columns vectors.
    explicit outer_tile(std::ptrdiff_t columns) : columns_(columns)
    {
        for (std::ptrdiff_t j = 0; j < columns; ++j) {
            zeros_.set(j, vector_of_zeros<T>.data(), 0);
            buffer_.set(j, sums_.data() + j * width<T>, tile_row_step<T>);
        }
    }
    outer_tile(outer_tile const&) = delete;
    outer_tile& operator=(outer_tile const&) = delete;

    /// Calls `f(i, sums)` for each feature i of @p mine of @p left, of which row @p first is the first of
    /// @p depth; the sums are those of the products of that feature with the columns of @p panel. Before it
    /// multiplies it calls `before(i)`, which may ask for the memory that f needs.
    template <class Before, class F>
    RONDO_INLINE void multiply(rows_of<T> const& left, std::ptrdiff_t first, std::ptrdiff_t depth,
                               share mine, T const* panel, Before&& before, F&& f)
    {
        for_each_tile(mine.begin, mine.end, tile_rows<T>(static_cast<int>(columns_)),
                      [&](std::ptrdiff_t feature, std::ptrdiff_t rows) {
                          for (std::ptrdiff_t r = 0; r < rows; ++r) {
                              before(feature + r);
                          }
                          T const* const from = left.row(first) + feature;
                          multiply_tile_of<T>(rows, columns_)(
                              zeros_.from(0), buffer_.from(0), {from, 1, left.row_step}, panel, depth,
                              {from + cache_line<T>, left.row_step});
                          for (std::ptrdiff_t r = 0; r < rows; ++r) {
                              f(feature + r, sums_.data() + r * tile_row_step<T>);
                          }
                      });
    }

   private:
    std::ptrdiff_t columns_;
    alignas(64) std::array<T, static_cast<std::size_t>(max_tile_rows * tile_row_step<T>)> sums_;
    tile_places<T const, max_tile_columns> zeros_;
    tile_places<T, max_tile_columns> buffer_;
};

/// Packs @p depth rows of an array from @p first on, a tile's width of the features @p mine at a time, and
/// calls `f(feature, valid, tile)` for each such panel, with what multiplies by it.
template <class T, class F>
RONDO_INLINE void for_each_panel(rows_of<T> const& from, std::ptrdiff_t first, std::ptrdiff_t depth,
                                 share mine, T* panel, F&& f)
{
    constexpr std::ptrdiff_t span = max_tile_columns * width<T>;
    for (std::ptrdiff_t feature = mine.begin; feature < mine.end; feature += span) {
        std::ptrdiff_t const valid = std::min(mine.end - feature, span);
        std::ptrdiff_t const columns = (valid + width<T> - 1) / width<T>;
        pack_rows<T>(from.row(first) + feature, from.row_step, depth, valid, columns, panel);
        outer_tile<T> tile(columns);
        f(feature, valid, tile);
    }
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
    auto const features_of = [&](array_id a) { return sizes[plan::arrays[at(a)].dim]; };
    for (std::ptrdiff_t first = work.begin; first < work.end; first += outer_depth) {
        std::ptrdiff_t const depth = std::min(outer_depth, work.end - first);
        for (int p = Stage::what.parts.begin; p < Stage::what.parts.end; ++p) {
            gradient_part const& one = plan::parts[at(p)];
            array_id const right = one.right;
            std::ptrdiff_t const features = features_of(right);
            if (2 * features <= width<T>) {  // most lanes would be empty: the other way around
                share const mine(features_of(one.left), work.part, work.parts);
                T* const gradient = ctx.gradients[at(one.parameter)];
                detail::for_each_panel<T>(
                    ctx.arrays[at(one.left)], first, depth, mine, scratch,
                    [&](std::ptrdiff_t row, std::ptrdiff_t valid, detail::outer_tile<T>& tile) {
                        tile.multiply(
                            ctx.arrays[at(right)], first, depth, share(features, 0, 1), scratch,
                            [](std::ptrdiff_t) {},
                            [&](std::ptrdiff_t column, T const* sums) {
                                for (std::ptrdiff_t i = 0; i < valid; ++i) {
                                    gradient[(row + i) * features + column] += sums[i];
                                }
                            });
                    });
                continue;
            }
            bool packed_before = false;
            for (int q = Stage::what.parts.begin; q < p; ++q) {
                packed_before |= plan::parts[at(q)].right == right;
            }
            if (packed_before) {
                continue;
            }
            detail::for_each_panel<T>(
                ctx.arrays[at(right)], first, depth, share(features, 0, 1), scratch,
                [&](std::ptrdiff_t column, std::ptrdiff_t valid, detail::outer_tile<T>& tile) {
                    for (int q = p; q < Stage::what.parts.end; ++q) {
                        gradient_part const& part = plan::parts[at(q)];
                        if (part.right == right) {
                            T* const gradient = ctx.gradients[at(part.parameter)] + column;
                            share const mine(features_of(part.left), work.part, work.parts);
                            tile.multiply(
                                ctx.arrays[at(part.left)], first, depth, mine, scratch,
                                [&](std::ptrdiff_t row) RONDO_INLINE_LAMBDA {
                                    for (std::ptrdiff_t j = 0; j < valid; j += cache_line<T>) {
                                        __builtin_prefetch(gradient + row * features + j, 1);
                                    }
                                },
                                [&](std::ptrdiff_t row, T const* sums) {
                                    detail::add_row(sums, gradient + row * features, valid);
                                });
                        }
                    }
                });
        }
    }
}

}  // namespace rondo
