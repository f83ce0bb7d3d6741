#include "unit/edge_cells.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/exec/packing.hpp>
#include <rondo/model/model.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("packing: all weights are in the panels, which fill the memory one after the other")
{
    using exe = forward_exe<elman<>>;
    model<elman<>, float> m{input{3}, hidden{21}};
    auto const all = m.parameters().flat();
    std::iota(all.begin(), all.end(), 1.0F);
    context<exe, float> ctx{};
    for (std::size_t i = 0; i < m.parameters().count; ++i) {
        ctx.parameters[i] = m.parameters().entries(i).data();
    }
    auto const entries = static_cast<std::size_t>(panel_entries<exe, float>(m.bound()));
    aligned_vector<float> panels(entries, -1.0F);
    pack_weights<exe, float>(ctx, m.bound(), panels.data());
    CHECK(ctx.panels[0] == panels.data());
    CHECK(std::ranges::find(panels, -1.0F) == panels.end());
    for (std::size_t i = 0; i < m.parameters().count; ++i) {
        if (m.parameters().info(i).shape.is_matrix()) {
            for (float const w : m.parameters().entries(i)) {
                CHECK(std::ranges::count(panels, w) == 1);
            }
        }
    }
}

TEST_CASE("packing: stages that are not selected have no panels")
{
    using exe = backward_exe<elman<>>;  // the recurrent matrix in the loop, that of the input after it
    model<elman<>, float> m{input{3}, hidden{21}};
    stage_selection<exe> const without_input({.input = false});
    context<exe, float> ctx{};
    for (std::size_t i = 0; i < m.parameters().count; ++i) {
        ctx.parameters[i] = m.parameters().entries(i).data();
    }
    m["U"_s].fill(1);
    m["W"_s].fill(2);
    auto const entries = static_cast<std::size_t>(panel_entries<exe, float>(m.bound(), without_input));
    CHECK(entries > 0);
    CHECK(entries < static_cast<std::size_t>(panel_entries<exe, float>(m.bound())));
    aligned_vector<float> panels(entries, -1.0F);
    pack_weights<exe, float>(ctx, m.bound(), panels.data(), without_input);
    CHECK(std::ranges::count(panels, 1.0F) == 21 * 21);
    CHECK(std::ranges::find(panels, 2.0F) == panels.end());
    CHECK(std::ranges::find(panels, -1.0F) == panels.end());
}

TEST_CASE("packing: a cell without matrices has no panels")
{
    sizes<test::leaky_counter> const bound(input{4});
    static_assert(panel_entries<forward_exe<test::leaky_counter>, float>(
                      sizes<test::leaky_counter, fixed<input, 4>>{}) == 0);
    CHECK(panel_entries<backward_exe<test::leaky_counter>, float>(bound) == 0);
}
