#pragma once
/// @file
/// Sums elementwise work over all rows: the gradients of biases and of other parameters that are used entry
/// by entry.
///
/// Each sum is made by one thread, row after row, so that the order of the additions, and with it the result
/// to the last bit, does not depend on the number of threads.

#include <rondo/kernel/epilogue.hpp>
#include <rondo/kernel/index_range.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Adds part @p part of the gradients of @p Stage, summed over @p rows, to the gradients.
template <class Stage, class T, class Sizes>
void run_bias_gradient_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes,
                             index_range rows, work_part part)
{
    using exe = typename Stage::exe;
    static_assert(Stage::store_count == 0);
    stage_frame<Stage, T, Sizes> const frame{shared, sizes};
    constexpr std::ptrdiff_t most = blocking::bias_gradient_lines * cache_line<T> / lane_count<T>;
    constexpr auto parts = static_cast<std::size_t>(Stage::what.parts.size());
    constexpr auto gradient = [](std::size_t i) {
        return schedule_tables<exe>::parts[static_cast<std::size_t>(Stage::what.parts.begin) + i];
    };
    using part_sums = std::array<simd<T>, parts>;
    index_range const vectors = part_of(vector_count(frame), part);
    auto const add_rows = [&](part_sums& sums, vector_position at, std::ptrdiff_t end) RONDO_INLINE_LAMBDA {
        part_sums now = sums;
        for (; at.row < end; ++at.row) {
            auto const values = run_epilogue<whole_epilogue>(frame, at);
            static_for<parts>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
                now[I] += values[Stage::template position_of<gradient(I).value>];
            });
        }
        sums = now;
    };
    for (std::ptrdiff_t first = vectors.begin; first < vectors.end; first += most) {
        std::ptrdiff_t const count = std::min(vectors.end - first, most);
        std::array<part_sums, static_cast<std::size_t>(most)> sums;
        for (part_sums& s : sums) {
            s.fill(simd<T>(T(0)));
        }
        for (std::ptrdiff_t row = rows.begin; row < rows.end; row += blocking::bias_gradient_rows) {
            for (std::ptrdiff_t b = 0; b < count; ++b) {
                add_rows(sums[static_cast<std::size_t>(b)], position_of_vector(frame, row, first + b),
                         std::min(row + blocking::bias_gradient_rows, rows.end));
            }
        }
        for (std::ptrdiff_t b = 0; b < count; ++b) {
            vector_position const at = position_of_vector(frame, rows.begin, first + b);
            std::ptrdiff_t const valid = std::min(at.valid, lane_count<T>);
            for (std::size_t i = 0; i < parts; ++i) {
                T* const to = frame.ctx.gradients[static_cast<std::size_t>(gradient(i).parameter)] +
                              offset_of_vector(frame, at);
                simd<T> const before = load_n(static_cast<T const*>(to), valid);
                store_n(before + sums[static_cast<std::size_t>(b)][i], to, valid);
            }
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
