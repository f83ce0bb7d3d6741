#include <rondo/graph/draw_latex.hpp>

#include <doctest/doctest.h>

namespace draw_latex_test {

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

constexpr extents vector_shape{1};

/// Builds one expression over vectors x and h, a scalar k and matrices W, U.
struct writer {
    program p{};
    node_id W = p.nodes.leaf(op::parameter, 0, {1, 1});
    node_id U = p.nodes.leaf(op::parameter, 1, {1, 1});
    node_id k = p.nodes.leaf(op::parameter, 2, {});
    node_id x = p.nodes.leaf(op::input, 0, vector_shape);
    node_id h = p.nodes.leaf(op::state, 0, vector_shape);

    node_id f(op code, node_id a) { return p.nodes.unary(code, a); }
    node_id f(op code, node_id a, node_id b) { return p.nodes.binary(code, a, b); }
    node_id number(double v) { return p.nodes.constant(v); }

    /// The right side of y_t for the value @p i.
    std::string operator()(node_id i)
    {
        p.results.push_back({role::output, 0, i});
        std::string text = draw_latex(p, {.parameters = {"W", "U", "k"}, .states = {"h"}});
        auto const from = text.find("&= ") + 3;
        return text.substr(from, text.find('\n', from) - from);
    }
};

}  // namespace

TEST_CASE("brackets only where they are needed")
{
    writer w{};
    node_id value = no_node;
    std::string expected{};
    auto const L = [](std::string const& inside) { return "\\left(" + inside + "\\right)"; };
    SUBCASE("a product and a sum")
    {
        value = w.f(op::add, w.p.nodes.product(w.W, w.x), w.h);
        expected = "W\\, x_{t} + h_{t-1}";
    }
    SUBCASE("a product with a sum")
    {
        value = w.p.nodes.product(w.W, w.f(op::add, w.x, w.h));
        expected = "W\\, " + L("x_{t} + h_{t-1}");
    }
    SUBCASE("a product with an entrywise product")
    {
        value = w.p.nodes.product(w.W, w.f(op::multiply, w.x, w.h));
        expected = "W\\, " + L("x_{t} \\odot h_{t-1}");
    }
    SUBCASE("a product with a product")
    {
        value = w.p.nodes.product(w.W, w.p.nodes.product(w.U, w.x));
        expected = "W\\, " + L("U\\, x_{t}");
    }
    SUBCASE("a product with a function")
    {
        value = w.p.nodes.transposed_product(w.W, w.f(op::tanh, w.x));
        expected = "W^{\\top} \\tanh" + L("x_{t}");
    }
    SUBCASE("an entrywise product of a sum")
    {
        node_id const left = w.f(op::subtract, w.number(1), w.x);
        value = w.f(op::multiply, left, w.p.nodes.product(w.U, w.h));
        expected = L("1 - x_{t}") + " \\odot U\\, h_{t-1}";
    }
    SUBCASE("a difference of a difference")
    {
        value = w.f(op::subtract, w.x, w.f(op::subtract, w.h, w.x));
        expected = "x_{t} - " + L("h_{t-1} - x_{t}");
    }
    SUBCASE("a difference as the first term")
    {
        value = w.f(op::subtract, w.f(op::subtract, w.h, w.x), w.x);
        expected = "h_{t-1} - x_{t} - x_{t}";
    }
    SUBCASE("a negation beside a sign")
    {
        value = w.f(op::subtract, w.x, w.f(op::negate, w.h));
        expected = "x_{t} - " + L("-h_{t-1}");
    }
    SUBCASE("a negative number beside a sign")
    {
        value = w.f(op::add, w.x, w.number(-2));
        expected = "x_{t} + " + L("-2");
    }
    SUBCASE("a negation of a sum")
    {
        value = w.f(op::negate, w.f(op::add, w.x, w.h));
        expected = "-" + L("x_{t} + h_{t-1}");
    }
    SUBCASE("a comparison is 1 or 0")
    {
        value = w.f(op::multiply, w.x, w.f(op::less_equal, w.h, w.number(2)));
        expected = "\\left[h_{t-1} \\leq 2\\right] \\odot x_{t}";
    }
    SUBCASE("a choice by a comparison")
    {
        value =
            w.p.nodes.ternary(op::select, w.f(op::equal, w.h, w.x), w.f(op::maximum, w.h, w.x), w.number(0));
        expected = "\\begin{cases} \\max" + L("h_{t-1}, x_{t}") +
                   " & \\text{if } x_{t} = h_{t-1} \\\\ 0 & \\text{else} \\end{cases}";
    }
    SUBCASE("a choice by another value")
    {
        value = w.p.nodes.ternary(op::select, w.h, w.f(op::floor, w.x), w.f(op::fmod, w.x, w.h));
        expected =
            "\\begin{cases} \\left\\lfloor x_{t} \\right\\rfloor & \\text{if } h_{t-1} \\neq 0 \\\\ "
            "\\operatorname{fmod}" +
            L("x_{t}, h_{t-1}") + " & \\text{else} \\end{cases}";
    }
    SUBCASE("a square of a name")
    {
        value = w.f(op::square, w.x);
        expected = "x_{t}^{2}";
    }
    SUBCASE("a square of a square")
    {
        value = w.f(op::square, w.f(op::square, w.x));
        expected = L("x_{t}^{2}") + "^{2}";
    }
    SUBCASE("a square of a fraction")
    {
        value = w.f(op::square, w.f(op::divide, w.x, w.h));
        expected = L("\\frac{x_{t}}{h_{t-1}}") + "^{2}";
    }
    SUBCASE("a fraction of sums")
    {
        value = w.f(op::divide, w.f(op::add, w.x, w.h), w.f(op::add, w.x, w.number(1)));
        expected = "\\frac{x_{t} + h_{t-1}}{x_{t} + 1}";
    }
    SUBCASE("a number times a sum")
    {
        value = w.f(op::multiply, w.number(2), w.f(op::add, w.x, w.h));
        expected = "2\\," + L("x_{t} + h_{t-1}");
    }
    SUBCASE("a power of ten as a factor")
    {
        value = w.f(op::multiply, w.number(1e-8), w.x);
        expected = L("10^{-8}") + "\\,x_{t}";
    }
    SUBCASE("a scalar times a vector")
    {
        value = w.f(op::multiply, w.k, w.x);
        expected = "k \\cdot x_{t}";
    }
    SUBCASE("a sum of entries")
    {
        value = w.f(op::multiply, w.p.nodes.sum(w.f(op::multiply, w.x, w.h)), w.x);
        expected = "\\operatorname{sum}" + L("x_{t} \\odot h_{t-1}") + " \\cdot x_{t}";
    }
    SUBCASE("functions")
    {
        value = w.f(op::sqrt, w.f(op::abs, w.f(op::relu, w.f(op::sigmoid, w.x))));
        expected = "\\sqrt{\\left|\\operatorname{relu}" + L("\\sigma\\left(x_{t}\\right)") + "\\right|}";
    }
    SUBCASE("circular functions and others by name")
    {
        value = w.f(op::sin, w.f(op::cos, w.f(op::tan, w.f(op::expm1, w.x))));
        expected = "\\sin" + L("\\cos" + L("\\tan" + L("\\operatorname{expm1}" + L("x_{t}"))));
    }
    CHECK(w(value) == expected);
}

TEST_CASE("a line for each result of the step and for each value that is used twice")
{
    writer w{};
    node_id const z = w.f(op::sigmoid, w.p.nodes.product(w.U, w.h));
    node_id const next = w.f(op::add, w.f(op::multiply, z, w.x), z);
    w.p.states.push_back({w.h, next});
    w.p.results.push_back({role::output, 0, next});
    CHECK(draw_latex(w.p, {.parameters = {"W", "U", "k"}, .states = {"h"}}) ==
          "\\begin{aligned}\n"
          "  a_{1,t} &= \\sigma\\left(U\\, h_{t-1}\\right) \\\\\n"
          "  h_{t} &= a_{1,t} + a_{1,t} \\odot x_{t} \\\\\n"
          "  y_{t} &= h_{t}\n"
          "\\end{aligned}");
}

TEST_CASE("a state that passes through, and an output that is a leaf")
{
    writer w{};
    w.p.states.push_back({w.h, w.x});
    w.p.results.push_back({role::output, 0, w.h});
    CHECK(draw_latex(w.p) ==
          "\\begin{aligned}\n"
          "  s_{t} &= x_{t} \\\\\n"
          "  y_{t} &= s_{t-1}\n"
          "\\end{aligned}");
}

TEST_CASE("backwards: bars over adjoints, and gradients that add up")
{
    program p{};
    graph& g = p.nodes;
    node_id const u = g.leaf(op::parameter, 0, {1, 1});
    node_id const h = g.leaf(op::state, 0, vector_shape);
    node_id const saved = g.leaf(op::saved, 0, vector_shape);
    node_id const ds = g.leaf(op::state_adjoint, 0, vector_shape);
    node_id const d = g.binary(op::multiply, ds, saved);
    p.states.push_back({ds, g.transposed_product(u, d)});
    p.results.push_back({role::parameter_gradient, 0, g.outer(d, h)});
    p.results.push_back({role::input_gradient, 0, g.broadcast(g.constant(0), vector_shape)});
    leaf_names const names{.parameters = {"i.U"}, .saved = {symbol{"z", moment::now}}};
    CHECK(draw_latex(p, names) ==
          "\\begin{aligned}\n"
          "  \\delta_{1,t} &= z_{t} \\odot \\bar{s}_{t} \\\\\n"
          "  \\bar{s}_{t-1} &= U_{i}^{\\top} \\delta_{1,t} \\\\\n"
          "  \\bar{x}_{t} &= 0 \\\\\n"
          "  \\bar{U}_{i} &\\mathrel{+}= \\delta_{1,t}\\, s_{t-1}^{\\top}\n"
          "\\end{aligned}");
}

}  // namespace draw_latex_test
