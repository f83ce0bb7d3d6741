#pragma once
/// @file
/// Blocking constants of the kernels: how much fits the registers and the caches.
///
/// The names are those of BLIS. MR x NR is the tile of sums that stays in registers. KC is a block of the
/// inner dimension, MC a block of rows of the left operand; both keep an operand of a product in a cache
/// while all panels of the other one pass.

#include <rondo/kernel/simd.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The blocking constants of an instruction set with @p Registers vector registers of @p VectorBytes bytes
/// each.
template <int Registers, std::size_t VectorBytes>
struct blocking_of {
    /// NR, in vectors. With 16 registers a 6 x 2 tile reuses each vector of the panel six times, a 2 x 4 tile
    /// only twice. With 32 registers four vectors leave room for six rows as well.
    static constexpr int nr = Registers > 16 ? 4 : 2;
    /// MR: the most rows of a tile, however narrow it is. It limits the number of microkernels.
    static constexpr int mr = 8;
    /// The rows of a tile with @p columns vectors side by side: as many as leave registers for one row of the
    /// panel and one broadcast. With 32 registers one more stays free: a 7 x 4 tile would just fit AVX-512,
    /// but g++ 12 spills.
    static constexpr int tile_rows(int columns) noexcept
    {
        int const rows = (Registers - 1 - columns - (Registers > 16 ? 1 : 0)) / columns;
        return rows < 1 ? 1 : rows > mr ? mr : rows;
    }
    /// Steps of the inner dimension that a single row of @p columns vectors takes at a time, each with sums
    /// of its own. A multiply-add takes four cycles and two start in each cycle, so eight independent sums
    /// keep the units busy.
    static constexpr int k_unroll(int columns) noexcept { return columns <= 2 ? 4 : columns < 8 ? 2 : 1; }
    /// Vectors of sums of a single row whose sizes are constants: each broadcast of the left operand then
    /// serves several panels.
    static constexpr int row_sums = 4 * nr;
    /// Vectors of a single row whose later epilogue waves run together: enough for independent functions to
    /// overlap, few enough for their spilled values to stay in the first-level cache.
    static constexpr int row_wave_vectors = 16;

    /// The most that all copies of an epilogue for vectors side by side may cost together, in additions. An
    /// epilogue of this cost fills the reorder window alone: more copies gain little and take time to
    /// compile.
    static constexpr int most_cost_of_copies = 240;
    /// How many vectors side by side, at most @p most, have a copy each of an epilogue of @p cost.
    static constexpr int vectors_side_by_side(int cost, int most) noexcept
    {
        int const fit = most_cost_of_copies / (cost + 1);
        return fit < 1 ? 1 : fit > most ? most : fit;
    }

    /// MC of a time-parallel stage of products, in rows (time and batch). The rows of the left operand stay
    /// in the second-level cache from panel to panel.
    static constexpr std::ptrdiff_t phase_mc = 128;
    /// KC of weight gradients, in rows (time and batch). A narrow panel, as with AVX2, stays in the
    /// first-level cache together with the rows on the left. A wide one does not in any case, so it is sized
    /// for the second-level cache.
    static constexpr std::ptrdiff_t gradient_kc = nr * VectorBytes <= 64 ? 256 : 512;
    /// MC of weight gradients, in features on the left. KC rows of so many features stay in the second-level
    /// cache; without the block they would come from the third for every panel.
    static constexpr std::ptrdiff_t gradient_mc = 256;
    /// Prefetch distance of weight gradients, in rows: about the latency of the third-level cache. Rows 2 kB
    /// or more apart are not prefetched by hardware.
    static constexpr std::ptrdiff_t gradient_prefetch_rows = 16;

    /// Vectors of features that a scan takes through time side by side, at most. A multiply-add waits four
    /// cycles for the one before; four independent ones fill the gap and share the cache lines fetched
    /// together.
    static constexpr int scan_vectors = 4;
    /// Cache lines of features whose bias gradients are summed together, so that rows are read along and not
    /// only across.
    static constexpr std::ptrdiff_t bias_gradient_lines = 8;
    /// Rows for which the sums of one vector of bias gradients stay in registers.
    static constexpr std::ptrdiff_t bias_gradient_rows = 4;
    /// Vectors of a row that are summed before their sum is added to that of the row. The rounding error of a
    /// sum grows with the block and the number of blocks, not with their product.
    static constexpr std::ptrdiff_t sum_block_vectors = 128;
    /// Rows that consecutive stages without products take together, so that what one stores is still in the
    /// first-level cache when the next loads it.
    static constexpr std::ptrdiff_t elementwise_rows = 16;
    /// Rows from which on it pays to run a single step in tiles.
    static constexpr std::ptrdiff_t min_tiled_rows = 2 * mr;
    /// Rows (time and batch) that a forward pass takes at a time with @p threads threads. The temporaries
    /// that time-parallel stages leave for the loop stay in the second-level cache. Several threads wait for
    /// each other at the end of each block, so theirs are larger.
    static constexpr std::ptrdiff_t forward_rows(std::ptrdiff_t threads) noexcept
    {
        return threads == 1 ? 128 : 256 * threads;
    }

    /// Bytes of a cache line.
    static constexpr std::size_t cache_line_bytes = 64;
    /// Rows a multiple of so many bytes apart share at most 4 of the 64 sets of a first-level cache (set
    /// aliasing). Weight gradients walk from row to row, so such rows are padded by a line.
    static constexpr std::size_t aliasing_bytes = 1024;
    /// Weights of at least so many bytes fill the second-level cache.
    static constexpr std::size_t l2_weight_bytes = std::size_t{1} << 20;
    /// Saved values of at least so many bytes are evicted before the backward pass reads them.
    static constexpr std::size_t streaming_bytes = std::size_t{4} << 20;
};

/// The blocking constants of the instruction set that the translation unit is compiled for.
using blocking = blocking_of<register_count, sizeof(simd<float>)>;

/// Entries of T in a cache line.
template <class T>
inline constexpr std::ptrdiff_t cache_line =
    static_cast<std::ptrdiff_t>(blocking::cache_line_bytes / sizeof(T));

}  // namespace rondo::inline RONDO_ISA::kernel_internal
