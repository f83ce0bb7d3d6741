#include <rondo/graph/number_text.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace rondo;
using namespace rondo::ir_internal;

TEST_CASE("numbers are shown with the fewest digits that identify them")
{
    CHECK(number_text(1) == "1");
    CHECK(number_text(-0.5) == "-0.5");
    CHECK(number_text(0.1) == "0.1");
    CHECK(number_text(1e-8) == "1e-08");
}

TEST_CASE("in LaTeX an exponent is a power of ten")
{
    CHECK(number_latex(0.5) == "0.5");
    CHECK(number_latex(1e-8) == "10^{-8}");
    CHECK(number_latex(-2.5e30) == "-2.5 \\cdot 10^{30}");
    CHECK(number_latex(std::numeric_limits<double>::infinity()) == "\\infty");
}
