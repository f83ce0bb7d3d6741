#pragma once
/// @file
/// Loads entries of a joined vector, of a part of one, or of a transposed or renamed value, from where they
/// are in memory.
///
/// None of them takes an operation. A vector of features of a join is one of the first piece, one of the
/// second, or, once in a row, has entries of both. The entries of a transposed matrix are apart in memory.

#include <rondo/kernel/matrix_position.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// The piece @p N of a joined vector, or of a vector that a part is taken of.
template <node_id N, class Frame>
struct piece {
    using T = typename Frame::value_type;
    using exe = typename Frame::exe;
    static constexpr auto const& nodes = exe::program.nodes;
    static constexpr node what = nodes[N];
    /// Whether its entries are a number.
    static constexpr bool is_number = is_repeated_number(nodes, N);
    /// Whether they are those of other pieces, and not in memory.
    static constexpr bool is_moved = moves_entries(what.opcode) && exe::schedule.buffer[N] == no_array;

    /// The number.
    static constexpr T number() { return static_cast<T>(nodes[what.a].value); }
    /// The entries of row @p row in memory.
    RONDO_INLINE static T const* entries(Frame const& frame, std::ptrdiff_t row)
    {
        constexpr array_id number = exe::schedule.buffer[N];
        static_assert(number != no_array, "rondo: a stage reads a value that no stage has stored");
        return row_of_array<number>(frame, row);
    }
    /// Of a join, the entries before those of its second operand; else the entries of the operand before
    /// those of the part.
    RONDO_INLINE static std::ptrdiff_t skipped(Frame const& frame)
    {
        if constexpr (what.opcode == op::join) {
            return frame.sizes.template get<nodes[what.a].shape.rows()>();
        } else if constexpr (what.opcode == op::last_piece) {
            return frame.sizes.template get<static_cast<dimension_id>(what.index)>();
        } else {
            return 0;
        }
    }
};

/// Copies @p count entries of piece @p N from entry @p begin on; if @p Moves, from the pieces that it
/// consists of.
template <node_id N, bool Moves, class Frame>
RONDO_INLINE void copy_entries(Frame const& frame, std::ptrdiff_t row, std::ptrdiff_t begin,
                               std::ptrdiff_t count, typename Frame::value_type* to)
{
    using from = piece<N, Frame>;
    if constexpr (from::is_number) {
        std::fill_n(to, count, from::number());
    } else if constexpr (!Moves && !from::is_moved) {
        std::copy_n(from::entries(frame, row) + begin, count, to);
    } else if constexpr (from::what.opcode == op::join) {
        std::ptrdiff_t const left = from::skipped(frame) - begin;
        std::ptrdiff_t const first = std::clamp<std::ptrdiff_t>(left, 0, count);
        copy_entries<from::what.a, false>(frame, row, begin, first, to);
        copy_entries<from::what.b, false>(frame, row, first - left, count - first, to + first);
    } else {
        copy_entries<from::what.a, false>(frame, row, begin + from::skipped(frame), count, to);
    }
}

/// The vector of piece @p N from entry @p begin on, of which @p valid entries are needed, more than a vector
/// may be; if @p Moves, from the pieces that it consists of.
template <node_id N, bool Moves, class Frame>
RONDO_INLINE simd<typename Frame::value_type> load_entries(Frame const& frame, std::ptrdiff_t row,
                                                           std::ptrdiff_t begin, std::ptrdiff_t valid)
{
    using T = typename Frame::value_type;
    using from = piece<N, Frame>;
    if constexpr (from::is_number) {
        return simd<T>(from::number());
    } else if constexpr (!Moves && !from::is_moved) {
        return load_up_to(from::entries(frame, row) + begin, valid);
    } else if constexpr (from::what.opcode == op::join) {
        std::ptrdiff_t const left = from::skipped(frame) - begin;
        if (left >= lane_count<T>) {
            return load_entries<from::what.a, false>(frame, row, begin, left);
        }
        if (left <= 0) {
            return load_entries<from::what.b, false>(frame, row, -left, valid);
        }
        alignas(64) std::array<T, simd<T>::size> both{};
        copy_entries<N, Moves>(frame, row, begin, std::min(valid, lane_count<T>), both.data());
        return simd<T>::load_aligned(both.data());
    } else {
        return load_entries<from::what.a, false>(frame, row, begin + from::skipped(frame), valid);
    }
}

}  // namespace detail

/// The vector at @p at of node @p N, a joined vector, a part of one, or a transposed or renamed value.
template <node_id N, class Frame>
RONDO_INLINE auto load_moved(Frame const& frame, vector_position at)
{
    constexpr auto const& nodes = Frame::exe::program.nodes;
    if constexpr (nodes[N].opcode == op::transpose) {
        using operand = detail::piece<nodes[N].a, Frame>;
        return entries_at<operand::what.shape, Frame>::load(frame, operand::entries(frame, at.row), at);
    } else if constexpr (nodes[N].opcode == op::rename) {
        using operand = detail::piece<nodes[N].a, Frame>;
        return entries_at<nodes[N].shape, Frame>::load(frame, operand::entries(frame, at.row), at);
    } else {
        return load_along<nodes[N].shape.last(), Frame>(at, [&](vector_position p) RONDO_INLINE_LAMBDA {
            return detail::load_entries<N, true>(frame, p.row, p.feature, p.valid);
        });
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
