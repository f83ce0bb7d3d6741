#pragma once
/// @file
/// The one product kernel: a tile of accumulators in registers, a panel streamed past it.
///
/// Every matrix product of the library is this loop: one broadcast and `Columns` multiply-adds per
/// row and step of the inner dimension. Stages differ in what they put before and after it.

#include <rondo/kernel/vector.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace rondo {

/// The most vectors that a tile has side by side.
inline constexpr int max_tile_columns = 4;
/// The most rows of a tile.
inline constexpr int max_tile_rows = 8;

/// The rows of a tile with @p columns vectors side by side: as many as leave registers for one row
/// of the panel and one broadcast. (Four columns by seven rows would just fit AVX-512, but g++ 12
/// spills.)
template <class T>
constexpr int tile_rows(int columns) noexcept
{
    int const rows = (vector_registers<T> - 1 - columns - (vector_registers<T> > 16 ? 1 : 0)) / columns;
    return rows < 1 ? 1 : rows > max_tile_rows ? max_tile_rows : rows;
}

/// Where a tile's left operand is: entry (row, k) stands at `data[row * row_step + k * inner_step]`.
template <class T>
struct left_operand {
    T const* data;
    std::ptrdiff_t row_step;
    std::ptrdiff_t inner_step;
};

/// Adds to `Rows` × `Columns` vectors at @p sums (rows @p sums_step entries apart) the product of
/// @p left with a panel of @p depth times `Columns` vectors.
template <class T, int Rows, int Columns>
void multiply_tile(T* sums, std::ptrdiff_t sums_step, left_operand<T> left, T const* panel,
                   std::ptrdiff_t depth)
{
    constexpr std::size_t count = static_cast<std::size_t>(Rows) * Columns;
    constexpr auto all = std::make_index_sequence<count>{};
    constexpr auto row_of = [](std::size_t i) { return static_cast<std::ptrdiff_t>(i / Columns); };
    constexpr auto column_of = [](std::size_t i) { return static_cast<std::ptrdiff_t>(i % Columns); };

    std::array<batch<T>, count> c;
    [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        ((c[I] = batch<T>::load_aligned(sums + row_of(I) * sums_step + column_of(I) * width<T>)),
         ...);
    }(all);
    std::array<T const*, Rows> row;
    for (int r = 0; r < Rows; ++r) {
        row[static_cast<std::size_t>(r)] = left.data + r * left.row_step;
    }
    std::ptrdiff_t at = 0;
    for (std::ptrdiff_t k = 0; k < depth; ++k) {
        std::array<batch<T>, Columns> b;
        [&]<std::size_t... J>(std::index_sequence<J...>) RONDO_INLINE_LAMBDA {
            ((b[J] = batch<T>::load_aligned(panel + static_cast<std::ptrdiff_t>(J) * width<T>)), ...);
        }(std::make_index_sequence<Columns>{});
        [&]<std::size_t... R>(std::index_sequence<R...>) RONDO_INLINE_LAMBDA {
            (
                [&] RONDO_INLINE_LAMBDA {
                    constexpr std::size_t r = R;
                    batch<T> const a(row[r][at]);
                    [&]<std::size_t... J>(std::index_sequence<J...>) RONDO_INLINE_LAMBDA {
                        ((c[r * Columns + J] = a * b[J] + c[r * Columns + J]), ...);
                    }(std::make_index_sequence<Columns>{});
                }(),
                ...);
        }(std::make_index_sequence<Rows>{});
        at += left.inner_step;
        panel += Columns * width<T>;
    }
    [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        (c[I].store_aligned(sums + row_of(I) * sums_step + column_of(I) * width<T>), ...);
    }(all);
}

/// The multiply_tile() of a tile's height and width, which must be within the limits above.
template <class T>
auto multiply_tile_of(std::ptrdiff_t rows, std::ptrdiff_t columns)
{
    using kernel = void (*)(T*, std::ptrdiff_t, left_operand<T>, T const*, std::ptrdiff_t);
    constexpr auto table = []<std::size_t... I>(std::index_sequence<I...>) {
        constexpr auto at = []<std::size_t J>(std::integral_constant<std::size_t, J>) -> kernel {
            constexpr int r = static_cast<int>(J) / max_tile_columns + 1;
            constexpr int c = static_cast<int>(J) % max_tile_columns + 1;
            if constexpr (r <= tile_rows<T>(c)) {
                return &multiply_tile<T, r, c>;
            } else {
                return nullptr;
            }
        };
        return std::array<kernel, sizeof...(I)>{at(std::integral_constant<std::size_t, I>{})...};
    }(std::make_index_sequence<max_tile_rows * max_tile_columns>{});
    return table[static_cast<std::size_t>((rows - 1) * max_tile_columns + columns - 1)];
}

/// Calls `f(first, count)` for tiles of nearly equal height, none higher than @p limit, so that no
/// thin tile is left over at the end.
template <class F>
RONDO_INLINE void for_each_tile(std::ptrdiff_t begin, std::ptrdiff_t end, std::ptrdiff_t limit, F&& f)
{
    std::ptrdiff_t const rows = end - begin;
    std::ptrdiff_t const tiles = (rows + limit - 1) / limit;
    for (std::ptrdiff_t i = 0; i < tiles; ++i) {
        std::ptrdiff_t const first = begin + rows * i / tiles;
        f(first, begin + rows * (i + 1) / tiles - first);
    }
}

}  // namespace rondo
