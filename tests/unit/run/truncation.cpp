#include <rondo/run/truncation.hpp>

#include <doctest/doctest.h>

TEST_CASE("truncation: one step unless it says otherwise")
{
    constexpr rondo::truncation lengths{.over = 3};
    CHECK(lengths.every == 1);
    CHECK(lengths.over == 3);
}
