#pragma once
/// @file
/// The stores of a stage, of one row and one vector of features.

#include <rondo/kernel/evaluate.hpp>

#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// Whether what is stored in an array goes past the caches where memory is far: vectors that are kept for the
/// backward step and for nothing else.
template <class Exe>
constexpr bool streams_to(array_id to)
{
    auto const number = static_cast<std::size_t>(to);
    array const a = Exe::schedule.arrays[number];
    return has_streaming_stores && a.kind == storage::saved && a.dim != unit &&
           !arrays_read<Exe, false>[number];
}

}  // namespace detail

/// Asks for the memory that store_values() is to write at @p at, unless it is near.
template <class Stage, class T>
RONDO_INLINE void prefetch_stores(context<typename Stage::exe, T> const& ctx, tile_place at)
{
    using exe = typename Stage::exe;
    auto const ask = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) RONDO_INLINE_LAMBDA {
        constexpr array_id to = Stage::stored(I).to;
        if constexpr (exe::schedule.arrays[static_cast<std::size_t>(to)].kind != storage::step) {
            if (!detail::streams_to<exe>(to) || !ctx.saved_values_exceed_cache) {
                rows_of<T> const& rows = ctx.arrays[static_cast<std::size_t>(to)];
                prefetch<access::write>(address(rows.row(at.row), at.feature));
            }
        }
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        (ask(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<Stage::store_count>{});
}

/// All work items of a stage.
struct all_items {
    /// Whether work item i is one.
    constexpr bool operator()(std::size_t) const { return true; }
};

/// Writes what a stage stores there, given the @p values of its work items: of items i with `Which{}(i)`.
/// (Not its sums, which are complete at the end of a row.)
template <class Stage, class T, class Values, class Which = all_items>
RONDO_INLINE void store_values(context<typename Stage::exe, T> const& ctx, tile_place at,
                               Values const& values, Which = {})
{
    using exe = typename Stage::exe;
    auto const one = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) RONDO_INLINE_LAMBDA {
        constexpr store what = Stage::stored(I);
        constexpr array to = exe::schedule.arrays[static_cast<std::size_t>(what.to)];
        if constexpr (exe::program.nodes[what.value].opcode != op::sum &&
                      Which{}(Stage::position(what.value))) {
            T* data = ctx.arrays[static_cast<std::size_t>(what.to)].row(at.row);
            simd<T> const v = values[Stage::position(what.value)];
            if constexpr (to.dim == unit) {
                *data = v.get(0);
            } else if constexpr (detail::streams_to<exe>(what.to)) {
                if (ctx.saved_values_exceed_cache) {
                    stream_store(v, data + at.feature);
                } else {
                    v.store_aligned(data + at.feature);
                }
            } else if constexpr (!is_unpadded(to.kind)) {
                v.store_aligned(data + at.feature);
            } else if (at.valid < lane_count<T>) {
                store_n(v, data + at.feature, at.valid);
            } else {
                v.store_unaligned(data + at.feature);
            }
        }
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        (one(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<Stage::store_count>{});
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
