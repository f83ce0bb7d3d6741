#include <rondo/graph/latex_fragment.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::ir_internal;

TEST_CASE("latex_fragment: precedences are in order, a sum the lowest")
{
    CHECK(binding::sum < binding::entrywise);
    CHECK(binding::entrywise < binding::side_by_side);
    CHECK(binding::side_by_side < binding::whole);
    CHECK(binding::whole < binding::name);
}

TEST_CASE("latex_fragment: brackets grow with the text")
{
    CHECK(bracketed("a + b") == "\\left(a + b\\right)");
}

TEST_CASE("latex_fragment: a number needs brackets where its notation does")
{
    CHECK(number_fragment(0.5).text == "0.5");
    CHECK(number_fragment(0.5).holds == binding::name);
    CHECK(number_fragment(-0.5).holds == binding::sum);
    CHECK(number_fragment(1e-10).text == "10^{-10}");
    CHECK(number_fragment(1e-10).holds == binding::entrywise);
    CHECK(number_fragment(-1e-10).holds == binding::sum);
}
