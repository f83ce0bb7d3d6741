#include "unit/checked_cell.hpp"
#include "unit/edge_cells.hpp"

#include <rondo/kernel/tile_stage.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("tile_stage: more sums of products than a tile is wide, every function")
{
    test::gradient_agrees<test::crowded>();
    test::float_agrees<test::crowded>();
}

TEST_CASE("tile_stage: one matrix twice in a sum, with two operands")
{
    test::gradient_agrees<test::reading_out>();
    test::float_agrees<test::reading_out>();
}
