#include "unit/checked_cell.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/kernel/elementwise_stage.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("elementwise_stage: sums of products and of other values")
{
    test::gradient_agrees<test::measuring>();
    test::float_agrees<test::measuring>();
}

TEST_CASE("elementwise_stage: a sum of values that depend on a scalar of the same step")
{
    test::gradient_agrees<test::gauging>();
    test::float_agrees<test::gauging>();
}
