#include <rondo/check/fill_randomly.hpp>
#include <rondo/kernel/microkernel.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <utility>
#include <vector>

using namespace rondo;
using namespace rondo::check_internal;

namespace {

/// The kernel @p multiply of a tile against three loops over numbers.
template <class T, class Kernel>
void check_tile(Kernel multiply, std::ptrdiff_t rows, std::ptrdiff_t columns, std::ptrdiff_t k_size,
                bool transposed)
{
    CAPTURE(rows);
    CAPTURE(columns);
    CAPTURE(k_size);
    CAPTURE(transposed);
    std::mt19937_64 bits(static_cast<unsigned>(1 + rows * 100 + columns * 10 + k_size));
    std::ptrdiff_t const entries = columns * lane_count<T>;
    std::ptrdiff_t const left_stride = transposed ? rows + 3 : k_size + 5;
    std::vector<T> left(static_cast<std::size_t>((std::max(rows, k_size) + 5) * left_stride));
    aligned_vector<T> panel(static_cast<std::size_t>(k_size * entries));
    // A row after the tile's, and entries beside its columns, must not change.
    aligned_vector<T> sums(static_cast<std::size_t>((rows + 1) * tile_row_stride<T>));
    fill_randomly(left, bits, 1);
    fill_randomly(panel, bits, 1);
    fill_randomly(sums, bits, 1);
    aligned_vector<T> const before = sums;

    left_operand<T> const from = transposed ? left_operand<T>{left.data(), 1, left_stride}
                                            : left_operand<T>{left.data(), left_stride, 1};
    column_pointers<T const, blocking::nr> from_pointers;
    column_pointers<T, blocking::nr> to_pointers;
    for (std::ptrdiff_t j = 0; j < columns; ++j) {
        from_pointers.set(j, before.data() + j * lane_count<T>, tile_row_stride<T>);
        to_pointers.set(j, sums.data() + j * lane_count<T>, tile_row_stride<T>);
    }
    multiply(from_pointers.from(0), to_pointers.from(0), from, panel.data(), k_size,
             {panel.data(), 0, lane_count<T>});

    double worst = 0;
    bool untouched = true;
    for (std::ptrdiff_t r = 0; r <= rows; ++r) {
        for (std::ptrdiff_t j = 0; j < tile_row_stride<T>; ++j) {
            auto const at = static_cast<std::size_t>(r * tile_row_stride<T> + j);
            if (r == rows || j >= entries) {
                untouched = untouched && sums[at] == before[at];
                continue;
            }
            long double right = static_cast<long double>(before[at]);
            long double terms = std::fabs(right);
            for (std::ptrdiff_t k = 0; k < k_size; ++k) {
                auto const product =
                    static_cast<long double>(from.data[r * from.row_stride + k * from.k_stride]) *
                    static_cast<long double>(panel[static_cast<std::size_t>(k * entries + j)]);
                right += product;
                terms += std::fabs(product);
            }
            auto const error = std::fabs(static_cast<long double>(sums[at]) - right) / terms;
            worst = std::max(worst, static_cast<double>(error));
        }
    }
    // One rounding for each product and each sum bounds the error.
    CHECK(worst <= static_cast<double>(k_size + 1) * std::numeric_limits<T>::epsilon());
    CHECK(untouched);
}

/// A row that takes several steps at once, in the form of a tile's kernel.
template <class T, int Columns>
void multiply_row(column_pointer_view<T const> from, column_pointer_view<T> to, left_operand<T> const& left,
                  T const* panel, std::ptrdiff_t k_size, prefetch_stream<T> const&)
{
    register_tile<T, 1, Columns> sums;
    for (std::size_t j = 0; j < Columns; ++j) {
        sums[j] = simd<T>::load_unaligned(from.data[j]);
    }
    microkernel<T, 1, Columns, blocking::k_unroll(Columns)>(sums, left, panel, Columns * lane_count<T>,
                                                            k_size);
    for (std::size_t j = 0; j < Columns; ++j) {
        sums[j].store_unaligned(to.data[j]);
    }
}

}  // namespace

TEST_CASE_TEMPLATE("microkernel: a row may take several steps at once", T, float, double)
{
    for (std::ptrdiff_t k_size : {0, 1, 2, 3, 4, 5, 7, 8, 33}) {
        [&]<int... J>(std::integer_sequence<int, J...>) {
            (check_tile<T>(&multiply_row<T, J + 1>, 1, J + 1, k_size, false), ...);
        }(std::make_integer_sequence<int, blocking::nr>{});
    }
}

TEST_CASE_TEMPLATE("microkernel: every tile is the sum of products", T, float, double)
{
    for (int columns = 1; columns <= blocking::nr; ++columns) {
        for (std::ptrdiff_t k_size : {0, 1, 2, 3, 4, 5, 7, 8, 33}) {
            for (int rows = 1; rows <= blocking::tile_rows(columns); ++rows) {
                check_tile<T>(microkernel_of<T>(rows, columns), rows, columns, k_size, false);
                check_tile<T>(microkernel_of<T>(rows, columns), rows, columns, k_size, true);
            }
        }
    }
}

TEST_CASE_TEMPLATE("microkernel: a row has the same bits in a tile of any height", T, float, double)
{
    constexpr std::ptrdiff_t k_size = 37;
    std::mt19937_64 bits(1);
    std::vector<T> left(static_cast<std::size_t>(blocking::mr * k_size));
    fill_randomly(left, bits, 1);
    for (int columns = 1; columns <= blocking::nr; ++columns) {
        aligned_vector<T> panel(static_cast<std::size_t>(k_size * columns * lane_count<T>));
        fill_randomly(panel, bits, 1);
        auto const row_of_tile = [&](std::ptrdiff_t row, std::ptrdiff_t first, std::ptrdiff_t rows) {
            aligned_vector<T> sums(static_cast<std::size_t>(blocking::mr * tile_row_stride<T>));
            column_pointers<T const, blocking::nr> zeros;
            column_pointers<T, blocking::nr> pointers;
            for (std::ptrdiff_t j = 0; j < columns; ++j) {
                zeros.set(j, zero_vector<T>.data(), 0);
                pointers.set(j, sums.data() + j * lane_count<T>, tile_row_stride<T>);
            }
            microkernel_of<T>(rows, columns)(zeros.from(0), pointers.from(0),
                                             {left.data() + first * k_size, k_size, 1}, panel.data(), k_size,
                                             {panel.data(), 0});
            auto const at = sums.begin() + (row - first) * tile_row_stride<T>;
            return std::vector<T>(at, at + columns * lane_count<T>);
        };
        std::ptrdiff_t const limit = blocking::tile_rows(columns);
        for (std::ptrdiff_t row = 0; row < limit; ++row) {
            auto const expected = row_of_tile(row, row, 1);
            for (std::ptrdiff_t first = 0; first <= row; ++first) {
                for (std::ptrdiff_t rows = row - first + 1; first + rows <= limit; ++rows) {
                    CHECK(row_of_tile(row, first, rows) == expected);
                }
            }
        }
    }
}

TEST_CASE_TEMPLATE("microkernel: tiles fit the registers", T, float, double)
{
    for (int columns = 1; columns <= blocking::nr; ++columns) {
        int const rows = blocking::tile_rows(columns);
        CHECK(rows >= 1);
        CHECK(rows <= blocking::mr);
        // Sums, a row of the panel, a broadcast.
        CHECK((rows == 1 || rows * columns + columns + 1 <= register_count));
        CHECK(static_cast<bool>(microkernel_of<T>(rows, columns)));
        CHECK((rows == blocking::mr || !microkernel_of<T>(rows + 1, columns)));
    }
}

TEST_CASE("microkernel: tiles of nearly equal height cover all rows once, in order")
{
    for (std::ptrdiff_t limit : {1, 2, 5, 6, 8}) {
        for (std::ptrdiff_t count = 0; count < 40; ++count) {
            CAPTURE(limit);
            CAPTURE(count);
            std::ptrdiff_t next = 100;
            std::ptrdiff_t lowest = limit;
            std::ptrdiff_t highest = 0;
            std::ptrdiff_t tiles = 0;
            for_each_tile({100, 100 + count}, limit, [&](index_range tile) {
                std::ptrdiff_t const height = tile.size();
                CHECK(tile.begin == next);
                next = tile.end;
                lowest = std::min(lowest, height);
                highest = std::max(highest, height);
                ++tiles;
            });
            CHECK(next == 100 + count);
            CHECK(highest <= limit);
            CHECK((count == 0 || highest - lowest <= 1));
            CHECK(tiles == (count + limit - 1) / limit);
        }
    }
}
