#pragma once
/// @file
/// Sums elementwise work over all rows: the gradients of biases and other vectors.
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
    std::ptrdiff_t const features = frame.features();
    index_range const vectors = part_of(round_up_to_lanes<T>(features) / lane_count<T>, part);
    auto const add_rows = [&](part_sums& sums, std::ptrdiff_t feature, index_range some) RONDO_INLINE_LAMBDA {
        part_sums now = sums;
        for (std::ptrdiff_t row = some.begin; row < some.end; ++row) {
            auto const values = run_epilogue<whole_epilogue>(frame, {row, feature, features - feature});
            static_for<parts>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
                now[I] += values[Stage::position(gradient(I).value)];
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
                add_rows(sums[static_cast<std::size_t>(b)], (first + b) * lane_count<T>,
                         {row, std::min(row + blocking::bias_gradient_rows, rows.end)});
            }
        }
        for (std::ptrdiff_t b = 0; b < count; ++b) {
            std::ptrdiff_t const feature = (first + b) * lane_count<T>;
            std::ptrdiff_t const valid = std::min(features - feature, lane_count<T>);
            for (std::size_t i = 0; i < parts; ++i) {
                T* const to = frame.ctx.gradients[static_cast<std::size_t>(gradient(i).parameter)] + feature;
                simd<T> const before = load_n(static_cast<T const*>(to), valid);
                store_n(before + sums[static_cast<std::size_t>(b)][i], to, valid);
            }
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
