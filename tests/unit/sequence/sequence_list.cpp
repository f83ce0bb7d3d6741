#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/sequence_list.hpp>

#include <doctest/doctest.h>

#include <array>
#include <list>
#include <stdexcept>
#include <vector>

using namespace rondo::exec_internal;

static_assert(sequence_list<std::vector<xt::xtensor<float, 2>>>);
static_assert(sequence_list<std::array<xt::xtensor<double, 2>, 3>>);
static_assert(!sequence_list<std::list<xt::xtensor<float, 2>>>);  // no random access
static_assert(!sequence_list<std::vector<float>>);
static_assert(!sequence_list<xt::xtensor<float, 3>>);

TEST_CASE("sequence_list: accepts sequences of any lengths")
{
    std::vector<xt::xtensor<float, 2>> const list{xt::zeros<float>({4, 2}), xt::zeros<float>({1, 2})};
    CHECK_NOTHROW(check_sequences(list, 2, "input"));
}

TEST_CASE("sequence_list: rejects an empty list, an empty sequence and other features")
{
    std::vector<xt::xtensor<float, 2>> list;
    CHECK_THROWS_WITH_AS(check_sequences(list, 2, "input"),
                         "rondo: the input x: expected at least 1 sequence; found an empty list",
                         std::invalid_argument);
    list.push_back(xt::zeros<float>({4, 2}));
    list.push_back(xt::zeros<float>({4, 3}));
    CHECK_THROWS_WITH_AS(check_sequences(list, 2, "input"),
                         "rondo: the input x: expected sequences of shape (time, input = 2), no extent of 0; "
                         "found (4, 3) for sequence 1",
                         std::invalid_argument);
    list[1] = xt::zeros<float>({0, 2});
    CHECK_THROWS_AS(check_sequences(list, 2, "input"), std::invalid_argument);
}
