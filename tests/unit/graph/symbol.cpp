#include <rondo/graph/symbol.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::ir_internal;

TEST_CASE("a symbol in plain text")
{
    CHECK(plain({"W_r"}) == "W_r");
    CHECK(plain({"h", moment::before}) == "h[t-1]");
    CHECK(plain({"h", moment::now, true}) == "dh[t]");
    CHECK(plain({"i.W", moment::none, true}) == "di.W");
}

TEST_CASE("a symbol in LaTeX: prefixes, words after an underscore and time are subscripts")
{
    CHECK(latex({"W"}) == "W");
    CHECK(latex({"U_n"}) == "U_{n}");
    CHECK(latex({"i.W"}) == "W_{i}");
    CHECK(latex({"first.i.W"}) == "W_{\\mathrm{first},i}");
    CHECK(latex({"layer_1.U_n"}) == "U_{\\mathrm{layer},1,n}");
    CHECK(latex({"h", moment::before}) == "h_{t-1}");
    CHECK(latex({"s_2", moment::now, true}) == "\\bar{s}_{2,t}");
    CHECK(latex({"delta_1", moment::now}) == "\\delta_{1,t}");
    CHECK(latex({"gain"}) == "\\mathrm{gain}");
    CHECK(latex({"W_"}) == "W");
    CHECK(latex({"_W"}) == "W");
}
