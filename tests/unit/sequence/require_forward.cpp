#include <rondo/sequence/require_forward.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace rondo::exec_internal;

TEST_CASE("require_forward: rejects backward() without a forward(), with the reason")
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
