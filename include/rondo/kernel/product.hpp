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
    T const* data;              ///< entry (0, 0)
    std::ptrdiff_t row_step;    ///< entries from one row to the next
    std::ptrdiff_t inner_step;  ///< entries from one k to the next
};

/// Entries from one row of a tile's sums to the next, whatever the width of the tile.
template <class T>
inline constexpr std::ptrdiff_t tile_row_step = max_tile_columns * width<T>;

/// A tile in registers, row by row.
template <class T, int Rows, int Columns>
using register_tile = std::array<batch<T>, static_cast<std::size_t>(Rows) * Columns>;

/// Adds to a tile in registers the product of @p left with a panel of @p depth times `Columns`
/// vectors, of which @p panel_step entries lie between one step of the inner dimension and the next.
///
/// A multiply-add takes four cycles and two can begin in each, so a single row would wait for itself:
/// it takes @p AtOnce steps of the inner dimension at a time, each with sums of its own. In tiles of
/// several rows that must be one, or a row's rounding would depend on the tile it falls in.
template <class T, int Rows, int Columns, int AtOnce = 1>
RONDO_INLINE void multiply_add(register_tile<T, Rows, Columns>& sums, left_operand<T> left,
                               T const* panel, std::ptrdiff_t panel_step, std::ptrdiff_t depth)
{
    constexpr std::size_t count = static_cast<std::size_t>(Rows) * Columns;
    constexpr std::ptrdiff_t at_once = AtOnce;

    std::array<T const*, Rows> row;
    for (int r = 0; r < Rows; ++r) {
        row[static_cast<std::size_t>(r)] = left.data + r * left.row_step;
    }
    auto const step = [&](register_tile<T, Rows, Columns>& c, std::ptrdiff_t k) RONDO_INLINE_LAMBDA {
        std::array<batch<T>, Columns> b;
        [&]<std::size_t... J>(std::index_sequence<J...>) RONDO_INLINE_LAMBDA {
            ((b[J] = batch<T>::load_aligned(panel + k * panel_step +
                                            static_cast<std::ptrdiff_t>(J) * width<T>)),
             ...);
        }(std::make_index_sequence<Columns>{});
        auto const one_row = [&]<std::size_t R>(std::integral_constant<std::size_t, R>)
                                 RONDO_INLINE_LAMBDA {
            batch<T> const a(row[R][k * left.inner_step]);
            [&]<std::size_t... J>(std::index_sequence<J...>) RONDO_INLINE_LAMBDA {
                ((c[R * Columns + J] = a * b[J] + c[R * Columns + J]), ...);
            }(std::make_index_sequence<Columns>{});
        };
        [&]<std::size_t... R>(std::index_sequence<R...>) RONDO_INLINE_LAMBDA {
            (one_row(std::integral_constant<std::size_t, R>{}), ...);
        }(std::make_index_sequence<Rows>{});
    };

    std::ptrdiff_t k = 0;
    if constexpr (at_once > 1) {
        std::array<register_tile<T, Rows, Columns>, at_once - 1> others;
        for (auto& c : others) {
            c.fill(batch<T>(T(0)));
        }
        for (std::ptrdiff_t const whole = depth - depth % at_once; k < whole; k += at_once) {
            step(sums, k);
            [&]<std::size_t... U>(std::index_sequence<U...>) RONDO_INLINE_LAMBDA {
                (step(others[U], k + 1 + static_cast<std::ptrdiff_t>(U)), ...);
            }(std::make_index_sequence<at_once - 1>{});
        }
        [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
            for (auto const& c : others) {
                ((sums[I] += c[I]), ...);
            }
        }(std::make_index_sequence<count>{});
    }
    for (; k < depth; ++k) {
        step(sums, k);
    }
}

/// The steps at once that keep a single row of @p columns vectors busy.
constexpr int steps_at_once(int columns) noexcept { return columns <= 2 ? 4 : columns < 8 ? 2 : 1; }

/// multiply_add() for a tile in memory: `Rows` × `Columns` vectors at @p sums, rows tile_row_step
/// apart.
template <class T, int Rows, int Columns, int AtOnce = 1>
void multiply_tile(T* sums, left_operand<T> left, T const* panel, std::ptrdiff_t depth)
{
    constexpr auto all = std::make_index_sequence<static_cast<std::size_t>(Rows) * Columns>{};
    constexpr auto place_of = [](std::size_t i) {
        return static_cast<std::ptrdiff_t>(i / Columns) * tile_row_step<T> +
               static_cast<std::ptrdiff_t>(i % Columns) * width<T>;
    };
    register_tile<T, Rows, Columns> c;
    [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        ((c[I] = batch<T>::load_aligned(sums + place_of(I))), ...);
    }(all);
    multiply_add<T, Rows, Columns, AtOnce>(c, left, panel, Columns * width<T>, depth);
    [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        (c[I].store_aligned(sums + place_of(I)), ...);
    }(all);
}

namespace detail {

template <class T>
using tile_kernel = void (*)(T*, left_operand<T>, T const*, std::ptrdiff_t);

template <class T, int Rows, int Columns>
constexpr tile_kernel<T> tile_kernel_if_it_fits()
{
    if constexpr (Rows <= tile_rows<T>(Columns)) {
        return &multiply_tile<T, Rows, Columns>;
    } else {
        return nullptr;
    }
}

template <class T>
inline constexpr auto tile_kernels = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<tile_kernel<T>, sizeof...(I)>{
        tile_kernel_if_it_fits<T, static_cast<int>(I) / max_tile_columns + 1,
                               static_cast<int>(I) % max_tile_columns + 1>()...};
}(std::make_index_sequence<static_cast<std::size_t>(max_tile_rows * max_tile_columns)>{});

template <class T>
inline constexpr auto row_kernels = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<tile_kernel<T>, sizeof...(I)>{
        &multiply_tile<T, 1, static_cast<int>(I) + 1, steps_at_once(static_cast<int>(I) + 1)>...};
}(std::make_index_sequence<static_cast<std::size_t>(max_tile_columns)>{});

}  // namespace detail

/// The multiply_tile() for a loop's only row. (Not for a phase with one row: how many rows a phase takes
/// on at once must not show in the result.)
template <class T>
RONDO_INLINE auto multiply_row_of(std::ptrdiff_t columns)
{
    return detail::row_kernels<T>[static_cast<std::size_t>(columns - 1)];
}

/// The multiply_tile() of a tile's height and width, which must be within the limits above.
template <class T>
RONDO_INLINE auto multiply_tile_of(std::ptrdiff_t rows, std::ptrdiff_t columns)
{
    return detail::tile_kernels<T>[static_cast<std::size_t>((rows - 1) * max_tile_columns + columns - 1)];
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
