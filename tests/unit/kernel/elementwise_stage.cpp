#include "unit/checked_cell.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/kernel/elementwise_stage.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("elementwise_stage: sums of products and of what stands beside them")
{
    test::gradient_agrees<test::measuring>();
    test::float_agrees<test::measuring>();
}

TEST_CASE("elementwise_stage: a sum of what rests on a scalar of the same step")
{
    test::gradient_agrees<test::gauging>();
    test::float_agrees<test::gauging>();
}
