#include "unit/edge_cells.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/exec/pass_costs.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace pass_costs_test {

using namespace rondo;
using namespace rondo::exec_internal;
using tested = test::leaky_counter;

TEST_CASE("pass_costs: the bytes of the two workspaces")
{
    sizes<tested> const bound(input{3});
    chunk_extents const extents{.batch = 2, .rows = 20, .states = 22, .group_rows = 0};
    segment_rows const segment{.saved = 80, .states = 82, .steps = 40};
    memory_costs const c = pass_costs<tested, float>(bound, extents, 1);
    std::size_t const bytes =
        workspace<forward_exe<tested>, float>::bytes(bound, forward_rows(extents, segment), 0) +
        workspace<backward_exe<tested>, float>::bytes(bound, backward_rows(extents), 1);
    CHECK(c.bytes(segment, 0) == bytes);
    CHECK(c.state_row == sizeof(float));  // a scalar
    CHECK(c.checkpoint == 2 * c.state_row);
    CHECK(c.bytes(segment, 5) == bytes + 5 * c.checkpoint);
}

TEST_CASE("pass_costs: gradients that are left out take no memory")
{
    sizes<lstm<>> const bound(input{3}, hidden{5});
    chunk_extents const extents{.batch = 2, .rows = 20, .states = 22, .group_rows = 7};
    auto const fixed_for = [&](wanted_gradients wanted) {
        return pass_costs<lstm<>, float>(bound, extents, 2, wanted).fixed;
    };
    using memory = workspace<backward_exe<lstm<>>, float>;
    std::size_t const weights_of_input =
        memory::panel_bytes(bound) -
        memory::panel_bytes(bound, stage_selection<backward_exe<lstm<>>>({.input = false}));
    CHECK(weights_of_input >= 4 * 3 * 5 * sizeof(float));
    CHECK(fixed_for({}) - fixed_for({.input = false}) == weights_of_input);
    row_counts const rows = backward_rows(extents);
    row_counts const ungrouped{.states = rows.states, .span = rows.span, .step = rows.step};
    CHECK(fixed_for({}) - fixed_for({.parameters = false}) ==
          memory::bytes(bound, rows, 2) - memory::bytes(bound, ungrouped, 0));
    CHECK(pass_costs<lstm<>, float>(bound, extents, 2).fixed == fixed_for({}));
}

TEST_CASE("pass_costs: a gradient of the input that is computed in any case takes the memory of a chunk")
{
    using fused = test::amplifying;
    sizes<fused> const bound(input{3});
    chunk_extents const extents{.batch = 2, .rows = 20, .states = 22, .group_rows = 0};
    CHECK(pass_costs<fused, float>(bound, extents, 1, {.input = false}).fixed ==
          pass_costs<fused, float>(bound, extents, 1).fixed + 20 * 3 * sizeof(float));
}

TEST_CASE("pass_costs: forwards temporaries are those of a block of rows")
{
    sizes<tested> const bound(input{3});
    auto const fixed_of = [&](std::ptrdiff_t rows) {
        using memory = workspace<backward_exe<tested>, float>;
        chunk_extents const extents{.batch = 1, .rows = rows, .states = rows + 1, .group_rows = 0};
        return pass_costs<tested, float>(bound, extents, 1).fixed -
               memory::bytes(bound, backward_rows(extents), 1);
    };
    CHECK(fixed_of(10 * blocking::forward_rows(1)) == fixed_of(blocking::forward_rows(1)));
}

}  // namespace pass_costs_test
