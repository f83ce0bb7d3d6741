#include <rondo/graph/draw_dot.hpp>

#include <doctest/doctest.h>

#include <regex>
#include <set>

namespace draw_dot_test {

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

/// s = 1 - W x, with a state that passes through unchanged.
program simple_step()
{
    program p{};
    graph& g = p.nodes;
    node_id const w = g.leaf(op::parameter, 0, {1, 2});
    node_id const x = g.leaf(op::input, 0, {2});
    node_id const s = g.leaf(op::state, 0, {1});
    node_id const r = g.leaf(op::state, 1, {1});
    node_id const next = g.binary(op::subtract, g.constant(1), g.product(w, x));
    p.states.push_back({s, next});
    p.states.push_back({r, r});
    p.results.push_back({role::output, 0, next});
    return p;
}

/// The names on the left of `[` and on both sides of `->`.
void check_that_edges_join_drawn_nodes(std::string const& dot)
{
    std::set<std::string> drawn{};
    std::regex const statement{R"(\n *("[^"]*"|[cn]\w+) \[label=)"};
    for (std::sregex_iterator m{dot.begin(), dot.end(), statement}, end{}; m != end; ++m) {
        CHECK_MESSAGE(drawn.insert((*m)[1]).second, "drawn twice: ", (*m)[1].str());
    }
    std::regex const edge{R"(\n *(\w+) -> ("[^"]*"|\w+))"};
    int edges = 0;
    for (std::sregex_iterator m{dot.begin(), dot.end(), edge}, end{}; m != end; ++m, ++edges) {
        CHECK_MESSAGE(drawn.count((*m)[1]) == 1, "not drawn: ", (*m)[1].str());
        CHECK_MESSAGE(drawn.count((*m)[2]) == 1, "not drawn: ", (*m)[2].str());
    }
    CHECK(edges > 0);
}

}  // namespace

TEST_CASE("a picture draws each node once and has an edge for each operand")
{
    std::string const dot = draw_dot(simple_step(), {.parameters = {"W"}, .states = {"s", "r"}});
    check_that_edges_join_drawn_nodes(dot);
    CHECK(dot.find("[label=\"W\", shape=box") != std::string::npos);
    CHECK(dot.find("[label=\"s[t]\\n−\"") != std::string::npos);
    CHECK(dot.find("[label=\"next r[t]\", shape=box") != std::string::npos);
}

TEST_CASE("operations are drawn in their box, and empty boxes are not drawn")
{
    program const p = simple_step();
    clusters boxes{};
    boxes.boxes = {{"loop", "#ffeeee"}, {"empty", "#000000"}};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        boxes.of[i] = is_leaf(p.nodes[i].opcode) ? -1 : 0;
    }
    std::string const dot = draw_dot(p, {}, boxes);
    check_that_edges_join_drawn_nodes(dot);
    CHECK(dot.find("subgraph cluster_0") != std::string::npos);
    CHECK(dot.find("subgraph cluster_1") == std::string::npos);
    auto const open = dot.find("subgraph cluster_0");
    std::string const inside = dot.substr(open, dot.find("}", open) - open);
    CHECK(inside.find("M v") != std::string::npos);
    CHECK(inside.find("p_1") == std::string::npos);
}

TEST_CASE("a result that is a number is drawn")
{
    program p{};
    p.results.push_back({role::output, 0, p.nodes.constant(0)});
    check_that_edges_join_drawn_nodes(draw_dot(p));
}

TEST_CASE("several parts of one gradient share a box")
{
    program p{};
    graph& g = p.nodes;
    node_id const x = g.leaf(op::input, 0, {1});
    node_id const dy = g.leaf(op::output_adjoint, 0, {1});
    p.results.push_back({role::parameter_gradient, 0, g.outer(dy, x)});
    p.results.push_back({role::parameter_gradient, 0, g.outer(x, dy)});
    check_that_edges_join_drawn_nodes(draw_dot(p));
}

}  // namespace draw_dot_test
