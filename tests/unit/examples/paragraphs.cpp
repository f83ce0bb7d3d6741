#include <shared/paragraphs.hpp>

#include <doctest/doctest.h>

using shared::paragraphs;

TEST_CASE("paragraphs: lines are joined with single spaces, and indents and trailing blanks are dropped")
{
    CHECK(paragraphs(U"").empty());
    CHECK(paragraphs(U" \n\n").empty());
    CHECK(paragraphs(U"one") == U"one\n");
    CHECK(paragraphs(U"\t one  two \r\n   three\f\n") == U"one two three\n");
}

TEST_CASE("paragraphs: empty lines and rulers end a paragraph and are dropped")
{
    CHECK(paragraphs(U"one\ntwo\n\n \nthree\n") == U"one two\nthree\n");
    CHECK(paragraphs(U"2. Grants\n---------\n\n* * *\nEach - of them -\n") ==
          U"2. Grants\nEach - of them -\n");
    CHECK(paragraphs(U"\u00A7\n\u2014\n") == U"\u00A7 \u2014\n");
}
