#pragma once
/// @file
/// Where the sums of a tile are loaded from and stored to.
///
/// A tile's sums start from zeros or from values in memory. If the stage has an epilogue, they end in a
/// buffer that stays in the first-level cache, where one copy of the epilogue's code reads them row by row;
/// that keeps this code out of the microkernels of all shapes. If the stage has none, complete sums are
/// stored directly to their arrays.

#include <rondo/kernel/evaluate.hpp>
#include <rondo/kernel/panels.hpp>
#include <rondo/kernel/static_for.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Constants of the accumulators of @p Stage.
template <class Stage>
struct accumulator_traits {
    using exe = typename Stage::exe;     ///< the program it is a stage of
    using panels = panel_layout<Stage>;  ///< its products
    /// Accumulators of the stage.
    static constexpr auto count = static_cast<std::size_t>(panels::accumulators);
    /// Columns of pointers: those of all sets of accumulators, side by side.
    static constexpr auto columns = static_cast<std::size_t>(panels::accumulator_sets * blocking::nr);

    /// The node whose value accumulator @p i starts from, or no_node.
    static constexpr node_id start(std::size_t i)
    {
        return exe::schedule.accumulators[static_cast<std::size_t>(Stage::what.accumulators.begin) + i].start;
    }
    /// Whether an array has vectors one behind the other, and rows that follow each other as those of the
    /// stage do.
    static constexpr bool has_vectors(array_id a)
    {
        array const& from = exe::schedule.arrays[static_cast<std::size_t>(a)];
        bool const follows = !has_row_per_sequence(from.kind) || Stage::what.where.is_loop;
        return !from.shape.is_scalar() && follows;
    }
    /// Whether the last vector of a row is as long as the others. That of a head is not: the next one's row
    /// follows.
    static constexpr bool is_padded(array_id a)
    {
        array const& from = exe::schedule.arrays[static_cast<std::size_t>(a)];
        return from.shape.rank() == 1 && !is_unpadded(from.kind);
    }
    /// Whether the stage does more with its sums than to store each of them once.
    static constexpr bool has_epilogue = [] {
        bool only_stores = Stage::store_count == count && Stage::work_count == count;
        for (std::size_t i = 0; i < Stage::work_count; ++i) {
            only_stores = only_stores && Stage::work(i).from == origin::products;
        }
        for (product_group const& group : panels::groups) {
            only_stores = only_stores && (group.completed == 0 || group.completed == group.count);
        }
        for (std::size_t i = 0; only_stores && i < count; ++i) {
            only_stores = has_vectors(Stage::stored(i).to) && is_padded(Stage::stored(i).to);
            for (std::size_t j = 0; j < i; ++j) {
                only_stores = only_stores && Stage::stored(j).value != Stage::stored(i).value;
            }
        }
        return !only_stores;
    }();
};

/// The sources and destinations of the sums of one span of features, tile by tile.
template <class Frame>
class accumulator_io {
    using T = typename Frame::value_type;
    using exe = typename Frame::exe;
    using stage_type = typename Frame::stage_type;
    using traits = accumulator_traits<stage_type>;

   public:
    /// For @p blocks vectors of each accumulator, with a buffer of @p sums.
    RONDO_INLINE accumulator_io(Frame const& frame, T* sums, std::ptrdiff_t blocks)
        : frame_(frame), sums_(sums), blocks_(blocks)
    {
        for_each_vector([&]<std::size_t I>(std::ptrdiff_t b) RONDO_INLINE_LAMBDA {
            buffer_.set(column(I, b), sums_ + offset(I, b), tile_row_stride<T>);
        });
    }

    /// Sets the pointers of a tile of @p rows rows whose first vector is @p at.
    RONDO_INLINE void set_tile(vector_position at, std::ptrdiff_t rows)
    {
        for_each_vector([&]<std::size_t I>(std::ptrdiff_t b)
                            RONDO_INLINE_LAMBDA { set_start<I>(at, rows, b); });
        if constexpr (!traits::has_epilogue) {
            static_for<traits::count>([&]<std::size_t S>() RONDO_INLINE_LAMBDA {
                constexpr store what = stage_type::stored(S);
                rows_of<T> const& all = frame_.ctx.arrays[static_cast<std::size_t>(what.to)];
                for (std::ptrdiff_t b = 0; b < blocks_; ++b) {
                    ends_.set(column(stage_type::template accumulator_number<what.value>, b),
                              all.row(at.row) + at.feature + b * lane_count<T>, all.row_stride);
                }
            });
        }
    }
    /// Where the sums of a group are loaded from.
    [[nodiscard]] RONDO_INLINE column_pointer_view<T const> source(product_group const& group) const
    {
        return starts_.from(column(group.first_accumulator, 0));
    }
    /// Where they are stored to.
    [[nodiscard]] RONDO_INLINE column_pointer_view<T> destination(product_group const& group) const
    {
        auto const& pointers = !traits::has_epilogue && group.completed > 0 ? ends_ : buffer_;
        return pointers.from(column(group.first_accumulator, 0));
    }
    /// To be called after a group's products: later groups find the sums in the buffer.
    RONDO_INLINE void finish(product_group const& group)
    {
        if (group.completed < group.count) {
            for (std::ptrdiff_t i = 0; i < group.count * blocks_; ++i) {
                auto const j = static_cast<std::size_t>(column(group.first_accumulator, 0) + i);
                starts_.set(static_cast<std::ptrdiff_t>(j), buffer_.data[j], buffer_.row_stride[j]);
            }
        }
    }
    /// The sum in accumulator @p i of block @p b of row @p r of the tile, after all groups.
    [[nodiscard]] RONDO_INLINE simd<T> sum(std::ptrdiff_t r, int i, std::ptrdiff_t b) const
    {
        return simd<T>::load_aligned(sums_ + r * tile_row_stride<T> + offset(i, b));
    }

   private:
    template <class F>
    RONDO_INLINE void for_each_vector(F&& f)
    {
        static_for<traits::count>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            for (std::ptrdiff_t b = 0; b < blocks_; ++b) {
                f.template operator()<I>(b);
            }
        });
    }
    /// Sets the source of block @p b of accumulator @p I. Values that are no full vectors are copied to the
    /// buffer first.
    template <std::size_t I>
    RONDO_INLINE void set_start(vector_position at, std::ptrdiff_t rows, std::ptrdiff_t b)
    {
        constexpr node_id start = traits::start(I);
        if constexpr (start == no_node) {
            starts_.set(column(I, b), zero_vector<T>.data(), 0);
        } else {
            constexpr array_id from = exe::schedule.buffer[start];
            std::ptrdiff_t const skipped = b * lane_count<T>;
            if constexpr (traits::has_vectors(from)) {
                if (traits::is_padded(from) || at.valid - skipped >= lane_count<T>) {
                    constexpr auto number = static_cast<std::size_t>(from);
                    constexpr bool has_rows = !has_single_row(exe::schedule.arrays[number].kind);
                    rows_of<T> const& all = frame_.ctx.arrays[number];
                    starts_.set(column(I, b), (has_rows ? all.row(at.row) : all.data) + at.feature + skipped,
                                has_rows ? all.row_stride : 0);
                    return;
                }
            }
            for (std::ptrdiff_t r = 0; r < rows; ++r) {
                load_value<start>(frame_, {at.row + r, at.feature + skipped, at.valid - skipped})
                    .store_aligned(sums_ + r * tile_row_stride<T> + offset(I, b));
            }
            starts_.set(column(I, b), sums_ + offset(I, b), tile_row_stride<T>);
        }
    }
    [[nodiscard]] std::ptrdiff_t column(std::ptrdiff_t i, std::ptrdiff_t b) const
    {
        constexpr std::ptrdiff_t per_group = panel_layout<stage_type>::per_group;
        return i / per_group * blocking::nr + i % per_group * blocks_ + b;
    }
    [[nodiscard]] std::ptrdiff_t offset(std::ptrdiff_t i, std::ptrdiff_t b) const
    {
        return panel_layout<stage_type>::template sum_offset<T>(i, blocks_, b);
    }

    Frame const& frame_;
    T* sums_;
    std::ptrdiff_t blocks_;
    column_pointers<T const, traits::columns> starts_;
    column_pointers<T, traits::columns> buffer_;
    column_pointers<T, traits::columns> ends_;
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
