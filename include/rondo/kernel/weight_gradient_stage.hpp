#pragma once
/// @file
/// Adds up outer products over all rows: the gradients of matrices, each one large product.

#include <rondo/kernel/context.hpp>
#include <rondo/kernel/microkernel.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Entries of scratch memory that the outer stages of @p Exe need: for all panels of one array.
template <class Exe, class T, class Sizes>
constexpr std::ptrdiff_t weight_gradient_scratch(Sizes const& sizes)
{
    std::ptrdiff_t features = blocking::nr * lane_count<T>;
    for (gradient_part const& part : schedule_tables<Exe>::parts) {
        if (part.right != no_array) {
            dimension_id const dim = schedule_tables<Exe>::arrays[static_cast<std::size_t>(part.right)].dim;
            features = std::max(features, round_up_to_lanes<T>(sizes[dim]));
        }
    }
    return blocking::gradient_kc * features;
}

namespace detail {

/// Packs @p depth rows by @p columns vectors of an array into a panel.
template <class T>
void pack_rows(T const* from, std::ptrdiff_t row_stride, std::ptrdiff_t depth, std::ptrdiff_t valid,
               std::ptrdiff_t columns, T* to)
{
    for (std::ptrdiff_t k = 0; k < depth; ++k) {
        for (std::ptrdiff_t j = 0; j < columns; ++j) {
            load_up_to(from + k * row_stride + j * lane_count<T>, valid - j * lane_count<T>)
                .store_aligned(to);
            to += lane_count<T>;
        }
    }
}

/// Calls `f(feature, valid, columns)` for each tile's width of the features @p mine: the first of them, how
/// many there are, and how many vectors they take.
template <class T, class F>
RONDO_INLINE void for_each_panel(share mine, F&& f)
{
    constexpr std::ptrdiff_t span = blocking::nr * lane_count<T>;
    for (std::ptrdiff_t feature = mine.begin; feature < mine.end; feature += span) {
        std::ptrdiff_t const valid = std::min(mine.end - feature, span);
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

/// Rows of the arrays whose outer products are added up.
struct outer_rows {
    std::ptrdiff_t first;  ///< the first
    std::ptrdiff_t depth;  ///< how many
};

/// A tile of a product over rows, which starts from zeros.
template <class T>
class outer_tile {
   public:
    /// For panels of @p columns vectors.
    explicit outer_tile(std::ptrdiff_t columns) : columns_(columns)
    {
        for (std::ptrdiff_t j = 0; j < columns; ++j) {
            zeros_.set(j, zero_vector<T>.data(), 0);
            buffer_.set(j, sums_.data() + j * lane_count<T>, tile_row_stride<T>);
        }
    }
    outer_tile(outer_tile const&) = delete;
    outer_tile& operator=(outer_tile const&) = delete;

    /// Calls `f(i, sums)` for each feature i of @p mine of @p left; the sums are those of the products, over
    /// @p rows, of that feature with the columns of @p panel. Before it multiplies it calls `before(i)`,
    /// which may ask for the memory that f needs.
    template <class Before, class F>
    RONDO_INLINE void multiply(rows_of<T> const& left, outer_rows rows, share mine, T const* panel,
                               Before&& before, F&& f)
    {
        for_each_tile(mine.begin, mine.end, blocking::tile_rows(static_cast<int>(columns_)),
                      [&](std::ptrdiff_t feature, std::ptrdiff_t height) {
                          for (std::ptrdiff_t r = 0; r < height; ++r) {
                              before(feature + r);
                          }
                          T const* const from = left.row(rows.first) + feature;
                          microkernel_of<T>(height, columns_)(
                              zeros_.from(0), buffer_.from(0), {from, 1, left.row_stride}, panel, rows.depth,
                              {from, blocking::gradient_prefetch_rows * left.row_stride, left.row_stride});
                          for (std::ptrdiff_t r = 0; r < height; ++r) {
                              f(feature + r, sums_.data() + r * tile_row_stride<T>);
                          }
                      });
    }

   private:
    std::ptrdiff_t columns_;
    alignas(64) std::array<T, static_cast<std::size_t>(blocking::mr* tile_row_stride<T>)> sums_;
    tile_places<T const, blocking::nr> zeros_;
    tile_places<T, blocking::nr> buffer_;
};

/// Adds to the rows @p mine of a gradient of @p features columns the products of @p left with all of the
/// @p panels on the right.
template <class T>
void add_outer(rows_of<T> const& left, outer_rows rows, share mine, T const* panels, std::ptrdiff_t features,
               T* gradient)
{
    for (std::ptrdiff_t begin = mine.begin; begin < mine.end; begin += blocking::gradient_mc) {
        share const block(begin, std::min(begin + blocking::gradient_mc, mine.end));
        for_each_panel<T>(
            {0, features}, [&](std::ptrdiff_t column, std::ptrdiff_t valid, std::ptrdiff_t columns) {
                outer_tile<T> tile(columns);
                tile.multiply(
                    left, rows, block, panels + rows.depth * column,
                    [&](std::ptrdiff_t row) RONDO_INLINE_LAMBDA {
                        for (std::ptrdiff_t j = 0; j < valid; j += cache_line<T>) {
                            prefetch<access::write>(address(gradient, row * features + column + j));
                        }
                    },
                    [&](std::ptrdiff_t row, T const* sums) {
                        add_row(sums, gradient + row * features + column, valid);
                    });
            });
    }
}

/// The same where there are so few columns that most lanes of a panel of the right would be empty: the other
/// way around, with panels of @p left.
template <class T>
void add_thin_outer(rows_of<T> const& left, rows_of<T> const& right, outer_rows rows, share mine, T* panel,
                    std::ptrdiff_t features, T* gradient)
{
    for_each_panel<T>(mine, [&](std::ptrdiff_t row, std::ptrdiff_t valid, std::ptrdiff_t columns) {
        pack_rows<T>(left.row(rows.first) + row, left.row_stride, rows.depth, valid, columns, panel);
        outer_tile<T> tile(columns);
        tile.multiply(
            right, rows, {0, features}, panel, [](std::ptrdiff_t) {},
            [&](std::ptrdiff_t column, T const* sums) {
                for (std::ptrdiff_t i = 0; i < valid; ++i) {
                    gradient[(row + i) * features + column] += sums[i];
                }
            });
    });
}

}  // namespace detail

/// Adds the parts of @p Stage over the rows of @p work to the gradients. @p scratch has room for
/// weight_gradient_scratch() entries.
template <class Stage, class T, class Sizes>
void run_weight_gradient_stage(context<typename Stage::exe, T> const& ctx, Sizes const& sizes,
                               work_share work, T* scratch)
{
    using plan = schedule_tables<typename Stage::exe>;
    auto const at = [](auto i) { return static_cast<std::size_t>(i); };
    auto const features_of = [&](array_id a) { return sizes[plan::arrays[at(a)].dim]; };
    for (std::ptrdiff_t first = work.begin; first < work.end; first += blocking::gradient_kc) {
        detail::outer_rows const rows{first, std::min(blocking::gradient_kc, work.end - first)};
        for (int p = Stage::what.parts.begin; p < Stage::what.parts.end; ++p) {
            array_id const right_id = plan::parts[at(p)].right;
            rows_of<T> const& right = ctx.arrays[at(right_id)];
            std::ptrdiff_t const features = features_of(right_id);
            bool const thin = 2 * features <= lane_count<T>;
            bool done = false;
            for (int q = Stage::what.parts.begin; q < p; ++q) {
                done |= plan::parts[at(q)].right == right_id;
            }
            if (done) {
                continue;
            }
            if (!thin) {
                detail::for_each_panel<T>(
                    {0, features}, [&](std::ptrdiff_t column, std::ptrdiff_t valid, std::ptrdiff_t columns) {
                        detail::pack_rows<T>(right.row(first) + column, right.row_stride, rows.depth, valid,
                                             columns, scratch + rows.depth * column);
                    });
            }
            for (int q = p; q < Stage::what.parts.end; ++q) {
                gradient_part const& part = plan::parts[at(q)];
                if (part.right == right_id) {
                    rows_of<T> const& left = ctx.arrays[at(part.left)];
                    share const mine(features_of(part.left), work.part, work.parts);
                    T* const gradient = ctx.gradients[at(part.parameter)];
                    if (thin) {
                        detail::add_thin_outer(left, right, rows, mine, scratch, features, gradient);
                    } else {
                        detail::add_outer<T>(left, rows, mine, scratch, features, gradient);
                    }
                }
            }
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
