#pragma once
/// @file
/// Runs a stage of products on a single row.
///
/// A stream, or a loop over a single sequence, has one row and latency matters most: there is no dispatch on
/// the height of a tile, and sums go from the products to the epilogue in registers. Where sizes are
/// constants, every loop has a constant end and several spans of features share each broadcast of the row.
///
/// A stage with a large epilogue stores the sums of several vectors first. Its epilogue then runs in a loop
/// over them, so its code is compiled once instead of once for each vector of a span.

#include <rondo/kernel/epilogue.hpp>
#include <rondo/kernel/row_product.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// Processes full spans of `Panels` times `Blocks` vectors from feature @p begin on, in @p order. Returns the
/// first feature that is left.
template <int Blocks, int Panels, class Frame, class Spills>
RONDO_INLINE std::ptrdiff_t run_row_spans(Frame const& frame, std::ptrdiff_t row, std::ptrdiff_t begin,
                                          traversal order, Spills& spills)
{
    using T = typename Frame::value_type;
    using stage_type = typename Frame::stage_type;
    constexpr int vectors = Blocks * Panels;
    constexpr std::ptrdiff_t span = vectors * lane_count<T>;
    constexpr std::ptrdiff_t at_once = blocking::row_wave_vectors / vectors;
    static_assert(at_once > 0);
    std::ptrdiff_t const features = frame.features();
    std::ptrdiff_t const spans = (features - begin + lane_count<T> - 1) / span;
    auto const feature_of = [&](std::ptrdiff_t i)
                                RONDO_INLINE_LAMBDA { return begin + order.visit(i, spans) * span; };
    // One wave on the vectors of span i. `sums_of(b)` gives the sums of vector b by accumulator.
    auto const run_wave = [&](auto wave, std::ptrdiff_t i, auto const& sums_of) RONDO_INLINE_LAMBDA {
#pragma GCC unroll 16
        for (int b = 0; b < vectors; ++b) {
            std::ptrdiff_t const feature = feature_of(i) + b * lane_count<T>;
            run_epilogue<epilogue_wave<stage_type, wave>>(frame, {row, feature, features - feature},
                                                          sums_of(b), no_cached_values{}, spills,
                                                          i % at_once * vectors + b);
        }
    };
    for (std::ptrdiff_t first = 0; first < spans; first += at_once) {
        std::ptrdiff_t const last = std::min(first + at_once, spans);
        for (std::ptrdiff_t i = first; i < last; ++i) {
            std::ptrdiff_t const at = feature_of(i);
            T const* const panel =
                frame.ctx.panels[stage_type::number] + panel_layout<stage_type>::entries_of(at, frame.sizes);
            auto const sums =
                row_product<Frame, Blocks, Panels>(frame, {row, at, features - at}, panel).compute(order);
            run_wave(std::integral_constant<int, 0>{}, i, [&](int b) RONDO_INLINE_LAMBDA {
                return [&sums, b](int a) RONDO_INLINE_LAMBDA {
                    return sums[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
                };
            });
        }
        for_each_wave<stage_type, 1>([&](auto wave) RONDO_INLINE_LAMBDA {
            for (std::ptrdiff_t i = first; i < last; ++i) {
                run_wave(wave, i, [](int) RONDO_INLINE_LAMBDA { return no_products{}; });
            }
        });
    }
    return begin + spans * span;
}

/// Processes the whole row of a stage with a small epilogue, in @p order.
template <class Frame>
RONDO_INLINE void run_row_in_registers(Frame const& frame, std::ptrdiff_t row, traversal order)
{
    using T = typename Frame::value_type;
    using stage_type = typename Frame::stage_type;
    using panels = panel_layout<stage_type>;
    constexpr int blocks = panels::blocks;
    spill_buffer<stage_type, T, blocking::row_wave_vectors> spills;
    std::ptrdiff_t begin = 0;
    constexpr std::ptrdiff_t known = Frame::sizes_type::template constant<stage_type::what.shape.last()>();
    if constexpr (known > 0) {
        constexpr int most = std::max(1, blocking::row_sums / (panels::accumulators * blocks));
        constexpr int all = static_cast<int>(round_up_to_lanes<T>(known) / lane_count<T>);
        if constexpr (all >= blocks * most) {
            begin = run_row_spans<blocks, most>(frame, row, begin, order, spills);
        }
        if constexpr (all / blocks % most > 0) {
            begin = run_row_spans<blocks, all / blocks % most>(frame, row, begin, order, spills);
        }
        if constexpr (all % blocks > 0) {
            run_row_spans<all % blocks, 1>(frame, row, begin, order, spills);
        }
    } else {
        // Several spans at once would be more code, and slower where panels come from the second-level
        // cache, which is read faster in one stream than in two.
        static_for<static_cast<std::size_t>(blocks)>([&]<std::size_t Fewer>() RONDO_INLINE_LAMBDA {
            begin = run_row_spans<blocks - static_cast<int>(Fewer), 1>(frame, row, begin, order, spills);
        });
    }
}

/// The stored sums of some vectors of a row, by accumulator and vector.
template <class Stage, class T>
struct stored_sums {
    static constexpr auto accumulators = static_cast<std::size_t>(panel_layout<Stage>::accumulators);
    alignas(64) std::array<std::array<T, blocking::row_wave_vectors * lane_count<T>>, accumulators> entries;

    /// The sum of accumulator @p i for vector @p v.
    [[nodiscard]] RONDO_INLINE simd<T> get(int i, std::ptrdiff_t v) const
    {
        return simd<T>::load_aligned(entries[static_cast<std::size_t>(i)].data() + v * lane_count<T>);
    }
    /// Computes those of the span of @p Blocks vectors that begins at @p at, from vector @p v on.
    template <int Blocks, class Frame>
    RONDO_INLINE void compute(Frame const& frame, vector_position at, traversal order, std::ptrdiff_t v)
    {
        T const* const panel =
            frame.ctx.panels[Stage::number] + panel_layout<Stage>::entries_of(at.feature, frame.sizes);
        auto const sums = row_product<Frame, Blocks, 1>(frame, at, panel).compute(order);
        static_for<accumulators>([&]<std::size_t A>() RONDO_INLINE_LAMBDA {
            static_for<static_cast<std::size_t>(Blocks)>([&]<std::size_t B>() RONDO_INLINE_LAMBDA {
                auto const to = (v + static_cast<std::ptrdiff_t>(B)) * lane_count<T>;
                sums[A][B].store_aligned(entries[A].data() + to);
            });
        });
    }
};

/// Processes the whole row of a stage with a large epilogue, in @p order.
template <class Frame>
RONDO_INLINE void run_row_with_stored_sums(Frame const& frame, std::ptrdiff_t row, traversal order)
{
    using T = typename Frame::value_type;
    using stage_type = typename Frame::stage_type;
    constexpr std::ptrdiff_t blocks = panel_layout<stage_type>::blocks;
    constexpr std::ptrdiff_t at_once = blocking::row_wave_vectors / blocks;
    std::ptrdiff_t const features = frame.features();
    std::ptrdiff_t const vectors = (features + lane_count<T> - 1) / lane_count<T>;
    std::ptrdiff_t const spans = (vectors + blocks - 1) / blocks;
    stored_sums<stage_type, T> sums;
    spill_buffer<stage_type, T, blocking::row_wave_vectors> spills;
    for (std::ptrdiff_t first = 0; first < spans; first += at_once) {
        std::ptrdiff_t const last = std::min(first + at_once, spans);
        // Spans are next to each other in either order.
        std::ptrdiff_t const lowest = std::min(order.visit(first, spans), order.visit(last - 1, spans));
        std::ptrdiff_t const begin = lowest * blocks;
        std::ptrdiff_t const count = std::min(begin + (last - first) * blocks, vectors) - begin;
        for (std::ptrdiff_t i = first; i < last; ++i) {
            std::ptrdiff_t const vector = order.visit(i, spans) * blocks;
            std::ptrdiff_t const feature = vector * lane_count<T>;
            std::ptrdiff_t const left = std::min(vectors - vector, blocks);
            static_for<static_cast<std::size_t>(blocks)>([&]<std::size_t B>() RONDO_INLINE_LAMBDA {
                if (left == static_cast<std::ptrdiff_t>(B) + 1) {
                    sums.template compute<static_cast<int>(B) + 1>(frame, {row, feature, features - feature},
                                                                   order, vector - begin);
                }
            });
        }
        for_each_wave<stage_type, 0>([&](auto wave) RONDO_INLINE_LAMBDA {
            for (std::ptrdiff_t v = 0; v < count; ++v) {
                std::ptrdiff_t const feature = (begin + v) * lane_count<T>;
                run_epilogue<epilogue_wave<stage_type, wave>>(
                    frame, {row, feature, features - feature},
                    [&](int i) RONDO_INLINE_LAMBDA { return sums.get(i, v); }, no_cached_values{}, spills, v);
            }
        });
    }
}

}  // namespace detail

/// Runs @p Stage on row @p row. Spans of features and groups that are alike are visited in @p order.
template <class Stage, class T, class Sizes>
RONDO_INLINE void run_row_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes,
                                std::ptrdiff_t row, traversal order)
{
    stage_frame<Stage, T, Sizes> const frame{shared, sizes};
    // A full span has a copy of the epilogue for each vector, and so has each shorter one at the end of a
    // row. Constant sizes, which are chosen for speed, may have more copies, because several spans go side by
    // side.
    constexpr int blocks = panel_layout<Stage>::blocks;
    constexpr bool is_constant = Sizes::template constant<Stage::what.shape.last()>() > 0;
    constexpr int copies = is_constant ? blocking::nr : blocks * (blocks + 1) / 2;
    if constexpr (blocking::vectors_side_by_side(epilogue_cost<Stage>, copies) == copies) {
        detail::run_row_in_registers(frame, row, order);
    } else {
        detail::run_row_with_stored_sums(frame, row, order);
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
