#pragma once
/// @file
/// Runs a stage of matrices: along each inner row vector by vector, several inner rows at once.
///
/// One pass over a matrix reads it, computes with it, stores the new one and reduces it, so each entry passes
/// through the caches once. Inner rows that are taken together share the loads of what does not vary from one
/// to the next, and the additions to their sums are independent of each other.
///
/// Loops over these rows are unrolled by static_for: positions and values are arrays, which only stay in
/// registers if every index is a constant, and compilers unroll no such loop at -O2.

#include <rondo/kernel/index_range.hpp>
#include <rondo/kernel/matrix_reductions.hpp>
#include <rondo/kernel/running_sum.hpp>

#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// A pass over the matrices of one row of the stage of @p Frame.
template <class Frame>
class matrix_pass {
    using T = typename Frame::value_type;
    using stage_type = typename Frame::stage_type;
    using levels = matrix_levels<stage_type>;
    static constexpr extents shape = stage_type::what.shape;
    static constexpr std::size_t most = levels::inner_rows;
    using reductions = matrix_reductions<Frame, most>;
    template <std::size_t Count>
    using values_of = std::array<std::array<simd<T>, stage_type::work_count>, Count>;
    template <std::size_t Count>
    using positions = std::array<vector_position, Count>;

   public:
    /// Of row @p row.
    RONDO_INLINE matrix_pass(Frame const& frame, std::ptrdiff_t row) : frame_(frame), row_(row) {}

    /// Computes, stores and reduces all entries.
    RONDO_INLINE void run() const
    {
        std::ptrdiff_t const rows = inner_size();
        reductions sums;
        sums.start_in_memory(frame_, row_);
        for (std::ptrdiff_t outer = 0; outer < outer_size(); ++outer) {
            auto const values = computed_outer(outer);
            sums.start_all_rows();
            std::ptrdiff_t inner = 0;
            for (; inner + static_cast<std::ptrdiff_t>(most) <= rows; inner += most) {
                run_rows<most>(positions_at<most>(outer, inner), values, sums);
            }
            if constexpr (most > 1) {
                for (; inner < rows; ++inner) {
                    run_rows<1>(positions_at<1>(outer, inner), values, sums);
                }
            }
            sums.finish_all_rows(frame_, positions_at<1>(outer, 0)[0]);
        }
        reductions::copy_results(frame_, row_);
    }
    /// Stores the running sums from the ends.
    RONDO_INLINE void run_back() const
    {
        constexpr std::ptrdiff_t lanes = lane_count<T>;
        for (std::ptrdiff_t outer = outer_size() - 1; outer >= 0; --outer) {
            auto const values = computed_outer(outer);
            for (std::ptrdiff_t inner = inner_size() - 1; inner >= 0; --inner) {
                running_sums<Frame, true> sums;
                positions<1> at = positions_at<1>(outer, inner);
                values_of<1> now = computed_inner(at, values);
                for (std::ptrdiff_t feature = (frame_.features() - 1) / lanes * lanes; feature >= 0;
                     feature -= lanes) {
                    move_to(at, feature, frame_.features() - feature);
                    compute<matrix_level::vector>(at, now);
                    sums.add(frame_, at[0], now[0]);
                }
            }
        }
    }

   private:
    RONDO_INLINE std::ptrdiff_t outer_size() const
    {
        return shape.rank() > 2 ? frame_.sizes.template get<shape.dims[0]>() : 1;
    }
    RONDO_INLINE std::ptrdiff_t inner_size() const
    {
        return frame_.sizes.template get<shape.dims[levels::inner]>();
    }
    /// The beginnings of @p Count inner rows from @p inner on.
    template <std::size_t Count>
    RONDO_INLINE positions<Count> positions_at(std::ptrdiff_t outer, std::ptrdiff_t inner) const
    {
        positions<Count> at;
        static_for<Count>([&]<std::size_t R>() RONDO_INLINE_LAMBDA {
            std::ptrdiff_t const i = inner + static_cast<std::ptrdiff_t>(R);
            at[R] = shape.rank() > 2 ? vector_position{row_, 0, frame_.features(), outer, i}
                                     : vector_position{row_, 0, frame_.features(), i};
        });
        return at;
    }
    template <std::size_t Count>
    RONDO_INLINE static void move_to(positions<Count>& at, std::ptrdiff_t feature, std::ptrdiff_t valid)
    {
        static_for<Count>([&]<std::size_t R>() RONDO_INLINE_LAMBDA {
            at[R].feature = feature;
            at[R].valid = valid;
        });
    }
    /// Computes the values of a level at @p at. Those of the levels above are there.
    template <matrix_level Level, std::size_t Count>
    RONDO_INLINE void compute(positions<Count> const& at, values_of<Count>& values) const
    {
        static_for<stage_type::work_count>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            if constexpr (levels::of(I) == Level) {
                static_for<Count>([&]<std::size_t R>() RONDO_INLINE_LAMBDA {
                    if constexpr (R > 0 && !levels::varies_by_row(I)) {
                        values[R][I] = values[0][I];
                    } else {
                        values[R][I] =
                            evaluate<I>(frame_, at[R], values[R], no_products{}, no_cached_values{});
                    }
                });
            }
        });
    }
    RONDO_INLINE values_of<1> computed_outer(std::ptrdiff_t outer) const
    {
        values_of<1> values;
        compute<matrix_level::outer>(positions_at<1>(outer, 0), values);
        return values;
    }
    /// The values of inner rows, with those of the level above.
    template <std::size_t Count>
    RONDO_INLINE values_of<Count> computed_inner(positions<Count> const& at, values_of<1> const& above) const
    {
        values_of<Count> values;
        static_for<stage_type::work_count>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            if constexpr (levels::of(I) == matrix_level::outer) {
                static_for<Count>([&]<std::size_t R>() RONDO_INLINE_LAMBDA { values[R][I] = above[0][I]; });
            }
        });
        compute<matrix_level::inner>(at, values);
        return values;
    }
    /// Runs inner rows that begin at @p at, with the values of the level above.
    template <std::size_t Count>
    RONDO_INLINE void run_rows(positions<Count> at, values_of<1> const& above, reductions& sums) const
    {
        constexpr std::ptrdiff_t lanes = lane_count<T>;
        values_of<Count> values = computed_inner(at, above);
        running_sums<Frame, false> running;
        sums.template start_rows<Count>();
        auto const run_vectors = [&](std::ptrdiff_t feature, std::ptrdiff_t valid) RONDO_INLINE_LAMBDA {
            move_to(at, feature, valid);
            compute<matrix_level::vector>(at, values);
            static_for<Count>([&]<std::size_t R>() RONDO_INLINE_LAMBDA {
                store_values<whole_epilogue>(frame_, at[R], values[R]);
            });
            running.add(frame_, at[0], values[0]);
            sums.add(frame_, at, values);
        };
        std::ptrdiff_t const features = frame_.features();
        std::ptrdiff_t feature = 0;
        for (; feature + lanes <= features; feature += lanes) {
            run_vectors(feature, lanes);  // a constant, so that nothing is masked
        }
        if (feature < features) {
            run_vectors(feature, features - feature);
        }
        move_to(at, 0, features);
        sums.finish_rows(frame_, at);
    }

    Frame const& frame_;
    std::ptrdiff_t row_;
};

}  // namespace detail

/// Runs @p Stage, of values of two or three dimensions, on @p rows (time and batch together).
template <class Stage, class T, class Sizes>
void run_matrix_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes, index_range rows)
{
    using frame_type = stage_frame<Stage, T, Sizes>;
    Sizes const own = sizes;  // no store of a vector can alias it, so strides stay in registers
    frame_type const frame{shared, own};
    for (std::ptrdiff_t row = rows.begin; row < rows.end; ++row) {
        detail::matrix_pass<frame_type> const pass(frame, row);
        if constexpr (running_sums<frame_type, true>::any()) {
            pass.run_back();
        }
        pass.run();
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
