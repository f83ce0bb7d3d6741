#include "unit/edge_cells.hpp"

#include <rondo/check/weighted_sum.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace rondo;
using namespace rondo::check_internal;

TEST_CASE("weighted_sum: the sum, and the weights as derivatives")
{
    weighted_sum<test::unchanging> loss{};
    loss.output = {{{1, 2}}, {{3, 4}}};
    loss.final_states[0] = {{10, -20}};
    states_of<test::unchanging, double> last{};
    last[0] = {{0.5, 0.25}};
    auto const found = loss(xt::xtensor<double, 3>{{{1, 1}}, {{1, 2}}}, last);
    CHECK(found.value == 1 + 2 + 3 + 8 + 5 - 5);
    CHECK(found.output == loss.output);
    CHECK(found.final_states[0] == loss.final_states[0]);
}

TEST_CASE("weighted_sum: other shapes are rejected by name")
{
    weighted_sum<test::unchanging> loss{};
    loss.output = {{{1, 2}}, {{3, 4}}};
    loss.final_states[0] = {{10, -20}};
    states_of<test::unchanging, double> last{};
    last[0] = {{1, 2}};
    CHECK_THROWS_WITH_AS(loss(xt::xtensor<double, 3>{{{1, 1}}}, last),
                         "rondo: the weights of the output: expected its shape, (1, 1, 2); found (2, 1, 2)",
                         input_error);
    last[0] = {{1}};
    CHECK_THROWS_WITH_AS(loss(loss.output, last),
                         "rondo: the weights of final state 1: expected its shape, (1, 1); found (1, 2)",
                         input_error);
}
