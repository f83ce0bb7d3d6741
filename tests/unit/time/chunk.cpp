#include <rondo/time/chunk.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("chunk: its rows, and where those of a part of it begin")
{
    constexpr chunk c{.steps = 5, .batch = 3, .data_row = 100, .saved_row = 20, .state_row = 7};
    static_assert(c.rows() == 15);
    static_assert(c.final_states() == 22);
    constexpr chunk part = c.part(2, 3);
    CHECK(part.steps == 3);
    CHECK(part.batch == 3);
    CHECK(part.data_row == 106);
    CHECK(part.saved_row == 26);
    CHECK(part.state_row == 13);
    CHECK(part.final_states() == c.final_states());
}

TEST_CASE("chunk: as many steps as fit into rows, at least one and at most all")
{
    static_assert(steps_in_rows(20, 100, 4) == 5);
    static_assert(steps_in_rows(23, 100, 4) == 5);
    static_assert(steps_in_rows(3, 100, 4) == 1);
    static_assert(steps_in_rows(20, 2, 4) == 2);
    CHECK(steps_in_rows(default_chunk_rows, 1000, 1) == default_chunk_rows);
}
