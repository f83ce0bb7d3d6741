#pragma once
/// @file
/// The one product kernel: a tile of accumulators in registers, a panel streamed past it.
///
/// Every matrix product of the library is this loop: one broadcast and `Columns` multiply-adds per
/// row and step of the inner dimension. Stages differ in what they put before and after it.

#include <rondo/kernel/blocking.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Where a tile's left operand is: entry (row, k) stands at `data[row * row_stride + k * k_stride]`.
template <class T>
struct left_operand {
    T const* data;              ///< entry (0, 0)
    std::ptrdiff_t row_stride;  ///< entries from one row to the next
    std::ptrdiff_t k_stride;    ///< entries from one k to the next
};

/// Memory that is asked for while a tile is multiplied, because it is read next: at step k of the inner
/// dimension, the cache line of `data[first + k * k_stride]`, which may be beyond the end. An LSTM of 512
/// features, whose weights do not stay in the second-level cache, runs forward in 5% less time and backward
/// in 8%. (In one burst, the requests would stand in the way of the panel: then it takes longer.)
template <class T>
struct prefetch_stream {
    T const* data = nullptr;      ///< where it stands
    std::ptrdiff_t first = 0;     ///< the entry that is asked for first
    std::ptrdiff_t k_stride = 0;  ///< entries from one k to the next
};

/// Where the vectors of a tile's sums come from or go to: vector j of row r stands at
/// `data[j] + r * row_stride[j]`. (With a step of 0 every row starts from the same vector.)
template <class T>
struct tile_edge {
    T* const* data;                    ///< the vectors of the first row
    std::ptrdiff_t const* row_stride;  ///< entries from one row to the next
};

/// Such places for @p Columns vectors, to be filled in.
template <class T, std::size_t Columns>
struct tile_places {
    std::array<T*, Columns> data;                    ///< the vectors of the first row
    std::array<std::ptrdiff_t, Columns> row_stride;  ///< entries from one row to the next

    /// Sets the place of a vector.
    RONDO_INLINE void set(std::ptrdiff_t column, T* first, std::ptrdiff_t step) noexcept
    {
        data[static_cast<std::size_t>(column)] = first;
        row_stride[static_cast<std::size_t>(column)] = step;
    }
    /// The edge of a tile whose first column is @p column.
    [[nodiscard]] RONDO_INLINE tile_edge<T> from(std::ptrdiff_t column) const noexcept
    {
        return {data.data() + column, row_stride.data() + column};
    }
};

/// Entries from one row of a tile in a buffer to the next, whatever the width of the tile.
template <class T>
inline constexpr std::ptrdiff_t tile_row_stride = blocking::nr * lane_count<T>;

/// What the sums of a tile start from that start from nothing.
template <class T>
alignas(64) inline constexpr std::array<T, static_cast<std::size_t>(lane_count<T>)> zero_vector{};

/// A tile in registers, row by row.
template <class T, int Rows, int Columns>
using register_tile = std::array<simd<T>, static_cast<std::size_t>(Rows) * Columns>;

/// Where vector @p j of row @p r stands in a tile in registers.
template <int Columns>
constexpr std::size_t place_in_tile(int r, int j) noexcept
{
    return static_cast<std::size_t>(r * Columns + j);
}

// All loops over rows, columns and steps at once have constant ends and are unrolled to the last, or the
// tile would not stay in registers. The pragma says so to g++; clang does it by itself.

/// Adds to a tile in registers the product of @p left with a panel of @p depth times `Columns`
/// vectors, of which @p panel_stride entries lie between one step of the inner dimension and the next. Or
/// with @p Panels such panels side by side, @p next_panel entries apart, each with its part of the vectors.
/// Tiles of several rows ask for what is @p ahead; a single row reads too fast for that to help.
///
/// A multiply-add takes four cycles and two can begin in each, so a single row would wait for itself:
/// it takes @p AtOnce steps of the inner dimension at a time, each with sums of its own. In tiles of
/// several rows that must be one, or a row's rounding would depend on the tile it falls in.
template <class T, int Rows, int Columns, int AtOnce = 1, int Panels = 1>
RONDO_INLINE void microkernel(register_tile<T, Rows, Columns>& sums, left_operand<T> left, T const* panel,
                              std::ptrdiff_t panel_stride, std::ptrdiff_t depth,
                              std::ptrdiff_t next_panel = 0, prefetch_stream<T> ahead = {})
{
    using tile = register_tile<T, Rows, Columns>;
    constexpr int panel_width = Columns / Panels;
    std::array<T const*, Rows> row;
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
        row[static_cast<std::size_t>(r)] = left.data + r * left.row_stride;
    }
    auto const step = [&](tile& c, std::ptrdiff_t k) RONDO_INLINE_LAMBDA {
        if constexpr (Rows > 1) {
            prefetch<access::read>(address(ahead.data, ahead.first + k * ahead.k_stride));
        }
        std::array<simd<T>, Columns> b;
#pragma GCC unroll 16
        for (int j = 0; j < Columns; ++j) {
            b[static_cast<std::size_t>(j)] = simd<T>::load_aligned(
                panel + j / panel_width * next_panel + k * panel_stride + j % panel_width * lane_count<T>);
        }
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r) {
            simd<T> const a(row[static_cast<std::size_t>(r)][k * left.k_stride]);
#pragma GCC unroll 16
            for (int j = 0; j < Columns; ++j) {
                simd<T>& sum = c[place_in_tile<Columns>(r, j)];
                sum = a * b[static_cast<std::size_t>(j)] + sum;
            }
        }
    };

    std::ptrdiff_t k = 0;
    if constexpr (AtOnce > 1) {
        std::array<tile, AtOnce - 1> others;
#pragma GCC unroll 8
        for (int u = 0; u < AtOnce - 1; ++u) {
            others[static_cast<std::size_t>(u)].fill(simd<T>(T(0)));
        }
        for (std::ptrdiff_t const whole = depth - depth % AtOnce; k < whole; k += AtOnce) {
            step(sums, k);
#pragma GCC unroll 8
            for (int u = 0; u < AtOnce - 1; ++u) {
                step(others[static_cast<std::size_t>(u)], k + 1 + u);
            }
        }
#pragma GCC unroll 8
        for (int u = 0; u < AtOnce - 1; ++u) {
#pragma GCC unroll 32
            for (std::size_t i = 0; i < sums.size(); ++i) {
                sums[i] += others[static_cast<std::size_t>(u)][i];
            }
        }
    }
    for (; k < depth; ++k) {
        step(sums, k);
    }
}

/// microkernel() for a tile in memory: `Rows` × `Columns` vectors, added to those at @p from and
/// written @p to. (@p left by reference: to pass it by value, g++ copies it with loads wider than the
/// stores that made it, whose forwarding fails: 13% of the elementwise stage of an LSTM of W3.)
template <class T, int Rows, int Columns>
void microkernel_in_memory(tile_edge<T const> from, tile_edge<T> to, left_operand<T> const& left,
                           T const* panel, std::ptrdiff_t depth, prefetch_stream<T> const& ahead)
{
    register_tile<T, Rows, Columns> sums;
#pragma GCC unroll 8
    for (int j = 0; j < Columns; ++j) {
        T const* data = from.data[j];
        std::ptrdiff_t const row_stride = from.row_stride[j];
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r, data += row_stride) {
            sums[place_in_tile<Columns>(r, j)] = simd<T>::load_unaligned(data);
        }
    }
    microkernel<T, Rows, Columns>(sums, left, panel, Columns * lane_count<T>, depth, 0, ahead);
#pragma GCC unroll 8
    for (int j = 0; j < Columns; ++j) {
        T* data = to.data[j];
        std::ptrdiff_t const row_stride = to.row_stride[j];
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r, data += row_stride) {
            sums[place_in_tile<Columns>(r, j)].store_unaligned(data);
        }
    }
}

namespace detail {

template <class T>
using tile_kernel = void (*)(tile_edge<T const>, tile_edge<T>, left_operand<T> const&, T const*,
                             std::ptrdiff_t, prefetch_stream<T> const&);

template <class T, int Rows, int Columns>
constexpr tile_kernel<T> tile_kernel_if_it_fits()
{
    if constexpr (Rows <= blocking::tile_rows(Columns)) {
        return &microkernel_in_memory<T, Rows, Columns>;
    } else {
        return nullptr;
    }
}

template <class T>
inline constexpr auto tile_kernels = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<tile_kernel<T>, sizeof...(I)>{
        tile_kernel_if_it_fits<T, static_cast<int>(I) / blocking::nr + 1,
                               static_cast<int>(I) % blocking::nr + 1>()...};
}(std::make_index_sequence<static_cast<std::size_t>(blocking::mr* blocking::nr)>{});

}  // namespace detail

/// The microkernel_in_memory() of a tile's height and width, which must be within the limits above.
template <class T>
RONDO_INLINE auto microkernel_of(std::ptrdiff_t rows, std::ptrdiff_t columns)
{
    return detail::tile_kernels<T>[static_cast<std::size_t>((rows - 1) * blocking::nr + columns - 1)];
}

/// Calls `f(first, count)` for tiles of nearly equal height, none higher than @p limit, so that no
/// thin tile is left over at the end.
template <class F>
RONDO_INLINE void for_each_tile(std::ptrdiff_t begin, std::ptrdiff_t end, std::ptrdiff_t limit, F&& f)
{
    std::ptrdiff_t const rows = end - begin;
    std::ptrdiff_t const tiles = (rows + limit - 1) / limit;
    if (tiles == 0) {
        return;
    }
    std::ptrdiff_t const height = rows / tiles;
    std::ptrdiff_t taller = rows % tiles;  // tiles that have one row more
    while (begin < end) {
        std::ptrdiff_t const count = taller-- > 0 ? height + 1 : height;
        f(begin, count);
        begin += count;
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
