#include <shared/gnuplot.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <stdexcept>
#include <string>

using namespace shared;

namespace {

std::vector<diagram> const two{
    {"a 'title'", "x", "y", true, {{"up", {{1, 0.5}, {2, 0}, {3, NAN}, {4, 8}}}}, axis_range{1, 4}},
    {"b", "x", "y", false, {{"one", {{1, -1}}}, {"two", {{1, 2}}}}}};

}  // namespace

TEST_CASE("gnuplot: the script contains the points that can be drawn")
{
    std::string const script = gnuplot_script(two, "out.svg");
    CHECK(script.find("$data0_0 << EOD\n1 0.5\n4 8\nEOD\n") != std::string::npos);
    CHECK(script.find("$data1_0 << EOD\n1 -1\nEOD\n$data1_1") != std::string::npos);
    CHECK(script.find("set terminal svg") != std::string::npos);
    CHECK(script.find("set title 'a ''title'''") != std::string::npos);
    CHECK(script.find("set xrange [1:4]") != std::string::npos);
    CHECK(script.find("set xrange [*:*]") != std::string::npos);
    CHECK(gnuplot_script(two, "out.png").find("set terminal pngcairo") != std::string::npos);
    CHECK_THROWS_WITH_AS(gnuplot_script(two, "out.pdf"),
                         "out.pdf: expected a picture that ends in .svg or .png", std::invalid_argument);
}

TEST_CASE("gnuplot: without the program there is no picture, and a line says so")
{
    CHECK(draw(two, "out.svg", "no-such-program-anywhere") ==
          "No picture was drawn, because no-such-program-anywhere is not installed; on Debian: apt-get "
          "install gnuplot-nox");
    CHECK(draw(two, "out.svg", "true") == "The picture is out.svg");
}

TEST_CASE("gnuplot: reports a program that fails")
{
    CHECK_THROWS_WITH_AS(draw(two, "out.svg", "false"),
                         "out.svg: expected false to draw it; it failed, and has said why",
                         std::runtime_error);
}
