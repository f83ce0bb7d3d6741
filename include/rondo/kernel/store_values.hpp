#pragma once
/// @file
/// The stores of a stage, of one row and one vector of features.

#include <rondo/kernel/evaluate.hpp>

#include <cstddef>
#include <utility>

namespace rondo {

/// Asks for the memory that store_values() would write at @p at, where there may be none.
template <class Stage, class T>
RONDO_INLINE void ask_for_stores(context<typename Stage::code, T> const& ctx, tile_place at)
{
    auto const ask = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) RONDO_INLINE_LAMBDA {
        constexpr auto to = static_cast<std::size_t>(Stage::stored(I).to);
        if (can_pass_caches<T> && Stage::code::plan.arrays[to].kind == storage::remembered && ctx.writes_far) {
            return;
        }
        rows_of<T> const& rows = ctx.arrays[to];
        ask_for<wanted::writing>(address(rows.data, (at.row - rows.first_row) * rows.row_step + at.feature));
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

/// Writes what a stage stores there, given the values that evaluate() found: of work items i with `Which{}(i)`.
/// (Not its sums, which are complete at the end of a row.)
template <class Stage, class T, class Values, class Which = all_items>
RONDO_INLINE void store_values(context<typename Stage::code, T> const& ctx, tile_place at,
                               Values const& values, Which = {})
{
    using code = typename Stage::code;
    auto const one = [&]<std::size_t I>(std::integral_constant<std::size_t, I>)
                         RONDO_INLINE_LAMBDA {
        constexpr store what = Stage::stored(I);
        constexpr array to = code::plan.arrays[static_cast<std::size_t>(what.to)];
        if constexpr (code::steps.nodes[what.value].code != op::sum && Which{}(Stage::position(what.value))) {
            T* data = ctx.arrays[static_cast<std::size_t>(what.to)].row(at.row);
            batch<T> const v = values[Stage::position(what.value)];
            if constexpr (to.dim == unit) {
                *data = v.get(0);
            } else if constexpr (to.kind == storage::remembered) {
                if (ctx.writes_far) {
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
