#include <rondo/sequence/require.hpp>

#include <doctest/doctest.h>

TEST_CASE("a bad setting is refused by name, with what was expected and found")
{
    CHECK_NOTHROW(rondo::exec_internal::require(true, "sgd: rate", "a positive number", 1));
    CHECK_THROWS_WITH_AS(rondo::exec_internal::require(false, "sgd: rate", "a positive number", -0.5),
                         "rondo: sgd: rate: expected a positive number, found -0.5", std::invalid_argument);
}
