#include "unit/edge_cells.hpp"

#include <rondo/exec/pass_costs.hpp>

#include <doctest/doctest.h>

#include <cstddef>

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
