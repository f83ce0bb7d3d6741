#include <characters/wrap.hpp>

#include <doctest/doctest.h>

using characters::wrap;

TEST_CASE("wrap: breaks lines at spaces, and only those that are too long")
{
    CHECK(wrap("", 5).empty());
    CHECK(wrap("ab cd ef", 8) == "ab cd ef");
    CHECK(wrap("ab cd ef", 7) == "ab cd\nef");
    CHECK(wrap("ab cd ef", 5) == "ab cd\nef");
    CHECK(wrap("ab cd ef", 4) == "ab\ncd\nef");
    CHECK(wrap("ab cd\nef gh ij", 6) == "ab cd\nef gh\nij");
}

TEST_CASE("wrap: leaves a word whole that is longer than a line")
{
    CHECK(wrap("abcdefgh", 3) == "abcdefgh");
    CHECK(wrap("a bcdefgh ij", 3) == "a\nbcdefgh\nij");
}
