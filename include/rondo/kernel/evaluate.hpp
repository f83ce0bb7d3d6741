#pragma once
/// @file
/// The elementwise work of a stage on one row and one vector of features.
///
/// Every node of the stage becomes a register; this is the fold over node numbers that turns the
/// graph into straight-line vector code.

#include <rondo/kernel/context.hpp>
#include <rondo/kernel/functions.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Where in its arrays a stage is.
struct tile_place {
    std::ptrdiff_t row;      ///< time and batch
    std::ptrdiff_t feature;  ///< the first of the vector
    std::ptrdiff_t valid;    ///< features from there to the end; may exceed the vector
};

/// What a stage has in registers of that which it would load: nothing.
struct nothing_held {
    /// Whether work item @p i is there.
    static constexpr bool holds(std::size_t) { return false; }
};

namespace detail {

/// Loads the value of node @p N for a stage along dimension @p Dim.
template <class Exe, node_id N, dimension_id Dim, class T>
RONDO_INLINE simd<T> load(context<Exe, T> const& ctx, tile_place at)
{
    constexpr array_id number = Exe::schedule.home[N];
    static_assert(number != no_array, "rondo: a stage reads a value that no stage has stored");
    constexpr array from = Exe::schedule.arrays[static_cast<std::size_t>(number)];
    rows_of<T> const& rows = ctx.arrays[static_cast<std::size_t>(number)];
    T const* data = from.kind == storage::parameter ? rows.data : rows.row(at.row);
    if constexpr (from.dim == unit) {
        return simd<T>(*data);
    } else if constexpr (is_unpadded(from.kind)) {
        return load_up_to(data + at.feature, at.valid);
    } else {
        return simd<T>::load_aligned(data + at.feature);
    }
}

/// The value of the I-th work item, given those before it, the sums of products, and what is held.
template <class Stage, std::size_t I, class T, class Sizes, class Values, class Sums, class Held>
RONDO_INLINE simd<T> value_of(context<typename Stage::exe, T> const& ctx, Sizes const& sizes, tile_place at,
                              Values const& values, Sums const& sums, Held const& held)
{
    using exe = typename Stage::exe;
    constexpr work_item item = Stage::work(I);
    constexpr node n = exe::program.nodes[item.value];
    if constexpr (Held::holds(I)) {
        return held.template get<I>();
    } else if constexpr (item.from == origin::memory) {
        return load<exe, item.value, Stage::what.dim>(ctx, at);
    } else if constexpr (item.from == origin::products) {
        return sums(Stage::accumulator_of(item.value));
    } else if constexpr (n.opcode == op::constant) {
        return simd<T>(static_cast<T>(n.value));
    } else if constexpr (n.opcode == op::extent) {
        return simd<T>(static_cast<T>(sizes[static_cast<dimension_id>(n.index)]));
    } else if constexpr (is_unary(n.opcode)) {
        simd<T> const a = values[Stage::position(n.a)];
        return apply<n.opcode, T>(a, a);
    } else {
        return apply<n.opcode, T>(values[Stage::position(n.a)], values[Stage::position(n.b)]);
    }
}

}  // namespace detail

/// Works out all values of a stage for the vector of features at @p at; `sums(i)` is what accumulator
/// i holds there, and what is @p held is not loaded.
template <class Stage, class T, class Sizes, class Sums, class Held = nothing_held>
RONDO_INLINE auto evaluate(context<typename Stage::exe, T> const& ctx, Sizes const& sizes, tile_place at,
                           Sums const& sums, Held const& held = {})
{
    std::array<simd<T>, Stage::work_count> values;
    [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        ((values[I] = detail::value_of<Stage, I, T>(ctx, sizes, at, values, sums, held)), ...);
    }(std::make_index_sequence<Stage::work_count>{});
    return values;
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
