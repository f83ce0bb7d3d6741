#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/lengths.hpp>

#include <doctest/doctest.h>

#include <array>
#include <list>
#include <stdexcept>
#include <vector>

using namespace rondo::exec_internal;

static_assert(length_list<std::vector<int>>);
static_assert(length_list<std::array<unsigned char, 3>>);
static_assert(length_list<xt::xtensor<long, 1>>);
static_assert(!length_list<std::vector<double>>);
static_assert(!length_list<std::vector<bool>>);
static_assert(!length_list<std::list<int>>);  // no random access
static_assert(!length_list<int>);

TEST_CASE("lengths: one for each sequence, from 1 to the steps of the array")
{
    CHECK_NOTHROW(check_lengths(std::vector{3, 1, 7}, 7, 3));
    CHECK_THROWS_WITH_AS(
        check_lengths(std::vector{3, 1}, 7, 3),
        "rondo: the lengths: expected 3 numbers, one for each sequence of the batch; found 2",
        std::invalid_argument);
    CHECK_THROWS_WITH_AS(check_lengths(std::vector{3, 8, 1}, 7, 3),
                         "rondo: the lengths: expected 1 to 7 steps; found 8 for batch 1",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(check_lengths(std::vector{3, 1, 0}, 7, 3),
                         "rondo: the lengths: expected 1 to 7 steps; found 0 for batch 2",
                         std::invalid_argument);
    // Compared as numbers, whatever their types.
    CHECK_THROWS_AS(check_lengths(std::vector{~0U}, 7, 1), std::invalid_argument);
    CHECK_THROWS_AS(check_lengths(std::vector{-1}, 7, 1), std::invalid_argument);
}

TEST_CASE("lengths: without a list every sequence has all steps")
{
    CHECK_NOTHROW(check_lengths(full_length{}, 7, 3));
    static_assert(length_of(full_length{}, 2, 7) == 7);
    CHECK(length_of(std::vector{3, 1, 5}, 2, 7) == 5);
}
