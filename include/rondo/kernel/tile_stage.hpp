#pragma once
/// @file
/// Runs a stage of products: products into a tile, then its elementwise work, then its stores.
///
/// The tile is a few rows by a few vectors. Its sums start from what is in memory, and leave the
/// registers once: for where they are to be stored, if they are all that the stage computes, or for a
/// buffer that stays in the first-level cache, where one copy of the elementwise code picks them up row
/// by row. That keeps the elementwise code out of every one of the product kernel's shapes.

#include <rondo/kernel/evaluate.hpp>
#include <rondo/kernel/panels.hpp>
#include <rondo/kernel/rounds.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// How a tile stage comes by its sums and what it does with them.
template <class Stage>
struct tile_sums {
    using exe = typename Stage::exe;     ///< the program it is a stage of
    using panels = panel_layout<Stage>;  ///< its products
    static constexpr auto count = static_cast<std::size_t>(panels::accumulators);  ///< accumulators
    /// Vectors side by side, all groups together.
    static constexpr auto columns = static_cast<std::size_t>(panels::groups * blocking::nr);

    /// What accumulator @p i starts from.
    static constexpr node_id start(std::size_t i)
    {
        return exe::schedule.accumulators[static_cast<std::size_t>(Stage::what.accumulators.begin) + i].start;
    }
    /// Whether full vectors of an array stand one behind the other.
    static constexpr bool has_vectors(array_id a)
    {
        array const& from = exe::schedule.arrays[static_cast<std::size_t>(a)];
        return from.dim != unit && !is_unpadded(from.kind);
    }
    /// Whether the stage has nothing to do but to store its sums, each once.
    static constexpr bool only_stores = [] {
        bool only = Stage::store_count == count && Stage::work_count == count;
        for (std::size_t i = 0; i < Stage::work_count; ++i) {
            only = only && Stage::work(i).from == origin::products;
        }
        for (panel_run const& run : panels::runs) {
            only = only && (run.finished == 0 || run.finished == run.count);
        }
        for (std::size_t i = 0; only && i < count; ++i) {
            only = has_vectors(Stage::stored(i).to);
            for (std::size_t j = 0; j < i; ++j) {
                only = only && Stage::stored(j).value != Stage::stored(i).value;
            }
        }
        return only;
    }();
};

/// Calls `f(std::integral_constant<std::size_t, i>{})` for i up to @p Count.
template <std::size_t Count, class F>
RONDO_INLINE void for_each_index(F&& f)
{
    [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        (f(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<Count>{});
}

/// Where the sums of a group of features go through on their way.
template <class Stage, class T>
class tile_route {
   public:
    /// For @p blocks vectors of each accumulator, with sums in a @p buffer.
    RONDO_INLINE tile_route(context<typename Stage::exe, T> const& ctx, T* buffer, std::ptrdiff_t blocks)
        : ctx_(ctx), sums_(buffer), blocks_(blocks)
    {
        for_each_vector([&](auto i, std::ptrdiff_t b) RONDO_INLINE_LAMBDA {
            buffer_.set(column(i, b), sums_ + place(i, b), tile_row_stride<T>);
        });
    }

    /// Prepares for a tile of @p rows rows whose first vector is @p at.
    RONDO_INLINE void enter(tile_place at, std::ptrdiff_t rows)
    {
        for_each_vector([&](auto i, std::ptrdiff_t b) RONDO_INLINE_LAMBDA {
            constexpr node_id start = sums::start(i);
            if constexpr (start == no_node) {
                starts_.set(column(i, b), zero_vector<T>.data(), 0);
            } else {
                constexpr array_id from = exe::schedule.home[start];
                if constexpr (sums::has_vectors(from)) {
                    constexpr bool moves =
                        exe::schedule.arrays[static_cast<std::size_t>(from)].kind != storage::parameter;
                    rows_of<T> const& all = ctx_.arrays[static_cast<std::size_t>(from)];
                    starts_.set(column(i, b),
                                (moves ? all.row(at.row) : all.data) + at.feature + b * lane_count<T>,
                                moves ? all.row_stride : 0);
                } else {
                    for (std::ptrdiff_t r = 0; r < rows; ++r) {
                        load<exe, start, Stage::what.dim>(
                            ctx_, {at.row + r, at.feature + b * lane_count<T>, at.valid - b * lane_count<T>})
                            .store_aligned(sums_ + r * tile_row_stride<T> + place(i, b));
                    }
                    starts_.set(column(i, b), sums_ + place(i, b), tile_row_stride<T>);
                }
            }
        });
        if constexpr (sums::only_stores) {
            for_each_index<sums::count>([&](auto s) RONDO_INLINE_LAMBDA {
                constexpr store what = Stage::stored(s);
                rows_of<T> const& all = ctx_.arrays[static_cast<std::size_t>(what.to)];
                for (std::ptrdiff_t b = 0; b < blocks_; ++b) {
                    ends_.set(column(Stage::accumulator_of(what.value), b),
                              all.row(at.row) + at.feature + b * lane_count<T>, all.row_stride);
                }
            });
        }
    }

    /// Where the sums of a run come from.
    [[nodiscard]] RONDO_INLINE tile_edge<T const> from(panel_run const& run) const
    {
        return starts_.from(column(run.into, 0));
    }
    /// Where they go.
    [[nodiscard]] RONDO_INLINE tile_edge<T> to(panel_run const& run) const
    {
        auto const& places = sums::only_stores && run.finished > 0 ? ends_ : buffer_;
        return places.from(column(run.into, 0));
    }
    /// After a run: what is added next to its sums finds them in the buffer.
    RONDO_INLINE void leave(panel_run const& run)
    {
        if (run.finished < run.count) {
            for (std::ptrdiff_t i = 0; i < run.count * blocks_; ++i) {
                auto const j = static_cast<std::size_t>(column(run.into, 0) + i);
                starts_.set(static_cast<std::ptrdiff_t>(j), buffer_.data[j], buffer_.row_stride[j]);
            }
        }
    }
    /// What accumulator @p i holds for block @p b of row @p r of the tile, after all runs.
    [[nodiscard]] RONDO_INLINE simd<T> sum(std::ptrdiff_t r, int i, std::ptrdiff_t b) const
    {
        return simd<T>::load_aligned(sums_ + r * tile_row_stride<T> + place(i, b));
    }

   private:
    using exe = typename Stage::exe;
    using sums = tile_sums<Stage>;

    template <class F>
    RONDO_INLINE void for_each_vector(F&& f)
    {
        for_each_index<sums::count>([&](auto i) RONDO_INLINE_LAMBDA {
            for (std::ptrdiff_t b = 0; b < blocks_; ++b) {
                f(i, b);
            }
        });
    }
    [[nodiscard]] std::ptrdiff_t column(std::ptrdiff_t i, std::ptrdiff_t b) const
    {
        constexpr std::ptrdiff_t per_run = panel_layout<Stage>::per_run;
        return i / per_run * blocking::nr + i % per_run * blocks_ + b;
    }
    [[nodiscard]] std::ptrdiff_t place(std::ptrdiff_t i, std::ptrdiff_t b) const
    {
        return panel_layout<Stage>::template sums_of<T>(i, blocks_, b);
    }

    context<exe, T> const& ctx_;
    T* sums_;
    std::ptrdiff_t blocks_;
    tile_places<T const, sums::columns> starts_;
    tile_places<T, sums::columns> buffer_;
    tile_places<T, sums::columns> ends_;
};

}  // namespace detail

/// Runs @p Stage on rows @p begin to @p end (time and batch together), at least one.
template <class Stage, class T, class Sizes>
void run_tile_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes, std::ptrdiff_t begin,
                    std::ptrdiff_t end)
{
    // A copy that no store can alias, so that its pointers stay in registers.
    context<typename Stage::exe, T> const ctx = shared;
    using panels = panel_layout<Stage>;
    constexpr std::ptrdiff_t limit = panels::template rows<T>;
    constexpr std::ptrdiff_t group_span = panels::blocks * lane_count<T>;
    std::ptrdiff_t const features = sizes.template get<Stage::what.dim>();
    T const* panel = ctx.panels[Stage::number];
    std::ptrdiff_t const tiles = (end - begin + limit - 1) / limit;
    alignas(64) std::array<T, static_cast<std::size_t>((panels::groups * limit + 1) * tile_row_stride<T>)>
        sums;
    handed_values<Stage, T, static_cast<int>(limit)> handed;

    for (std::ptrdiff_t feature = 0; feature < features; feature += group_span) {
        std::ptrdiff_t const left = features - feature;
        std::ptrdiff_t const blocks =
            std::min<std::ptrdiff_t>(panels::blocks, (left + lane_count<T> - 1) / lane_count<T>);
        detail::tile_route<Stage, T> route(ctx, sums.data(), blocks);
        // While the tiles go past these panels, those of the next group come nearer, as far as a line for
        // every step goes; or the first again, which is what a loop of one stage reads next.
        T const* const behind = panel + panels::entries_of(blocks * lane_count<T>, sizes);
        T const* const ahead = left > group_span ? behind : ctx.panels[Stage::number];
        std::ptrdiff_t asked_for = 0;  // entries of those
        std::array<std::ptrdiff_t, panels::runs.size()> steps_ahead;
        for (std::size_t i = 0; i < steps_ahead.size(); ++i) {
            std::ptrdiff_t const step = panels::runs[i].count * blocks * lane_count<T>;
            steps_ahead[i] = std::min((step + tiles - 1) / tiles, cache_line<T>);
        }
        for_each_tile(begin, end, limit, [&](std::ptrdiff_t first, std::ptrdiff_t rows) {
            route.enter({first, feature, left}, rows);
            T const* next = panel;
            for (std::size_t i = 0; i < panels::runs.size(); ++i) {
                panel_run const& run = panels::runs[i];
                rows_of<T> const& operand = ctx.arrays[static_cast<std::size_t>(run.operand)];
                std::ptrdiff_t const depth = panels::depth(run, sizes);
                std::ptrdiff_t const step = run.count * blocks * lane_count<T>;
                std::ptrdiff_t const step_ahead = asked_for < behind - panel ? steps_ahead[i] : 0;
                microkernel_of<T>(rows, run.count * blocks)(route.from(run), route.to(run),
                                                            {operand.row(first), operand.row_stride, 1}, next,
                                                            depth, {ahead, asked_for, step_ahead});
                route.leave(run);
                next += depth * step;
                asked_for += depth * step_ahead;
            }
            if constexpr (!detail::tile_sums<Stage>::only_stores) {
                // (Down the rows, a function's constants stay in registers: 1 to 2% of an LSTM or GRU of W3.)
                for (std::ptrdiff_t b = 0; b < blocks; ++b) {
                    tile_place const at{first, feature + b * lane_count<T>, left - b * lane_count<T>};
                    for_each_round<Stage, 0>([&](auto round) RONDO_INLINE_LAMBDA {
                        for (std::ptrdiff_t r = 0; r < rows; ++r) {
                            work_out_round<Stage, round(), T>(
                                ctx, sizes, {first + r, at.feature, at.valid},
                                [&](int i) RONDO_INLINE_LAMBDA { return route.sum(r, i, b); }, handed, r);
                        }
                    });
                    // (What a loop writes may be near. What else is written is not, and an LSTM of 512
                    // features would go back in 3% more time.)
                    if (!Stage::what.where.is_loop || ctx.saved_values_exceed_cache) {
                        for (std::ptrdiff_t row = first + rows; row < std::min(first + 2 * rows, end);
                             ++row) {
                            prefetch_stores<Stage, T>(ctx, {row, at.feature, at.valid});
                        }
                    }
                }
            }
        });
        panel = behind;
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
