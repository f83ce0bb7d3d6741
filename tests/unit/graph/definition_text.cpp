#include <rondo/graph/definition_text.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

/// The text of the last node of @p g, whose leaves have names.
std::string text(graph const& g)
{
    program p{};
    p.nodes = g;
    value_names names{};
    leaf_names const leaves{.dimensions = {"1", "hidden"}, .parameters = {"W", "b", "c"}};
    for (node_id i = 0; i < g.size(); ++i) {
        names[i] = name_of_leaf(p, g[i], leaves);
    }
    return definition_text(p, names, static_cast<node_id>(g.size() - 1));
}

}  // namespace

TEST_CASE("definition_text: writes what the cell says, with brackets where they are needed")
{
    graph g{};
    node_id const w = g.leaf(op::parameter, 0, {1, 1});
    node_id const b = g.leaf(op::parameter, 1, {1});
    node_id const c = g.leaf(op::parameter, 2, {1});
    node_id const x = g.leaf(op::input, 0, {1});
    CHECK(text(g) == "x[t]");
    node_id const sum = g.binary(op::add, b, g.product(w, x));
    CHECK(text(g) == "W * x[t] + b");
    g.unary(op::sigmoid, sum);
    CHECK(text(g) == "sigmoid(W * x[t] + b)");
    node_id const scaled = g.binary(op::multiply, c, sum);
    CHECK(text(g) == "(W * x[t] + b) * c");
    g.binary(op::subtract, c, sum);
    CHECK(text(g) == "c - (W * x[t] + b)");
    g.binary(op::subtract, sum, c);
    CHECK(text(g) == "W * x[t] + b - c");
    node_id const minus = g.unary(op::negate, sum);
    CHECK(text(g) == "-(W * x[t] + b)");
    g.binary(op::add, scaled, sum);
    CHECK(text(g) == "W * x[t] + b + (W * x[t] + b) * c");
    g.binary(op::add, scaled, minus);
    CHECK(text(g) == "(W * x[t] + b) * c + (-(W * x[t] + b))");
    g.binary(op::divide, c, scaled);
    CHECK(text(g) == "c / ((W * x[t] + b) * c)");
    g.transposed_product(w, sum);
    CHECK(text(g) == "transpose(W) * (W * x[t] + b)");
    g.binary(op::multiply, g.constant(-0.5), c);
    CHECK(text(g) == "c * (-0.5)");
    g.broadcast(g.sum(c), {1});
    CHECK(text(g) == "sum(c)");
    node_id const condition = g.binary(op::less, sum, c);
    CHECK(text(g) == "W * x[t] + b < c");
    node_id const masked = g.binary(op::multiply, c, condition);
    CHECK(text(g) == "(W * x[t] + b < c) * c");
    g.ternary(op::select, condition, masked, g.binary(op::maximum, b, c));
    CHECK(text(g) == "where(W * x[t] + b < c, (W * x[t] + b < c) * c, max(b, c))");
    g.binary(op::equal, condition, g.constant(0));
    CHECK(text(g) == "(W * x[t] + b < c) == 0");
}

TEST_CASE("definition_text: operands that have a name are named")
{
    program p{};
    node_id const x = p.nodes.leaf(op::input, 0, {1});
    node_id const gate = p.nodes.unary(op::exp, x);
    node_id const y = p.nodes.unary(op::log, gate);
    value_names names{};
    names[x] = {"x", moment::now};
    names[gate] = {"f", moment::now};
    CHECK(definition_text(p, names, y) == "log(f[t])");
    CHECK(definition_text(p, names, gate) == "exp(x[t])");
}
