#include <rondo/train/size_guard.hpp>

#include <doctest/doctest.h>

TEST_CASE("the number of entries must be that of the first call")
{
    rondo::train_internal::size_guard count;
    CHECK(count.is_new(3, 3));
    CHECK(count.is_new(4, 4));
    count.set(4);
    CHECK_FALSE(count.is_new(4, 4));
    CHECK_THROWS_WITH_AS((void)count.is_new(3, 3),
                         "rondo: update: expected 4 parameters as in earlier calls; found 3; reset() "
                         "lets an optimiser start anew",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS((void)count.is_new(4, 5),
                         "rondo: update: expected as many gradients as parameters, 4; found 5",
                         std::invalid_argument);
    count.reset();
    CHECK(count.is_new(3, 3));
    CHECK_THROWS_AS((void)count.is_new(4, 5), std::invalid_argument);
}
