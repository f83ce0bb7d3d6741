#pragma once
/// @file
/// Sums outer products over all rows: the gradients of matrices, each one large product.
///
/// The gradient of W in W * v is the sum over rows (time and batch) of the adjoint, on the left, times v, on
/// the right. Rows are the inner dimension k. It is a rank-KC update for each block of KC rows: the right
/// side is packed into panels, through which blocks of MC features on the left pass.

#include <rondo/kernel/context.hpp>
#include <rondo/kernel/microkernel.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Entries of scratch memory that the weight gradient stages of @p Exe need: for all panels of one array.
template <class Exe, class T, class Sizes>
constexpr std::ptrdiff_t weight_gradient_scratch(Sizes const& sizes)
{
    std::ptrdiff_t features = blocking::nr * lane_count<T>;
    for (gradient_part const& part : schedule_tables<Exe>::parts) {
        if (part.right != no_array) {
            extents const shape = schedule_tables<Exe>::arrays[static_cast<std::size_t>(part.right)].shape;
            features = std::max(features, round_up_to_lanes<T>(sizes[shape.last()]));
        }
    }
    return blocking::gradient_kc * features;
}

namespace detail {

/// Packs @p k_size rows by @p columns vectors of an array, with @p valid features, into a panel.
template <class T>
void pack_rows(T const* from, std::ptrdiff_t row_stride, std::ptrdiff_t k_size, std::ptrdiff_t valid,
               std::ptrdiff_t columns, T* to)
{
    for (std::ptrdiff_t k = 0; k < k_size; ++k) {
        for (std::ptrdiff_t j = 0; j < columns; ++j) {
            load_up_to(from + k * row_stride + j * lane_count<T>, valid - j * lane_count<T>)
                .store_aligned(to);
            to += lane_count<T>;
        }
    }
}

/// Calls `f(feature, valid, columns)` for each panel of the @p features: the first feature of it, how many
/// there are, and how many vectors they take.
template <class T, class F>
RONDO_INLINE void for_each_panel(index_range features, F&& f)
{
    constexpr std::ptrdiff_t span = blocking::nr * lane_count<T>;
    for (std::ptrdiff_t feature = features.begin; feature < features.end; feature += span) {
        std::ptrdiff_t const valid = std::min(features.end - feature, span);
        f(feature, valid, (valid + lane_count<T> - 1) / lane_count<T>);
    }
}

/// Adds @p count entries, which come from full vectors.
template <class T>
RONDO_INLINE void add_row(T const* from, T* to, std::ptrdiff_t count)
{
    std::ptrdiff_t j = 0;
    for (; j + lane_count<T> <= count; j += lane_count<T>) {
        (simd<T>::load_unaligned(to + j) + simd<T>::load_aligned(from + j)).store_unaligned(to + j);
    }
    if (j < count) {
        store_n(load_n(to + j, count - j) + simd<T>::load_aligned(from + j), to + j, count - j);
    }
}

/// The tile of a product over rows. It starts from zeros and ends in a buffer.
template <class T>
class gradient_tile {
   public:
    /// For panels of @p columns vectors.
    explicit gradient_tile(std::ptrdiff_t columns) : columns_(columns)
    {
        for (std::ptrdiff_t j = 0; j < columns; ++j) {
            zeros_.set(j, zero_vector<T>.data(), 0);
            buffer_.set(j, sums_.data() + j * lane_count<T>, tile_row_stride<T>);
        }
    }
    gradient_tile(gradient_tile const&) = delete;
    gradient_tile& operator=(gradient_tile const&) = delete;

    /// Calls `f(i, sums)` for each of the @p features of @p left; the sums are those over @p rows of the
    /// products of feature i with the columns of @p panel. Calls `before(i)` before the products, to prefetch
    /// what f needs.
    template <class Before, class F>
    RONDO_INLINE void multiply(rows_of<T> const& left, index_range rows, index_range features, T const* panel,
                               Before&& before, F&& f)
    {
        for_each_tile(features, blocking::tile_rows(static_cast<int>(columns_)), [&](index_range tile) {
            for (std::ptrdiff_t i = tile.begin; i < tile.end; ++i) {
                before(i);
            }
            T const* const from = left.row(rows.begin) + tile.begin;
            microkernel_of<T>(tile.size(), columns_)(
                zeros_.from(0), buffer_.from(0), {from, 1, left.row_stride}, panel, rows.size(),
                {from, blocking::gradient_prefetch_rows * left.row_stride, left.row_stride});
            for (std::ptrdiff_t i = tile.begin; i < tile.end; ++i) {
                f(i, sums_.data() + (i - tile.begin) * tile_row_stride<T>);
            }
        });
    }

   private:
    std::ptrdiff_t columns_;
    alignas(64) std::array<T, static_cast<std::size_t>(blocking::mr* tile_row_stride<T>)> sums_;
    column_pointers<T const, blocking::nr> zeros_;
    column_pointers<T, blocking::nr> buffer_;
};

/// Adds to the rows @p mine of a gradient of @p features columns the products of @p left with all of the
/// @p panels on the right.
template <class T>
void add_weight_gradient(rows_of<T> const& left, index_range rows, index_range mine, T const* panels,
                         std::ptrdiff_t features, T* gradient)
{
    for (std::ptrdiff_t begin = mine.begin; begin < mine.end; begin += blocking::gradient_mc) {
        index_range const block{begin, std::min(begin + blocking::gradient_mc, mine.end)};
        for_each_panel<T>({0, features},
                          [&](std::ptrdiff_t column, std::ptrdiff_t valid, std::ptrdiff_t columns) {
                              gradient_tile<T> tile(columns);
                              tile.multiply(
                                  left, rows, block, panels + rows.size() * column,
                                  [&](std::ptrdiff_t row) RONDO_INLINE_LAMBDA {
                                      cache_policy::prefetch_sums(gradient, row * features + column, valid);
                                  },
                                  [&](std::ptrdiff_t row, T const* sums) {
                                      add_row(sums, gradient + row * features + column, valid);
                                  });
                          });
    }
}

/// add_weight_gradient() for so few columns that most lanes of a panel of the right would be empty: the left
/// is packed instead, and the gradient computed transposed.
template <class T>
void add_weight_gradient_narrow(rows_of<T> const& left, rows_of<T> const& right, index_range rows,
                                index_range mine, T* panel, std::ptrdiff_t features, T* gradient)
{
    for_each_panel<T>(mine, [&](std::ptrdiff_t row, std::ptrdiff_t valid, std::ptrdiff_t columns) {
        pack_rows<T>(left.row(rows.begin) + row, left.row_stride, rows.size(), valid, columns, panel);
        gradient_tile<T> tile(columns);
        tile.multiply(
            right, rows, {0, features}, panel, [](std::ptrdiff_t) {},
            [&](std::ptrdiff_t column, T const* sums) {
                for (std::ptrdiff_t i = 0; i < valid; ++i) {
                    gradient[(row + i) * features + column] += sums[i];
                }
            });
    });
}

/// Adds the products over one block of @p rows of all parts of @p Stage from part @p first on that have the
/// array @p right_id on the right; if that has a vector for each head, with that of head @p head.
template <class Stage, class T, class Sizes>
RONDO_INLINE void add_parts_of(context<typename Stage::exe, T> const& ctx, Sizes const& sizes, int first,
                               array_id right_id, std::ptrdiff_t head, index_range rows, work_part part,
                               T* scratch)
{
    using tables = schedule_tables<typename Stage::exe>;
    auto const at = [](auto i) { return static_cast<std::size_t>(i); };
    extents const shape = tables::arrays[at(right_id)].shape;
    std::ptrdiff_t const features = sizes[shape.last()];
    rows_of<T> right = ctx.arrays[at(right_id)];
    right.data += head * features;
    bool const is_narrow = 2 * features <= lane_count<T>;
    if (!is_narrow) {
        for_each_panel<T>({0, features},
                          [&](std::ptrdiff_t column, std::ptrdiff_t valid, std::ptrdiff_t columns) {
                              pack_rows<T>(right.row(rows.begin) + column, right.row_stride, rows.size(),
                                           valid, columns, scratch + rows.size() * column);
                          });
    }
    for (int q = first; q < Stage::what.parts.end; ++q) {
        gradient_part const& product = tables::parts[at(q)];
        if (product.right == right_id) {
            // Of one head, or of all heads one after the other.
            extents const of_left = tables::arrays[at(product.left)].shape;
            std::ptrdiff_t const left_features =
                shape.is_matrix() ? sizes[of_left.last()] : entries_of(sizes, of_left);
            index_range const mine = part_of(left_features, part);
            rows_of<T> left = ctx.arrays[at(product.left)];
            left.data += head * left_features;
            T* const gradient = ctx.gradients[at(product.parameter)] + head * left_features * features;
            if (is_narrow) {
                add_weight_gradient_narrow(left, right, rows, mine, scratch, features, gradient);
            } else {
                add_weight_gradient<T>(left, rows, mine, scratch, features, gradient);
            }
        }
    }
}

}  // namespace detail

/// Adds part @p part of the gradients of @p Stage, summed over @p rows, to the gradients. @p scratch has room
/// for weight_gradient_scratch() entries.
template <class Stage, class T, class Sizes>
void run_weight_gradient_stage(context<typename Stage::exe, T> const& ctx, Sizes const& sizes,
                               index_range rows, work_part part, T* scratch)
{
    using tables = schedule_tables<typename Stage::exe>;
    for (std::ptrdiff_t first = rows.begin; first < rows.end; first += blocking::gradient_kc) {
        index_range const block{first, std::min(first + blocking::gradient_kc, rows.end)};
        for (int p = Stage::what.parts.begin; p < Stage::what.parts.end; ++p) {
            array_id const right = tables::parts[static_cast<std::size_t>(p)].right;
            bool is_done = false;
            for (int q = Stage::what.parts.begin; q < p; ++q) {
                is_done |= tables::parts[static_cast<std::size_t>(q)].right == right;
            }
            extents const shape = tables::arrays[static_cast<std::size_t>(right)].shape;
            std::ptrdiff_t const heads = is_done ? 0 : shape.is_matrix() ? sizes[shape.dims[0]] : 1;
            for (std::ptrdiff_t head = 0; head < heads; ++head) {
                detail::add_parts_of<Stage, T>(ctx, sizes, p, right, head, block, part, scratch);
            }
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
