#include <rondo/graph/draw_text.hpp>

#include <doctest/doctest.h>

namespace draw_text_test {

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

/// s = tanh(W x + U s), y = s.
program simple_step()
{
    program p{};
    graph& g = p.nodes;
    node_id const w = g.leaf(op::parameter, 0, {1, 2});
    node_id const u = g.leaf(op::parameter, 1, {1, 1});
    node_id const x = g.leaf(op::input, 0, {2});
    node_id const s = g.leaf(op::state, 0, {1});
    node_id const from_input = g.product(w, x);
    node_id const from_state = g.product(u, s);
    node_id const next = g.unary(op::tanh, g.binary(op::add, from_input, from_state));
    p.states.push_back({s, next});
    p.results.push_back({role::output, 0, next});
    return p;
}

}  // namespace

TEST_CASE("every node has a line, in columns, and the results follow")
{
    leaf_names const names{.dimensions = {"1", "hidden", "input"}, .parameters = {"W", "U"}};
    CHECK(draw_text(simple_step(), names) ==
          "W       hidden x input   parameter\n"
          "U       hidden x hidden  parameter\n"
          "x[t]    input            input\n"
          "s[t-1]  hidden           state\n"
          "%4      hidden           W * x[t]\n"
          "%5      hidden           U * s[t-1]\n"
          "%6      hidden           %4 + %5\n"
          "s[t]    hidden           tanh(%6)\n"
          "next s = s[t]\n"
          "yield y = s[t]\n");
}

TEST_CASE("a program can be listed without names")
{
    std::string const text = draw_text(simple_step());
    CHECK(text.find("p_1     d_2 x d_3  parameter\n") == 0);
    CHECK(text.find("p_2 * s[t-1]") != std::string::npos);
}

TEST_CASE("operations have the names of the language; a gradient is accumulated")
{
    program p{};
    graph& g = p.nodes;
    node_id const w = g.leaf(op::parameter, 0, {1, 2});
    node_id const x = g.leaf(op::input, 0, {2});
    node_id const dy = g.leaf(op::output_adjoint, 0, {1});
    p.results.push_back({role::parameter_gradient, 0, g.outer(dy, x)});
    p.results.push_back({role::input_gradient, 0, g.transposed_product(w, dy)});
    std::string const text = draw_text(p, {.parameters = {"W"}});
    CHECK(text.find("outer(dy[t], x[t])\n") != std::string::npos);
    CHECK(text.find("transpose(W) * dy[t]\n") != std::string::npos);
    CHECK(text.find("yield dW += %3\n") != std::string::npos);
    CHECK(text.find("yield dx = dx[t]\n") != std::string::npos);
}

TEST_CASE("a selection is listed with its three operands, and comparisons with their signs")
{
    program p{};
    graph& g = p.nodes;
    node_id const x = g.leaf(op::input, 0, {1});
    node_id const s = g.leaf(op::state, 0, {1});
    node_id const least = g.binary(op::minimum, x, s);
    node_id const condition = g.binary(op::less_equal, x, s);
    node_id const chosen = g.ternary(op::select, condition, least, g.constant(2));
    p.states.push_back({s, chosen});
    p.results.push_back({role::output, 0, g.binary(op::not_equal, x, s)});
    std::string const text = draw_text(p);
    CHECK(text.find("min(x[t], s[t-1])\n") != std::string::npos);
    CHECK(text.find("x[t] <= s[t-1]\n") != std::string::npos);
    CHECK(text.find("x[t] != s[t-1]\n") != std::string::npos);
    CHECK(text.find("where(%3, %2, 2)\n") != std::string::npos);
}

}  // namespace draw_text_test
