#include <rondo/error/rejection.hpp>

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("rejection: says what was given, expected and found, and in which part of a model")
{
    CHECK(rejection{"adam: rate", "a positive number", "-1"}.text() ==
          "rondo: adam: rate: expected a positive number; found -1");
    CHECK(rejection{"the input x", "3 features", "4", "layer 2 of the stack"}.text() ==
          "rondo: layer 2 of the stack: the input x: expected 3 features; found 4");
}

TEST_CASE("concat: writes numbers as a stream does")
{
    CHECK(exec_internal::concat("(time ", 3, ", value ", 0.5, ")") == "(time 3, value 0.5)");
}

TEST_CASE("rejection: a place is put in front of the place that it has")
{
    rejection const r{"the input x", "3 features", "4"};
    CHECK(r.at("layer 2 of the stack").place == "layer 2 of the stack");
    CHECK(r.at("layer 2 of the stack").at("residual").place == "residual: layer 2 of the stack");
}
