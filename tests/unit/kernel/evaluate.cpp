#include "unit/checked_cell.hpp"
#include "unit/edge_cells.hpp"

#include <rondo/kernel/evaluate.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("evaluate: weights used elementwise")
{
    test::gradient_agrees<test::peephole>();
    test::float_agrees<test::peephole>();
}

TEST_CASE("evaluate: relu")
{
    test::gradient_agrees<test::rectified>(true);
    test::float_agrees<test::rectified>();
}

TEST_CASE("evaluate: abs inside and outside the loop")
{
    test::gradient_agrees<test::folded>(true);
    test::float_agrees<test::folded>();
}
