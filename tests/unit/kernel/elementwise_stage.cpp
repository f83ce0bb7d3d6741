#include "unit/checked_cell.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/kernel/elementwise_stage.hpp>

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("elementwise_stage: sums of products and of what stands beside them")
{
    test::gradient_agrees<test::measuring>();
    test::float_agrees<test::measuring>();
}
