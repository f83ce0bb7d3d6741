#include <rondo/sequence/require.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace rondo::exec_internal;

TEST_CASE("require: rejects a wrong setting by name, with what was expected and found")
{
    CHECK_NOTHROW(require(true, "sgd: rate", "a positive number", 1));
    CHECK_THROWS_WITH_AS(require(false, "sgd: rate", "a positive number", -0.5),
                         "rondo: sgd: rate: expected a positive number, found -0.5", std::invalid_argument);
}

TEST_CASE("require: rejects backward() without a forward(), with the reason")
{
    CHECK_NOTHROW(require_forward(true));
    CHECK_THROWS_WITH_AS(require_forward(false),
                         "rondo: backward() needs a forward() before it; the last run of this object kept "
                         "nothing, or failed",
                         std::logic_error);
    CHECK_THROWS_WITH_AS(require_forward(false, ", and no reset() between them"),
                         "rondo: backward() needs a forward() before it, and no reset() between them",
                         std::logic_error);
}
