#pragma once
/// @file
/// Adds up elementwise work over all rows: the gradients of biases and other vectors.
///
/// Features are the outer loop and rows the inner one, so that the order of the additions, and with
/// it the result to the last bit, does not depend on how rows are shared out.

#include <rondo/kernel/evaluate.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace rondo {

/// Adds the parts of @p Stage over the rows of @p work to the gradients.
template <class Stage, class T, class Sizes>
void run_accumulate_stage(context<typename Stage::code, T> const& ctx, Sizes const& sizes,
                          work_share work)
{
    using code = typename Stage::code;
    constexpr auto parts = static_cast<std::size_t>(Stage::what.parts.size());
    constexpr auto part = [](std::size_t i) {
        return lists_of<code>::parts[static_cast<std::size_t>(Stage::what.parts.begin) + i];
    };
    std::ptrdiff_t const features = sizes.template get<Stage::what.dim>();
    share const blocks(padded<T>(features) / width<T>, work.part, work.parts);
    for (std::ptrdiff_t block = blocks.begin; block < blocks.end; ++block) {
        std::ptrdiff_t const feature = block * width<T>;
        std::array<batch<T>, parts> sums;
        sums.fill(batch<T>(T(0)));
        for (std::ptrdiff_t row = work.begin; row < work.end; ++row) {
            auto const values = evaluate<Stage, T>(ctx, sizes, {row, feature, features - feature},
                                                   [](int) { return batch<T>(T(0)); });
            [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
                ((sums[I] += values[Stage::position(part(I).value)]), ...);
            }(std::make_index_sequence<parts>{});
        }
        for (std::size_t i = 0; i < parts; ++i) {
            T* const to = ctx.gradients[static_cast<std::size_t>(part(i).parameter)] + feature;
            std::ptrdiff_t const valid = std::min(features - feature, width<T>);
            store_part(load_part(static_cast<T const*>(to), valid) + sums[i], to, valid);
        }
    }
}

}  // namespace rondo
