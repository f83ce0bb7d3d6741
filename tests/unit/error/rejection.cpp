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
