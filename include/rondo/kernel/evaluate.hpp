#pragma once
/// @file
/// The value of one work item of a stage, for one vector of features.
///
/// Every node of a stage becomes a register. Evaluated one after the other, with node numbers as template
/// arguments, they turn the graph into straight-line vector code.

#include <rondo/kernel/functions.hpp>
#include <rondo/kernel/load_moved.hpp>
#include <rondo/kernel/matrix_position.hpp>
#include <rondo/kernel/stage_frame.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The sums of products of a stage that has none.
struct no_products {};

/// No values cached in registers.
struct no_cached_values {
    /// Whether work item @p i is cached.
    static constexpr bool has(std::size_t) { return false; }
};

/// Loads the value of node @p N.
template <node_id N, class Frame>
RONDO_INLINE auto load_value(Frame const& frame, vector_position at)
{
    using T = typename Frame::value_type;
    constexpr array_id number = Frame::exe::schedule.buffer[N];
    static_assert(number != no_array, "rondo: a stage reads a value that no stage has stored");
    constexpr array from = Frame::exe::schedule.arrays[static_cast<std::size_t>(number)];
    T const* data = row_of_array<number>(frame, at.row);
    if constexpr (from.shape.is_scalar()) {
        return simd<T>(*data);
    } else if constexpr (has_matrices<Frame>) {
        return entries_at<from.shape, Frame>::load(frame, data, at);
    } else if constexpr (is_unpadded(from.kind) || from.shape.is_matrix()) {
        return load_up_to(data + at.feature, at.valid);  // behind the row of a head comes the next one's
    } else {
        return simd<T>::load_aligned(data + at.feature);
    }
}

/// The number of the symbol in row @p row of the input that is array @p Symbols.
template <array_id Symbols, class Frame>
RONDO_INLINE std::ptrdiff_t symbol_at(Frame const& frame, std::ptrdiff_t row)
{
    return static_cast<std::ptrdiff_t>(*frame.ctx.arrays[static_cast<std::size_t>(Symbols)].row(row));
}

/// The entries of the row or column of a matrix that node @p N looks up.
template <node_id N, class Frame>
RONDO_INLINE auto look_up(Frame const& frame, vector_position at)
{
    using T = typename Frame::value_type;
    constexpr auto const& nodes = Frame::exe::program.nodes;
    constexpr node n = nodes[N];
    constexpr node matrix = nodes[n.a];
    std::ptrdiff_t const symbol = symbol_at<Frame::exe::schedule.buffer[n.b]>(frame, at.row);
    std::ptrdiff_t const columns = frame.sizes.template get<matrix.shape.columns()>();
    T const* const entries = frame.ctx.parameters[static_cast<std::size_t>(matrix.index)];
    if constexpr (n.opcode == op::transposed_product) {
        return load_up_to(entries + symbol * columns + at.feature, at.valid);
    } else {
        alignas(64) std::array<T, static_cast<std::size_t>(lane_count<T>)> column{};
        for (std::ptrdiff_t i = 0; i < std::min(at.valid, lane_count<T>); ++i) {
            column[static_cast<std::size_t>(i)] = entries[(at.feature + i) * columns + symbol];
        }
        return simd<T>::load_aligned(column.data());
    }
}

/// The value of work item @p I at @p at, given the @p values of the items before it. `sums(i)` is what
/// accumulator i holds there. Values that are @p cached are not loaded.
template <std::size_t I, class Frame, class Values, class Sums, class Cached>
RONDO_INLINE auto evaluate(Frame const& frame, vector_position at, Values const& values, Sums const& sums,
                           Cached const& cached)
{
    using T = typename Frame::value_type;
    using stage_type = typename Frame::stage_type;
    constexpr work_item item = stage_type::work(I);
    constexpr node n = Frame::exe::program.nodes[item.value];
    if constexpr (Cached::has(I)) {
        return cached.template get<I>();
    } else if constexpr (item.from == origin::memory) {
        return load_value<item.value>(frame, at);
    } else if constexpr (item.from == origin::products) {
        return sums(stage_type::template accumulator_number<item.value>);
    } else if constexpr (n.opcode == op::constant) {
        return simd<T>(static_cast<T>(n.value));
    } else if constexpr (n.opcode == op::extent) {
        return simd<T>(static_cast<T>(frame.sizes[static_cast<dimension_id>(n.index)]));
    } else if constexpr (item.from == origin::elsewhere) {
        return simd<T>(T(0));  // only read by load_moved()
    } else if constexpr (loads_elsewhere(n.opcode)) {
        return load_moved<item.value>(frame, at);
    } else if constexpr (is_look_up(Frame::exe::program.nodes, item.value)) {
        return load_along<n.shape.last(), Frame>(
            at, [&](vector_position p) RONDO_INLINE_LAMBDA { return look_up<item.value>(frame, p); });
    } else if constexpr (is_unary(n.opcode)) {
        simd<T> const a = values[stage_type::template position_of<n.a>];
        return apply<n.opcode, T>(a, a);
    } else if constexpr (is_binary(n.opcode)) {
        return apply<n.opcode, T>(values[stage_type::template position_of<n.a>],
                                  values[stage_type::template position_of<n.b>]);
    } else {
        return apply<n.opcode, T>(values[stage_type::template position_of<n.a>],
                                  values[stage_type::template position_of<n.b>],
                                  values[stage_type::template position_of<n.c>]);
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
