#pragma once
/// @file
/// The microkernel: a tile of accumulators in registers, past which a panel streams.
///
/// Every matrix product of the library is this loop: one broadcast and `Columns` multiply-adds per
/// row and step of the inner dimension. Stages differ in what they do before and after it.

#include <rondo/kernel/blocking.hpp>
#include <rondo/kernel/index_range.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The left operand of a tile: entry (row, k) is `data[row * row_stride + k * k_stride]`.
template <class T>
struct left_operand {
    T const* data;              ///< entry (0, 0)
    std::ptrdiff_t row_stride;  ///< entries from one row to the next
    std::ptrdiff_t k_stride;    ///< entries from one k to the next
};

/// A software prefetch that is spread over the k loop of a tile: step k prefetches the cache line of
/// `data[first + k * k_stride]`, which may be beyond the end. Issued in a burst, the requests would compete
/// with the loads of the panel.
template <class T>
struct prefetch_stream {
    T const* data = nullptr;      ///< the memory that is read next
    std::ptrdiff_t first = 0;     ///< the entry that step 0 prefetches
    std::ptrdiff_t k_stride = 0;  ///< entries from one k to the next
};

/// Where the vectors of a tile's sums are loaded from or stored to: vector j of row r is at
/// `data[j] + r * row_stride[j]`. With a stride of 0 every row starts from the same vector.
template <class T>
struct column_pointer_view {
    T* const* data;                    ///< the vectors of the first row
    std::ptrdiff_t const* row_stride;  ///< entries from one row to the next
};

/// Pointers for the vectors of up to @p Columns columns.
template <class T, std::size_t Columns>
struct column_pointers {
    std::array<T*, Columns> data;                    ///< the vectors of the first row
    std::array<std::ptrdiff_t, Columns> row_stride;  ///< entries from one row to the next

    /// Sets the pointer of a column.
    RONDO_INLINE void set(std::ptrdiff_t column, T* first, std::ptrdiff_t stride) noexcept
    {
        data[static_cast<std::size_t>(column)] = first;
        row_stride[static_cast<std::size_t>(column)] = stride;
    }
    /// The pointers of a tile whose first column is @p column.
    [[nodiscard]] RONDO_INLINE column_pointer_view<T> from(std::ptrdiff_t column) const noexcept
    {
        return {data.data() + column, row_stride.data() + column};
    }
};

/// Entries from one row of a tile in a buffer to the next; the same for tiles of any width.
template <class T>
inline constexpr std::ptrdiff_t tile_row_stride = blocking::nr * lane_count<T>;

/// A vector of zeros, from which sums start that have no initial value.
template <class T>
alignas(64) inline constexpr std::array<T, static_cast<std::size_t>(lane_count<T>)> zero_vector{};

/// A tile in registers, row by row.
template <class T, int Rows, int Columns>
using register_tile = std::array<simd<T>, static_cast<std::size_t>(Rows) * Columns>;

/// The index of vector @p j of row @p r in a register tile.
template <int Columns>
constexpr std::size_t tile_index(int r, int j) noexcept
{
    return static_cast<std::size_t>(r * Columns + j);
}

// All loops over rows, columns and unrolled steps have constant ends and must be unrolled completely, or the
// tile would not stay in registers. g++ needs the pragma; clang unrolls by itself.

/// Adds the product of @p left and a panel to the register tile @p sums. The panel has @p k_size rows of
/// `Columns` vectors, @p panel_stride entries apart. Or there are @p Panels panels side by side, @p
/// next_panel entries apart, each with its part of the columns. Tiles of several rows prefetch @p ahead; a
/// single row reads its panel too fast for that to help.
///
/// A multiply-add takes four cycles and two start in each cycle, so a single row would wait for itself: it
/// takes @p KUnroll steps of the inner dimension at a time, each with sums of its own. Tiles of several rows
/// must take one, or the rounding of a row would depend on the tile it falls in.
template <class T, int Rows, int Columns, int KUnroll = 1, int Panels = 1>
RONDO_INLINE void microkernel(register_tile<T, Rows, Columns>& sums, left_operand<T> left, T const* panel,
                              std::ptrdiff_t panel_stride, std::ptrdiff_t k_size,
                              std::ptrdiff_t next_panel = 0, prefetch_stream<T> ahead = {})
{
    using tile = register_tile<T, Rows, Columns>;
    constexpr int panel_width = Columns / Panels;
    std::array<T const*, static_cast<std::size_t>(Rows)> row;
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
        row[static_cast<std::size_t>(r)] = left.data + r * left.row_stride;
    }
    auto const step = [&](tile& c, std::ptrdiff_t k) RONDO_INLINE_LAMBDA {
        if constexpr (Rows > 1) {
            prefetch<access::read>(address(ahead.data, ahead.first + k * ahead.k_stride));
        }
        std::array<simd<T>, static_cast<std::size_t>(Columns)> b;
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
                simd<T>& sum = c[tile_index<Columns>(r, j)];
                // By name: compilers that tune for Zen 3 leave some sums of products uncontracted, and then
                // the bits of a row would depend on the height of its tile.
                sum = xsimd::fma(a, b[static_cast<std::size_t>(j)], sum);
            }
        }
    };

    std::ptrdiff_t k = 0;
    if constexpr (KUnroll > 1) {
        std::array<tile, static_cast<std::size_t>(KUnroll - 1)> others;
#pragma GCC unroll 8
        for (int u = 0; u < KUnroll - 1; ++u) {
            others[static_cast<std::size_t>(u)].fill(simd<T>(T(0)));
        }
        for (std::ptrdiff_t const whole = k_size - k_size % KUnroll; k < whole; k += KUnroll) {
            step(sums, k);
#pragma GCC unroll 8
            for (int u = 0; u < KUnroll - 1; ++u) {
                step(others[static_cast<std::size_t>(u)], k + 1 + u);
            }
        }
#pragma GCC unroll 8
        for (int u = 0; u < KUnroll - 1; ++u) {
#pragma GCC unroll 32
            for (std::size_t i = 0; i < sums.size(); ++i) {
                sums[i] += others[static_cast<std::size_t>(u)][i];
            }
        }
    }
    for (; k < k_size; ++k) {
        step(sums, k);
    }
}

/// microkernel() on a tile of `Rows` x `Columns` vectors in memory: loads the sums @p from, adds the product,
/// stores them @p to. @p left is passed by reference: to pass it by value, g++ copies it with loads wider
/// than the stores that made it, which is a store-forwarding stall.
template <class T, int Rows, int Columns>
void microkernel_in_memory(column_pointer_view<T const> from, column_pointer_view<T> to,
                           left_operand<T> const& left, T const* panel, std::ptrdiff_t k_size,
                           prefetch_stream<T> const& ahead)
{
    register_tile<T, Rows, Columns> sums;
#pragma GCC unroll 8
    for (int j = 0; j < Columns; ++j) {
        T const* data = from.data[j];
        std::ptrdiff_t const row_stride = from.row_stride[j];
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r, data += row_stride) {
            sums[tile_index<Columns>(r, j)] = simd<T>::load_unaligned(data);
        }
    }
    microkernel<T, Rows, Columns>(sums, left, panel, Columns * lane_count<T>, k_size, 0, ahead);
#pragma GCC unroll 8
    for (int j = 0; j < Columns; ++j) {
        T* data = to.data[j];
        std::ptrdiff_t const row_stride = to.row_stride[j];
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r, data += row_stride) {
            sums[tile_index<Columns>(r, j)].store_unaligned(data);
        }
    }
}

namespace detail {

template <class T>
using tile_kernel = void (*)(column_pointer_view<T const>, column_pointer_view<T>, left_operand<T> const&,
                             T const*, std::ptrdiff_t, prefetch_stream<T> const&);

template <class T, int Rows, int Columns>
constexpr tile_kernel<T> tile_kernel_if_it_fits()
{
    if constexpr (Rows <= blocking::tile_rows(Columns)) {
        return &microkernel_in_memory<T, Rows, Columns>;
    } else {
        return nullptr;
    }
}

// A fold, because an array is initialised with all of its entries at once.
template <class T>
inline constexpr auto tile_kernels = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<tile_kernel<T>, sizeof...(I)>{
        tile_kernel_if_it_fits<T, static_cast<int>(I) / blocking::nr + 1,
                               static_cast<int>(I) % blocking::nr + 1>()...};
}(std::make_index_sequence<static_cast<std::size_t>(blocking::mr* blocking::nr)>{});

}  // namespace detail

/// The microkernel_in_memory() of @p rows rows and @p columns vectors, which must be within the limits of
/// blocking::tile_rows().
template <class T>
RONDO_INLINE auto microkernel_of(std::ptrdiff_t rows, std::ptrdiff_t columns)
{
    return detail::tile_kernels<T>[static_cast<std::size_t>((rows - 1) * blocking::nr + columns - 1)];
}

/// Calls `f(tile)` for tiles of nearly equal height that cover @p rows, none higher than @p limit. Equal
/// heights avoid a thin tile at the end.
template <class F>
RONDO_INLINE void for_each_tile(index_range rows, std::ptrdiff_t limit, F&& f)
{
    std::ptrdiff_t const tiles = (rows.size() + limit - 1) / limit;
    if (tiles == 0) {
        return;
    }
    std::ptrdiff_t const height = rows.size() / tiles;
    std::ptrdiff_t taller = rows.size() % tiles;  // tiles that have one row more
    for (std::ptrdiff_t first = rows.begin; first < rows.end;) {
        std::ptrdiff_t const last = first + (taller-- > 0 ? height + 1 : height);
        f(index_range{first, last});
        first = last;
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
