#pragma once
/// @file
/// Runs a stage without products: row by row, and along each row vector by vector.
///
/// Scalars, such as a mean and its functions, are computed once a row. Reductions of a row are accumulated in
/// vector registers, block by block, whose lanes are combined once at the end of the row; running sums are
/// stored vector by vector.

#include <rondo/kernel/epilogue.hpp>
#include <rondo/kernel/index_range.hpp>
#include <rondo/kernel/reduction.hpp>
#include <rondo/kernel/running_sum.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// The scalars that a stage works with, cached in registers for a row.
template <class Frame>
struct row_scalars {
    using T = typename Frame::value_type;
    using stage_type = typename Frame::stage_type;
    std::array<simd<T>, stage_type::work_count> values;

    static constexpr node const& node_of(std::size_t i)
    {
        return Frame::exe::program.nodes[stage_type::work(i).value];
    }
    /// Whether work item @p i is cached. A constant needs no register of its own.
    static constexpr bool has(std::size_t i)
    {
        return node_of(i).shape.is_scalar() && node_of(i).opcode != op::constant;
    }
    /// The value of work item @p I.
    template <std::size_t I>
    RONDO_INLINE simd<T> const& get() const
    {
        return values[I];
    }
    /// Computes the scalars of the row of @p at.
    RONDO_INLINE row_scalars(Frame const& frame, vector_position at)
    {
        static_for<stage_type::work_count>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            if constexpr (node_of(I).shape.is_scalar()) {
                values[I] = evaluate<I>(frame, at, values, no_products{}, no_cached_values{});
            }
        });
    }
};

/// The reductions of a row that a stage stores.
template <class Frame>
class row_reductions {
    using T = typename Frame::value_type;
    using exe = typename Frame::exe;
    using stage_type = typename Frame::stage_type;

   public:
    RONDO_INLINE row_reductions()
    {
        static_for<results.size()>([&]<std::size_t I>()
                                       RONDO_INLINE_LAMBDA { lanes_[I] = reduction<I>::start(); });
    }

    /// Adds the vector at @p at, given the values of the work items there.
    template <class Values>
    RONDO_INLINE void add(vector_position at, Values const& values)
    {
        static_for<results.size()>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            simd<T> const v =
                values[stage_type::template position_of<exe::program.nodes[results[I].value].a>];
            reduction<I>::add(lanes_[I], reduction<I>::valid(v, at.valid));
        });
    }
    /// Whether the stage stores any.
    static constexpr bool any() { return results.size() > 0; }
    /// Adds those of a block.
    RONDO_INLINE void add(row_reductions const& block)
    {
        static_for<results.size()>(
            [&]<std::size_t I>() RONDO_INLINE_LAMBDA { reduction<I>::add(lanes_[I], block.lanes_[I]); });
    }
    /// Stores those of row @p row.
    RONDO_INLINE void store_results(Frame const& frame, std::ptrdiff_t row) const
    {
        static_for<results.size()>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            *frame.ctx.arrays[static_cast<std::size_t>(results[I].to)].row(row) =
                reduction<I>::result(lanes_[I]);
        });
    }

   private:
    static constexpr auto results = [] {
        constexpr auto reduces = [](store const& s) {
            return is_reduction(exe::program.nodes[s.value].opcode);
        };
        constexpr auto first = exe::schedule.stores.begin() + stage_type::what.stores.begin;
        constexpr auto last = exe::schedule.stores.begin() + stage_type::what.stores.end;
        std::array<store, static_cast<std::size_t>(std::count_if(first, last, reduces))> found{};
        std::copy_if(first, last, found.begin(), reduces);
        return found;
    }();

    template <std::size_t I>
    using reduction = kernel_internal::reduction<exe::program.nodes[results[I].value].opcode, T>;

    std::array<simd<T>, results.size()> lanes_;
};

/// Stores the running sums from the end of row @p row.
template <class Frame>
RONDO_INLINE void run_back(Frame const& frame, std::ptrdiff_t row, row_scalars<Frame> const& scalars)
{
    constexpr std::ptrdiff_t lanes = lane_count<typename Frame::value_type>;
    running_sums<Frame, true> sums;
    std::ptrdiff_t const features = frame.features();
    for (std::ptrdiff_t feature = (features - 1) / lanes * lanes; feature >= 0; feature -= lanes) {
        vector_position const at{row, feature, features - feature};
        sums.add(frame, at, run_epilogue<unstored_epilogue>(frame, at, no_products{}, scalars));
    }
}

}  // namespace detail

/// Runs @p Stage on @p rows (time and batch together).
template <class Stage, class T, class Sizes>
void run_elementwise_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes,
                           index_range rows)
{
    using frame_type = stage_frame<Stage, T, Sizes>;
    using reductions = detail::row_reductions<frame_type>;
    frame_type const frame{shared, sizes};
    std::ptrdiff_t const features = frame.features();
    // Reductions go block by block: a sum of sums of blocks loses less to rounding. Without any, a row is one
    // block.
    std::ptrdiff_t const block = reductions::any() ? blocking::sum_block_vectors * lane_count<T> : features;
    for (std::ptrdiff_t row = rows.begin; row < rows.end; ++row) {
        detail::row_scalars<frame_type> const scalars(frame, {row, 0, features});
        if constexpr (running_sums<frame_type, true>::any()) {
            detail::run_back(frame, row, scalars);
        }
        [[maybe_unused]] running_sums<frame_type, false> running;
        reductions all;
        for (std::ptrdiff_t begin = 0; begin < features; begin += block) {
            reductions part;
            std::ptrdiff_t const end = std::min(begin + block, features);
            for (std::ptrdiff_t feature = begin; feature < end; feature += lane_count<T>) {
                vector_position const at{row, feature, features - feature};
                auto const values = run_epilogue<whole_epilogue>(frame, at, no_products{}, scalars);
                part.add(at, values);
                running.add(frame, at, values);
            }
            all.add(part);
        }
        all.store_results(frame, row);
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
