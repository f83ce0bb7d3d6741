#pragma once
/// @file
/// Sums elementwise work over the steps of one sequence: the gradients of the values that a sequence keeps.
///
/// A sum of a sequence is made by one thread, step after step, so that the order of the additions, and with
/// it the result to the last bit, does not depend on the number of threads.

#include <rondo/kernel/epilogue.hpp>
#include <rondo/kernel/scan_stage.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Adds the gradients of @p Stage, summed over @p rows, those of one sequence, to its row of the gradients.
/// The sequence's number is that of its first row.
template <class Stage, class T, class Sizes>
void run_per_sequence_gradient_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes,
                                     strided_rows rows)
{
    using exe = typename Stage::exe;
    stage_frame<Stage, T, Sizes> const frame{shared, sizes};
    constexpr std::ptrdiff_t most = blocking::bias_gradient_lines * cache_line<T> / lane_count<T>;
    constexpr auto parts = static_cast<std::size_t>(Stage::what.parts.size());
    constexpr auto gradient = [](std::size_t i) {
        return schedule_tables<exe>::parts[static_cast<std::size_t>(Stage::what.parts.begin) + i];
    };
    using part_sums = std::array<simd<T>, parts>;
    std::ptrdiff_t const vectors = vector_count(frame);
    for (std::ptrdiff_t first = 0; first < vectors; first += most) {
        std::ptrdiff_t const count = std::min(vectors - first, most);
        std::array<part_sums, static_cast<std::size_t>(most)> sums;
        for (part_sums& s : sums) {
            s.fill(simd<T>(T(0)));
        }
        for (std::ptrdiff_t i = 0, row = rows.first; i < rows.count; ++i, row += rows.stride) {
            for (std::ptrdiff_t v = 0; v < count; ++v) {
                auto const values =
                    run_epilogue<whole_epilogue>(frame, position_of_vector(frame, row, first + v));
                static_for<parts>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
                    sums[static_cast<std::size_t>(v)][I] +=
                        values[Stage::template position_of<gradient(I).value>];
                });
            }
        }
        for (std::ptrdiff_t v = 0; v < count; ++v) {
            vector_position const at = position_of_vector(frame, rows.first, first + v);
            std::ptrdiff_t const valid = std::min(at.valid, lane_count<T>);
            for (std::size_t i = 0; i < parts; ++i) {
                auto const k = static_cast<std::size_t>(gradient(i).parameter);
                T* const to =
                    frame.ctx.per_sequence_gradients[k].row(rows.first) + offset_of_vector(frame, at);
                simd<T> const before = load_n(static_cast<T const*>(to), valid);
                store_n(before + sums[static_cast<std::size_t>(v)][i], to, valid);
            }
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
