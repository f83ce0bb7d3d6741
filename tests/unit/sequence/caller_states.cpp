#include "unit/edge_cells.hpp"

#include <rondo/sequence/caller_states.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <stdexcept>
#include <utility>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("caller_states: a state must have the shape (batch, dimension)")
{
    xt::xtensor<double, 2> s = xt::zeros<double>({2, 3});
    CHECK_NOTHROW(check_state(s, 0, "", 2, {"hidden", 3}, "the initial state", true));
    CHECK_THROWS_WITH_AS(check_state(s, 0, "", 2, {"hidden", 4}, "the initial state", false),
                         "rondo: the initial state number 1: expected shape (batch = 2, hidden = 4); "
                         "found (2, 3)",
                         std::invalid_argument);
    s(1, 0) = -std::numeric_limits<double>::infinity();
    CHECK_NOTHROW(check_state(s, 0, "", 2, {"hidden", 3}, "the initial state", false));
    CHECK_THROWS_WITH_AS(check_state(s, 1, "", 2, {"hidden", 3}, "the initial state", true),
                         "rondo: the initial state number 2: expected finite entries; found -inf at "
                         "(batch 1, feature 0)",
                         std::invalid_argument);
}

TEST_CASE("caller_states: a state that was moved from has a shape and no entries")
{
    xt::xtensor<double, 2> s = xt::zeros<double>({2, 3});
    xt::xtensor<double, 2> const taken = std::move(s);
    CHECK_THROWS_WITH_AS(check_state(s, 0, "", 2, {"hidden", 3}, "the initial state", false),
                         "rondo: the initial state number 1: expected an array with entries; found an array "
                         "that was moved from",
                         std::invalid_argument);
}

TEST_CASE("caller_states: all states of a cell, or none")
{
    using tested = test::peephole;
    sizes<tested> const bound(input{2}, hidden{5});
    states_of<tested, float> s;
    resize_states<tested>(s, bound, 3);
    for (auto const& of_cell : s) {
        CHECK(of_cell.shape()[0] == 3);
        CHECK(of_cell.shape()[1] == 5);
    }
    CHECK_NOTHROW(check_states<tested>(&s, bound, 3, "the initial state", false));
    CHECK_NOTHROW(
        check_states<tested>(static_cast<states_of<tested, float>*>(nullptr), bound, 3, "none", true));
    s[1].resize({3, 4});
    CHECK_THROWS_WITH_AS(check_states<tested>(&s, bound, 3, "the initial state", false),
                         "rondo: the initial state number 2: expected shape (batch = 3, hidden = 5); found "
                         "(3, 4)",
                         std::invalid_argument);
    states_of<test::leaky_counter, float> scalar;
    resize_states<test::leaky_counter>(scalar, sizes<test::leaky_counter>(input{2}), 3);
    CHECK(scalar[0].shape()[1] == 1);
}
