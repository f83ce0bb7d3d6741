#include "unit/checked_cell.hpp"
#include "unit/edge_cells.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/kernel/outer_stage.hpp>

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("outer_stage: a matrix and its transpose share a gradient")
{
    test::gradient_agrees<test::tied>();
    test::float_agrees<test::tied>();
}

TEST_CASE("outer_stage: a matrix and its transpose one after the other in the loop")
{
    test::gradient_agrees<test::reflecting>();
    test::float_agrees<test::reflecting>();
}

TEST_CASE("outer_stage: a softmax between a matrix and its transpose")
{
    test::gradient_agrees<test::attending>();
    test::float_agrees<test::attending>();
}
