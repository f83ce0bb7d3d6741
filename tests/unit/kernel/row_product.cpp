#include "unit/stage_memory.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/row_product.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>

namespace row_product_test {

using namespace rondo;
using namespace rondo::check_internal;

namespace {

constexpr std::ptrdiff_t features = 4 * lane_count<double>;

/// Checks the sums of row 2 in `Panels` spans of `blocks` vectors from the first feature on.
template <class Stage, int Panels>
void check_sums(traversal order)
{
    using sizes_type = sizes<lstm<>>;
    constexpr int blocks = panel_layout<Stage>::blocks;
    test::stage_memory<Stage, double, sizes_type> const memory(sizes_type(input{3}, hidden{features}), 4);
    auto const frame = memory.frame();
    std::ptrdiff_t const size = memory.sizes[Stage::what.shape.rows()];
    auto const sums = row_product<stage_frame<Stage, double, sizes_type>, blocks, Panels>(
                          frame, {2, 0, size}, memory.ctx.panels[Stage::number])
                          .compute(order);
    for (std::size_t i = 0; i < sums.size(); ++i) {
        for (std::size_t v = 0; v < sums[i].size(); ++v) {
            for (std::size_t j = 0; j < simd<double>::size; ++j) {
                auto const feature = static_cast<std::ptrdiff_t>(v * simd<double>::size + j);
                double const right = memory.accumulated(static_cast<int>(i), 2, feature);
                CHECK(std::abs(sums[i][v].get(j) - right) < 1e-12);
            }
        }
    }
}

}  // namespace

TEST_CASE("row_product: sums of several panels side by side, with what they start from")
{
    using exe = forward_exe<lstm<>>;
    using in_loop = stage_exe<exe, test::stage_of_kind<exe>(stage_kind::tile, true)>;
    check_sums<in_loop, 1>({});
    check_sums<in_loop, 2>({});
}

TEST_CASE("row_product: groups that are alike are summed in either order")
{
    using exe = backward_exe<lstm<>>;
    using in_loop = stage_exe<exe, test::stage_of_kind<exe>(stage_kind::tile, true)>;
    static_assert(panel_layout<in_loop>::groups_are_alike);
    check_sums<in_loop, 1>(traversal::of_step(0));
    check_sums<in_loop, 1>(traversal::of_step(1));
}

}  // namespace row_product_test
