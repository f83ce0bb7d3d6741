#include "unit/checked_cell.hpp"
#include "unit/edge_cells.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/kernel/bias_gradient_stage.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("bias_gradient_stage: scalar and vector gains around means")
{
    test::gradient_agrees<test::normalised>();
    test::float_agrees<test::normalised>();
}

TEST_CASE("bias_gradient_stage: a scalar state, scalar weights, an inner product")
{
    test::gradient_agrees<test::leaky_counter>();
    test::float_agrees<test::leaky_counter>();
}

TEST_CASE("bias_gradient_stage: scalars only")
{
    test::gradient_agrees<test::logistic_map>();
    test::float_agrees<test::logistic_map>();
}
