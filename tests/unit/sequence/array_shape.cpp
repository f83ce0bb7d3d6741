#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/array_shape.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <initializer_list>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("array_shape: the extents of any array, as they stand in messages")
{
    CHECK(array_shape(xt::xtensor<float, 2>::from_shape({4, 3})).text() == "(4, 3)");
    CHECK(array_shape(xt::xarray<float>(1.0F)).text() == "()");
    CHECK(array_shape(xt::xarray<float>::from_shape({1, 2, 3, 4, 5, 6})).text() == "(1, 2, 3, 4, 5, 6)");
    CHECK(array_shape(xt::xarray<float>::from_shape({1, 2, 1, 1, 1, 1, 1})).text() ==
          "an array of 7 dimensions");
    CHECK(array_shape(5, 2, 3)[2] == 3);
}

TEST_CASE("check_shape: rejects a wrong shape, with what was expected and found")
{
    CHECK_NOTHROW(check_shape({4, 2, 3}, "the input x", {}));
    CHECK_NOTHROW(check_shape({4, 2, 3}, "the input x", {.steps = 4, .batch = 2, .value = {"input", 3}}));
    CHECK_THROWS_WITH_AS(
        check_shape({4, 2, 3}, "the input x", {.steps = 5, .batch = 2, .value = {"input", 3}}),
        "rondo: the input x: expected shape (time = 5, batch = 2, input = 3), no extent of 0; found (4, 2, "
        "3)",
        input_error);
    CHECK_THROWS_WITH_AS(check_shape({4, 2, 3}, "the input x", {.batch = 3}),
                         "rondo: the input x: expected shape (time, batch = 3, features), no extent of 0; "
                         "found (4, 2, 3)",
                         input_error);
    for (array_shape const& empty : {array_shape(0, 2, 3), array_shape(4, 0, 3), array_shape(4, 2, 0)}) {
        CHECK_THROWS_AS(check_shape(empty, "the input x", {}), input_error);
    }
    CHECK_THROWS_WITH_AS(check_shape(array_shape(xt::xarray<double>::from_shape({4, 2, 3, 1})), "x", {}),
                         doctest::Contains("found (4, 2, 3, 1)"), input_error);
}

TEST_CASE("value_extents: a matrix behind time and batch, with the names of its dimensions")
{
    value_extents heads("heads", 4);
    heads.push_back("key", 8);
    heads.push_back("value", 2);
    CHECK(heads.entries() == 64);
    CHECK(heads.text() == "heads = 4, key = 8, value = 2");
    auto const found = [](std::initializer_list<std::size_t> shape) {
        return array_shape(xt::xarray<float>::from_shape(std::vector<std::size_t>(shape)));
    };
    CHECK(heads.fit(found({3, 4, 8, 2}), 1));
    CHECK(!heads.fit(found({3, 4, 2, 8}), 1));
    CHECK(!heads.fit(found({3, 64}), 1));
    CHECK_NOTHROW(check_shape(found({5, 3, 4, 8, 2}), "x", {.steps = 5, .value = heads}));
    CHECK_THROWS_WITH_AS(check_shape(found({5, 3, 32, 2}), "the input x", {.batch = 3, .value = heads}),
                         "rondo: the input x: expected shape (time, batch = 3, heads = 4, key = 8, value = "
                         "2), no extent of 0; found (5, 3, 32, 2)",
                         input_error);
    CHECK(heads.place(2 * 16 + 5 * 2 + 1) == "heads 2, key 5, value 1");
    CHECK(value_extents("key", 8).place(5) == "feature 5");
    CHECK(value_extents("1", 1).text() == "1");
    heads.repeat(3);
    CHECK(heads.place(7 * 16 + 5 * 2 + 1) == "heads 7, key 5, value 1");
    CHECK(heads.entries() == 192);
    CHECK(heads.text() == "3 steps * heads = 12, key = 8, value = 2");
    CHECK(heads.fit(found({3, 12, 8, 2}), 1));
}
