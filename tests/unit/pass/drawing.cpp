#include "unit/controlled_program.hpp"
#include "unit/sample_cells.hpp"
#include "unit/scheduled_steps.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/pass/drawing.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace rondo;
using namespace rondo::ir_internal;

TEST_CASE("drawing: the equations of the LSTM are those of the paper")
{
    CHECK(draw_forward<lstm<>>({"h", "c"}).latex ==
          "\\begin{aligned}\n"
          "  f_{t} &= \\sigma\\left(U_{f}\\, h_{t-1} + W_{f}\\, x_{t} + b_{f}\\right) \\\\\n"
          "  i_{t} &= \\sigma\\left(U_{i}\\, h_{t-1} + W_{i}\\, x_{t} + b_{i}\\right) \\\\\n"
          "  g_{t} &= \\tanh\\left(U_{g}\\, h_{t-1} + W_{g}\\, x_{t} + b_{g}\\right) \\\\\n"
          "  c_{t} &= f_{t} \\odot c_{t-1} + i_{t} \\odot g_{t} \\\\\n"
          "  o_{t} &= \\sigma\\left(U_{o}\\, h_{t-1} + W_{o}\\, x_{t} + b_{o}\\right) \\\\\n"
          "  h_{t} &= o_{t} \\odot \\tanh\\left(c_{t}\\right) \\\\\n"
          "  y_{t} &= h_{t}\n"
          "\\end{aligned}");
}

TEST_CASE("drawing: the backward step uses the names of the forward step")
{
    drawing const back = draw_backward<lstm<>>({"h", "c"});
    for (char const* saved : {"i[t]", "f[t]", "g[t]", "o[t]"}) {
        std::string const line = std::string(saved) + "        hidden           saved\n";
        CHECK_MESSAGE(back.text.find(line) != std::string::npos, line);
    }
    CHECK(back.text.find("c[t]        hidden           new_state\n") != std::string::npos);
    CHECK(back.latex.find("\\bar{U}_{o} &\\mathrel{+}=") != std::string::npos);
}

TEST_CASE("drawing: loops and phases have boxes of their own")
{
    program const& step = compiled<lstm<>>::forward;
    clusters const boxes = clusters_of(step);
    auto const count = [&](int box) { return std::count(boxes.of.begin(), boxes.of.end(), box); };
    CHECK(count(1) == 8);   // four products with the input, four biases: before the loop
    CHECK(count(2) == 17);  // the loop
    CHECK(count(3) == 0);
    std::string const dot = draw_forward<lstm<>>().dot;
    CHECK(dot.find("step by step") != std::string::npos);
    CHECK(dot.find("all steps at once, before the loop") != std::string::npos);
    CHECK(dot.find("after the loop") == std::string::npos);
}

TEST_CASE("drawing: any program and its gradient can be drawn, a line for every node and every result")
{
    unsigned seed = 2500;
    test::for_each_program(150, [&](test::sample_program const& plain, std::string const& label) {
        INFO(label);
        test::random_source random(++seed);
        program const step = test::controlled(plain, random, true).step;
        for (program const& p : {step, differentiate(step), test::scheduled_steps(plain.step).backward}) {
            std::string const text = draw_text(p);
            CHECK(std::count(text.begin(), text.end(), '\n') >= p.nodes.size());
            std::string const dot = draw_dot(p, {}, clusters_of(p));
            CHECK(std::count(dot.begin(), dot.end(), '{') == std::count(dot.begin(), dot.end(), '}'));
            std::string const latex = draw_latex(p);
            CHECK(std::count(latex.begin(), latex.end(), '{') == std::count(latex.begin(), latex.end(), '}'));
        }
    });
}
