#pragma once
/// @file
/// Runs a stage of products on several rows: tile by tile, the products first, then the epilogue.

#include <rondo/kernel/accumulator_io.hpp>
#include <rondo/kernel/epilogue.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// Prefetches the panels that follow those of a span, while the tiles pass the latter: at most one line for
/// each step of the inner dimension.
template <class Stage, class T>
class panel_prefetch {
    using panels = panel_layout<Stage>;

   public:
    /// Prefetches @p entries entries of @p next while @p tiles tiles pass panels of @p blocks blocks.
    RONDO_INLINE panel_prefetch(T const* next, std::ptrdiff_t entries, std::ptrdiff_t blocks,
                                std::ptrdiff_t tiles)
        : next_(next), entries_(entries)
    {
        for (std::size_t i = 0; i < strides_.size(); ++i) {
            std::ptrdiff_t const row_size = panels::groups[i].count * blocks * lane_count<T>;
            strides_[i] = std::min((row_size + tiles - 1) / tiles, cache_line<T>);
        }
    }
    /// The prefetch of the microkernel during the @p k_size steps of group @p i.
    [[nodiscard]] RONDO_INLINE prefetch_stream<T> stream(std::size_t i, std::ptrdiff_t k_size)
    {
        std::ptrdiff_t const stride = done_ < entries_ ? strides_[i] : 0;
        std::ptrdiff_t const first = done_;
        done_ += k_size * stride;
        return {next_, first, stride};
    }

   private:
    T const* next_;
    std::ptrdiff_t entries_;
    std::ptrdiff_t done_ = 0;  // entries that have been prefetched
    std::array<std::ptrdiff_t, panels::groups.size()> strides_;
};

/// Computes the products of the tile @p rows, of a span of @p blocks vectors whose panels begin at @p panel.
template <class Frame, class Io, class Prefetch>
RONDO_INLINE void multiply_tile(Frame const& frame, index_range rows, std::ptrdiff_t blocks,
                                typename Frame::value_type const* panel, Io& io, Prefetch& ahead)
{
    using T = typename Frame::value_type;
    using panels = panel_layout<typename Frame::stage_type>;
    for (std::size_t i = 0; i < panels::groups.size(); ++i) {
        product_group const& group = panels::groups[i];
        rows_of<T> const& operand = frame.ctx.arrays[static_cast<std::size_t>(group.operand)];
        std::ptrdiff_t const k_size = panels::k_size(group, frame.sizes);
        microkernel_of<T>(rows.size(), group.count * blocks)(io.source(group), io.destination(group),
                                                             {operand.row(rows.begin), operand.row_stride, 1},
                                                             panel, k_size, ahead.stream(i, k_size));
        io.finish(group);
        panel += k_size * group.count * blocks * lane_count<T>;
    }
}

/// Runs the epilogue of the tile @p rows, wave by wave down each column of vectors, so that the constants of
/// functions stay in registers. @p features are those of the span; @p end is behind the stage's last row.
template <class Frame, class Io, class Spills>
RONDO_INLINE void run_tile_epilogue(Frame const& frame, index_range rows, index_range features,
                                    std::ptrdiff_t blocks, std::ptrdiff_t end, Io const& io, Spills& spills)
{
    using T = typename Frame::value_type;
    using stage_type = typename Frame::stage_type;
    for (std::ptrdiff_t b = 0; b < blocks; ++b) {
        std::ptrdiff_t const skipped = b * lane_count<T>;
        vector_position const at{rows.begin, features.begin + skipped, features.size() - skipped};
        for_each_wave<stage_type, 0>([&](auto wave) RONDO_INLINE_LAMBDA {
            for (std::ptrdiff_t r = 0; r < rows.size(); ++r) {
                run_epilogue<epilogue_wave<stage_type, wave>>(
                    frame, {rows.begin + r, at.feature, at.valid},
                    [&](int i) RONDO_INLINE_LAMBDA { return io.sum(r, i, b); }, no_cached_values{}, spills,
                    r);
            }
        });
        if (frame.ctx.policy.template prefetches_stores<stage_type>()) {
            for (std::ptrdiff_t row = rows.end; row < std::min(rows.end + rows.size(), end); ++row) {
                prefetch_stores(frame, {row, at.feature, at.valid});
            }
        }
    }
}

}  // namespace detail

/// Runs @p Stage on @p rows (time and batch together), at least one.
template <class Stage, class T, class Sizes>
void run_tile_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes, index_range rows)
{
    stage_frame<Stage, T, Sizes> const frame{shared, sizes};
    using panels = panel_layout<Stage>;
    constexpr std::ptrdiff_t limit = panels::rows;
    constexpr std::ptrdiff_t span = panels::blocks * lane_count<T>;
    std::ptrdiff_t const features = frame.features();
    std::ptrdiff_t const tiles = (rows.size() + limit - 1) / limit;
    T const* panel = frame.ctx.panels[Stage::number];
    alignas(64)
        std::array<T, static_cast<std::size_t>((panels::accumulator_sets * limit + 1) * tile_row_stride<T>)>
            sums;
    spill_buffer<Stage, T, static_cast<int>(limit)> spills;

    for (std::ptrdiff_t feature = 0; feature < features; feature += span) {
        std::ptrdiff_t const left = features - feature;
        std::ptrdiff_t const blocks =
            std::min<std::ptrdiff_t>(panels::blocks, (left + lane_count<T> - 1) / lane_count<T>);
        // Behind the last panels, the first are prefetched: a loop of one stage reads them next.
        T const* const next = panel + panels::entries_of(blocks * lane_count<T>, sizes);
        detail::panel_prefetch<Stage, T> ahead(left > span ? next : frame.ctx.panels[Stage::number],
                                               next - panel, blocks, tiles);
        accumulator_io io(frame, sums.data(), blocks);
        for_each_tile(rows, limit, [&](index_range tile) {
            io.set_tile({tile.begin, feature, left}, tile.size());
            detail::multiply_tile(frame, tile, blocks, panel, io, ahead);
            if constexpr (accumulator_traits<Stage>::has_epilogue) {
                detail::run_tile_epilogue(frame, tile, {feature, features}, blocks, rows.end, io, spills);
            }
        });
        panel = next;
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
