#pragma once
/// @file
/// The stores of a stage, for one vector of features.

#include <rondo/kernel/matrix_position.hpp>
#include <rondo/kernel/static_for.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Prefetches the lines that store_values() is to write at @p at, as the cache policy says.
template <class Frame>
RONDO_INLINE void prefetch_stores(Frame const& frame, vector_position at)
{
    using stage_type = typename Frame::stage_type;
    static_for<stage_type::store_count>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
        constexpr array_id to = stage_type::stored(I).to;
        auto const& rows = frame.ctx.arrays[static_cast<std::size_t>(to)];
        frame.ctx.policy.template prefetch_store<typename Frame::exe, to>(
            address(rows.row(at.row), at.feature));
    });
}

/// Stores @p v to array @p To at @p at.
template <array_id To, class Frame>
RONDO_INLINE void store_vector(Frame const& frame, vector_position at,
                               simd<typename Frame::value_type> const& v)
{
    using T = typename Frame::value_type;
    using exe = typename Frame::exe;
    constexpr array to = exe::schedule.arrays[static_cast<std::size_t>(To)];
    T* const data = frame.ctx.arrays[static_cast<std::size_t>(To)].row(at.row);
    if constexpr (to.shape.is_scalar()) {
        *data = v.get(0);
    } else if constexpr (has_matrices<Frame>) {
        store_up_to(v, data + entries_at<to.shape, Frame>::offset(frame, at), at.valid);
    } else if constexpr (!is_unpadded(to.kind) && !to.shape.is_matrix()) {
        frame.ctx.policy.template store<exe, To>(v, data + at.feature);
    } else {
        store_up_to(v, data + at.feature, at.valid);
    }
}

/// Stores those of the @p values of a stage that it writes and for whose work item `Wave::is_stored(i)`
/// holds. Results of operations along the row are not among them.
template <class Wave, class Frame, class Values>
RONDO_INLINE void store_values(Frame const& frame, vector_position at, Values const& values)
{
    using exe = typename Frame::exe;
    using stage_type = typename Frame::stage_type;
    static_for<stage_type::store_count>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
        constexpr store what = stage_type::stored(I);
        if constexpr (!is_row_operation(exe::program.nodes[what.value].opcode)) {
            constexpr std::size_t item = stage_type::position(what.value);
            if constexpr (Wave::is_stored(item)) {
                store_vector<what.to>(frame, at, values[item]);
            }
        }
    });
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
