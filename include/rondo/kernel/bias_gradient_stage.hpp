#pragma once
/// @file
/// Adds up elementwise work over all rows: the gradients of biases and other vectors.
///
/// Each sum is made by one thread, row after row, so that the order of the additions, and with it the result
/// to the last bit, does not depend on how work is shared out.

#include <rondo/kernel/blocking.hpp>
#include <rondo/kernel/evaluate.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Adds the parts of @p Stage over the rows of @p work to the gradients.
template <class Stage, class T, class Sizes>
void run_bias_gradient_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes,
                             work_share work)
{
    using exe = typename Stage::exe;
    // A copy that no store can alias, so that its pointers stay in registers.
    context<exe, T> const ctx = shared;
    constexpr auto parts = static_cast<std::size_t>(Stage::what.parts.size());
    constexpr auto part = [](std::size_t i) {
        return schedule_tables<exe>::parts[static_cast<std::size_t>(Stage::what.parts.begin) + i];
    };
    constexpr std::ptrdiff_t most = blocking::bias_gradient_lines * cache_line<T> / lane_count<T>;
    using part_sums = std::array<simd<T>, parts>;
    std::ptrdiff_t const features = sizes.template get<Stage::what.dim>();
    share const blocks(round_up_to_lanes<T>(features) / lane_count<T>, work.part, work.parts);
    auto const add_rows = [&](part_sums& sums, std::ptrdiff_t feature, std::ptrdiff_t begin,
                              std::ptrdiff_t end) RONDO_INLINE_LAMBDA {
        part_sums now = sums;
        for (std::ptrdiff_t row = begin; row < end; ++row) {
            auto const values = evaluate<Stage, T>(ctx, sizes, {row, feature, features - feature},
                                                   [](int) RONDO_INLINE_LAMBDA { return simd<T>(T(0)); });
            [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
                ((now[I] += values[Stage::position(part(I).value)]), ...);
            }(std::make_index_sequence<parts>{});
        }
        sums = now;
    };
    for (std::ptrdiff_t first = blocks.begin; first < blocks.end; first += most) {
        std::ptrdiff_t const count = std::min(blocks.end - first, most);
        std::array<part_sums, static_cast<std::size_t>(most)> sums;
        for (part_sums& s : sums) {
            s.fill(simd<T>(T(0)));
        }
        for (std::ptrdiff_t row = work.begin; row < work.end; row += blocking::bias_gradient_rows) {
            for (std::ptrdiff_t b = 0; b < count; ++b) {
                add_rows(sums[static_cast<std::size_t>(b)], (first + b) * lane_count<T>, row,
                         std::min(row + blocking::bias_gradient_rows, work.end));
            }
        }
        for (std::ptrdiff_t b = 0; b < count; ++b) {
            std::ptrdiff_t const feature = (first + b) * lane_count<T>;
            std::ptrdiff_t const valid = std::min(features - feature, lane_count<T>);
            for (std::size_t i = 0; i < parts; ++i) {
                T* const to = ctx.gradients[static_cast<std::size_t>(part(i).parameter)] + feature;
                simd<T> const before = load_n(static_cast<T const*>(to), valid);
                store_n(before + sums[static_cast<std::size_t>(b)][i], to, valid);
            }
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
