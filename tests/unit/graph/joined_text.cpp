#include <rondo/graph/joined_text.hpp>

#include <rondo/graph/definition_text.hpp>
#include <rondo/graph/draw_latex.hpp>
#include <rondo/graph/draw_text.hpp>

#include <doctest/doctest.h>

namespace joined_text_test {

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

leaf_names const names{.dimensions = {"1", "low", "h_igh", "mid", "joined<low, h_igh>",
                                      "joined<low, h_igh, joined<mid, low>>", "joined<mid, low>"},
                       .states = {"a", "b", "c"}};

/// The parts of a join of three.
struct three {
    program p{};
    node_id a = p.nodes.leaf(op::state, 0, {1});
    node_id b = p.nodes.leaf(op::state, 1, {2});
    node_id c = p.nodes.leaf(op::state, 2, {6});
    node_id all = p.nodes.join(p.nodes.join(a, b, 4), c, 5);
    node_id whole = p.nodes.unary(op::tanh, all);
    node_id between = p.nodes.first_piece(whole, 4, 6);
    node_id last = p.nodes.last_piece(between, 2, 1);
    node_id end = p.nodes.last_piece(whole, 6, 4);
    three()
    {
        p.states.push_back({a, p.nodes.first_piece(between, 1, 2)});
        p.states.push_back({b, p.nodes.unary(op::negate, last)});
        p.states.push_back({c, p.nodes.unary(op::negate, end)});
        p.results.push_back({role::output, 0, whole});
    }
};

}  // namespace

TEST_CASE("joined_text: a part has the name of a piece, also of one that is joined itself")
{
    three const t;
    CHECK(part_name(t.p, names, t.between) == "joined<low, h_igh>");
    CHECK(part_name(t.p, names, t.last) == "h_igh");
    CHECK(part_name(t.p, names, t.end) == "joined<mid, low>");
    leaf_names const unnamed{};
    CHECK(part_name(t.p, unnamed, t.last) == "d_3");
}

TEST_CASE("joined_text: what was written in one piece is drawn in one piece")
{
    three const t;
    value_names const values = name_values(t.p, names);
    CHECK(joined_operands(t.p, values, t.all).size() == 3);
    CHECK(whole_of_part(t.p, values, t.last) == t.whole);
    CHECK(definition_text(t.p, values, t.whole, names) == "tanh(join(a[t-1], b[t-1], c[t-1]))");
    CHECK(definition_text(t.p, values, t.last, names) == "part<h_igh>(y[t])");
    std::string const latex = draw_latex(t.p, names, values);
    CHECK(latex.find("\\left[a_{t-1};\\, b_{t-1};\\, c_{t-1}\\right]") != std::string::npos);
    CHECK(latex.find("-\\operatorname{part}_{\\mathrm{h\\_igh}}\\left(y_{t}\\right)") != std::string::npos);
    CHECK(draw_text(t.p, names, values).find("part<joined<low, h_igh>>(y[t])") != std::string::npos);
}

}  // namespace joined_text_test
