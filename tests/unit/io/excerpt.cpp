#include <rondo/io/excerpt.hpp>

#include <doctest/doctest.h>

#include <string>

using rondo::io_internal::excerpt;

TEST_CASE("excerpt: shows a short text as it is")
{
    CHECK(excerpt("").empty());
    CHECK(excerpt("f.W größe") == "f.W größe");
    CHECK(excerpt(std::string(100, 'x')) == std::string(100, 'x'));
}

TEST_CASE("excerpt: shows the beginning of a long text, in whole characters")
{
    CHECK(excerpt(std::string(101, 'x')) == std::string(100, 'x') + "...");
    CHECK(excerpt("aößb", 3) == "aö...");
    CHECK(excerpt("aößb", 4) == "aö...");
    CHECK(excerpt("aößb", 5) == "aöß...");
    CHECK(excerpt("\x80\x80\x80", 2) == "...");
}

TEST_CASE("excerpt: shows control characters as digits")
{
    CHECK(excerpt(std::string("a\0b\n\x1b[2J\x7f", 9)) == "a\\x00b\\x0a\\x1b[2J\\x7f");
}
