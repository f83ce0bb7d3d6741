#include "unit/checked_cell.hpp"
#include "unit/edge_cells.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/exec/run_schedule.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("run_schedule: layers of different dimensions, one after the other")
{
    test::gradient_agrees<test::stacked>();
    test::float_agrees<test::stacked>();
}

TEST_CASE("run_schedule: states without recurrence beside one with")
{
    test::gradient_agrees<test::delayed>();
    test::float_agrees<test::delayed>();
}

TEST_CASE("run_schedule: states that change places")
{
    test::gradient_agrees<test::swapping>();
    test::float_agrees<test::swapping>();
}

TEST_CASE("run_schedule: a delay line, without parameters")
{
    test::gradient_agrees<test::delay_line>();
    test::float_agrees<test::delay_line>();
}

TEST_CASE("run_schedule: a state that stays what it is")
{
    test::gradient_agrees<test::constant>();
    test::float_agrees<test::constant>();
}

TEST_CASE("run_schedule: a state that becomes a parameter, an output that is the input")
{
    test::gradient_agrees<test::forgetful>();
    test::float_agrees<test::forgetful>();
}

TEST_CASE("run_schedule: an output that does not see the state")
{
    test::gradient_agrees<test::memoryless>();
    test::float_agrees<test::memoryless>();
}

TEST_CASE("run_schedule: an input and a parameter that are not used")
{
    test::gradient_agrees<test::autonomous>();
    test::float_agrees<test::autonomous>();
}
