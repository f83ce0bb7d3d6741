#include <rondo/sequence/check_lengths.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("check_lengths: one for each sequence, from 1 to the steps of the array")
{
    CHECK_NOTHROW(check_lengths({}, 7, 3));
    CHECK_NOTHROW(check_lengths(std::vector{3, 1, 7}, 7, 3));
    CHECK_THROWS_WITH_AS(
        check_lengths(std::vector{3, 1}, 7, 3),
        "rondo: the lengths: expected 3 numbers, one for each sequence of the batch; found 2", input_error);
    CHECK_THROWS_WITH_AS(check_lengths(std::vector<int>{}, 7, 3), doctest::Contains("found 0"), input_error);
    CHECK_THROWS_WITH_AS(check_lengths(std::vector{3, 8, 1}, 7, 3),
                         "rondo: the lengths: expected 1 to 7 steps; found 8 for batch 1", input_error);
    CHECK_THROWS_WITH_AS(check_lengths(std::vector{3, 1, 0}, 7, 3),
                         "rondo: the lengths: expected 1 to 7 steps; found 0 for batch 2", input_error);
    // Compared as numbers, whatever their types.
    CHECK_THROWS_AS(check_lengths(std::vector{~0U}, 7, 1), input_error);
    CHECK_THROWS_AS(check_lengths(std::vector{~0UL}, 7, 1), input_error);
    CHECK_THROWS_AS(check_lengths(std::vector{-1}, 7, 1), input_error);
}
