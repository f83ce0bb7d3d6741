#include <rondo/check/gradient_report.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>

using namespace rondo;
using namespace rondo::check_internal;

namespace {

gradient_report example()
{
    gradient_report r{};
    r.tensors.resize(3);
    r.tensors[0] = {
        .name = "f.W", .shape = {4, 3}, .largest_absolute = 2e-12, .largest_relative = 3e-11, .worst = 7};
    r.tensors[1] = {.name = "scale", .shape = {}, .kinks = 1};
    r.tensors[2] = {.name = "input",
                    .shape = {5, 2, 3},
                    .kinks = 2,
                    .differing = 4,
                    .largest_absolute = 1,
                    .largest_relative = 0.5,
                    .worst = 29,
                    .derived = 2,
                    .estimated = 1,
                    .first_kink = 3};
    return r;
}

}  // namespace

TEST_CASE("gradient_report: verdicts")
{
    gradient_report r = example();
    CHECK(r.tensors[0].result() == verdict::agrees);
    CHECK(r.tensors[1].result() == verdict::kink);
    CHECK(r.tensors[2].result() == verdict::differs);
    CHECK_FALSE(r.agrees());
    CHECK(r.kinks() == 3);
    CHECK(r.largest_relative() == 0.5);
    r.tensors.pop_back();
    CHECK(r.agrees());
    CHECK(gradient_report{}.agrees());
    r.tensors[1].unchecked_because = "with_gradient";
    CHECK(r.tensors[1].result() == verdict::unchecked);
    CHECK(r.unchecked() == 1);
    CHECK(r.agrees());
    r.tensors[0].unchecked_because = "sign";
    CHECK(r.unchecked() == 2);
    CHECK_FALSE(r.agrees());  // nothing was compared
}

TEST_CASE("gradient_report: the indices of an entry")
{
    gradient_report const r = example();
    CHECK(r.tensors[0].index_of(7) == "(2, 1)");
    CHECK(r.tensors[0].entries() == 12);
    CHECK(r.tensors[1].index_of(0) == "()");
    CHECK(r.tensors[1].entries() == 1);
    CHECK(r.tensors[2].index_of(29) == "(4, 1, 2)");
}

TEST_CASE("gradient_report: prints as a table")
{
    std::ostringstream text;
    text << std::hex << example();  // the stream's own format must not matter
    CHECK(text.str() ==
          "tensor  entries  absolute  relative  where         verdict\n"
          "f.W          12   2.0e-12   3.0e-11  (2, 1)        agrees\n"
          "scale         1   0.0e+00   0.0e+00  ()            kink at 1, first ()\n"
          "input        30   1.0e+00   5.0e-01  (4, 1, 2)     differs at 4: derived "
          "2.000000000e+00, estimated 1.000000000e+00\n");
    CHECK((text.flags() & std::ios::hex) != 0);

    gradient_report r = example();
    r.tensors = {{.name = "W", .shape = {2}, .unchecked_because = "with_gradient"}};
    text.str("");
    text << r;
    CHECK(text.str() ==
          "tensor  entries  absolute  relative  where         verdict\n"
          "W             2         -         -  -             unchecked because of with_gradient\n");
}
