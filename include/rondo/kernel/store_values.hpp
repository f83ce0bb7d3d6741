#pragma once
/// @file
/// The stores of a stage, of one row and one vector of features.

#include <rondo/kernel/evaluate.hpp>

#include <cstddef>
#include <utility>

namespace rondo {

namespace detail {

/// Whether what is stored in an array goes past the caches where memory is far: vectors that are kept for the
/// backward step and for nothing else.
template <class Code>
constexpr bool passes_caches(array_id to)
{
    auto const number = static_cast<std::size_t>(to);
    array const a = Code::plan.arrays[number];
    return can_pass_caches && a.kind == storage::remembered && a.dim != unit &&
           !arrays_read<Code, false>[number];
}

}  // namespace detail

/// Asks for the memory that store_values() is to write at @p at, unless it is near.
template <class Stage, class T>
RONDO_INLINE void ask_for_stores(context<typename Stage::code, T> const& ctx, tile_place at)
{
    using code = typename Stage::code;
    auto const ask = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) RONDO_INLINE_LAMBDA {
        constexpr array_id to = Stage::stored(I).to;
        if constexpr (code::plan.arrays[static_cast<std::size_t>(to)].kind != storage::step) {
            if (!detail::passes_caches<code>(to) || !ctx.memory_is_far) {
                rows_of<T> const& rows = ctx.arrays[static_cast<std::size_t>(to)];
                ask_for<wanted::writing>(address(rows.row(at.row), at.feature));
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
RONDO_INLINE void store_values(context<typename Stage::code, T> const& ctx, tile_place at,
                               Values const& values, Which = {})
{
    using code = typename Stage::code;
    auto const one = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) RONDO_INLINE_LAMBDA {
        constexpr store what = Stage::stored(I);
        constexpr array to = code::plan.arrays[static_cast<std::size_t>(what.to)];
        if constexpr (code::steps.nodes[what.value].code != op::sum && Which{}(Stage::position(what.value))) {
            T* data = ctx.arrays[static_cast<std::size_t>(what.to)].row(at.row);
            batch<T> const v = values[Stage::position(what.value)];
            if constexpr (to.dim == unit) {
                *data = v.get(0);
            } else if constexpr (detail::passes_caches<code>(what.to)) {
                if (ctx.memory_is_far) {
                    store_past_caches(v, data + at.feature);
                } else {
                    v.store_aligned(data + at.feature);
                }
            } else if constexpr (!is_unpadded(to.kind)) {
                v.store_aligned(data + at.feature);
            } else if (at.valid < width<T>) {
                store_part(v, data + at.feature, at.valid);
            } else {
                v.store_unaligned(data + at.feature);
            }
        }
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        (one(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<Stage::store_count>{});
}

}  // namespace rondo
