#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/array_shape.hpp>

#include <doctest/doctest.h>

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
    CHECK_NOTHROW(check_shape({4, 2, 3}, "the input x", {.steps = 4, .batch = 2, .features = 3}));
    CHECK_THROWS_WITH_AS(
        check_shape({4, 2, 3}, "the input x", {.steps = 5, .batch = 2, .features = 3, .name = "input"}),
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
