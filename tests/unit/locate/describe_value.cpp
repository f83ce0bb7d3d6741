#include "unit/diverging_cells.hpp"
#include "unit/edge_cells.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/locate/describe_value.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>

namespace describe_value_test {

using namespace rondo;
using namespace rondo::test;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// The node of @p step with operation @p code whose first operand has operation @p below.
node_id find(recorded_step const& step, op code, op below)
{
    for (std::size_t i = 0; i < step.nodes.size(); ++i) {
        node const& n = step.nodes[i];
        if (n.opcode == code &&
            (n.a == no_node || step.nodes[static_cast<std::size_t>(n.a)].opcode == below)) {
            return static_cast<node_id>(i);
        }
    }
    return no_node;
}

}  // namespace

TEST_CASE("value_describer: a gate has the name of its parameters, a part of a value is written out")
{
    model<lstm<>> const m{input{2}, hidden{3}};
    recorded_model const r = recorded_model_of<lstm<>, float>(m.bound(), m.parameters());
    value_describer const text(r);
    auto const what = [&](node_id i) { return text.value({i, 1, not_a_number}, {3, 2}).what; };
    node_id const sigmoid = find(r.step, op::sigmoid, op::add);
    CHECK(what(sigmoid) == "f[t] = sigmoid(f.U * s_1[t-1] + f.W * x[t] + f.b)");
    CHECK(what(r.step.states[1].to) == "s_2[t] = f[t] * s_2[t-1] + i[t] * g[t]");
    CHECK(what(find(r.step, op::product, op::parameter)).find(" in ") != std::string::npos);
    rejection const value = text.value({sigmoid, 1, not_a_number}, {3, 2});
    CHECK(value.expected == "finite numbers");
    CHECK(value.found == "nan at (time 3, batch 2, feature 1)");
    rejection const adjoint = text.adjoint({r.step.states[1].from, 0, -1 / 0.0, sigmoid}, {3, 2});
    CHECK(adjoint.what == "the derivative with respect to s_2[t-1]");
    CHECK(adjoint.found.starts_with("-inf at (time 3, batch 2, feature 0), through f[t] = sigmoid("));
}

TEST_CASE("value_describer: an entry of a parameter")
{
    model<rooted_gate> const m{input{2}, hidden{2}};
    recorded_model const r = recorded_model_of<rooted_gate, float>(m.bound(), m.parameters());
    value_describer const text(r);
    for (std::size_t i = 0; i < r.step.nodes.size(); ++i) {
        if (r.step.nodes[i].opcode == op::parameter) {
            bool const is_bias = r.step.nodes[i].index == 2;
            rejection const found = text.value({static_cast<node_id>(i), 1, not_a_number}, {0, 4});
            CHECK(found.what.starts_with("parameter 'f."));
            CHECK(found.found ==
                  std::string(is_bias ? "nan at entry 1" : "nan at entry (0, 1)") + ", at (time 0, batch 4)");
        }
    }
}

TEST_CASE("value_describer: the numbered names of drawings are written out where that is short enough")
{
    model<plain_sigmoid> const m{input{2}, hidden{2}};
    recorded_model const r = recorded_model_of<plain_sigmoid, float>(m.bound(), m.parameters());
    value_describer const text(r);
    CHECK(text.value({r.step.states[0].to, 0, not_a_number}, {0, 0}).what ==
          "s[t] = 1 / (exp(W * x[t]) + 1)");

    model<crowded> const large{input{2}, hidden{2}};
    recorded_model const all = recorded_model_of<crowded, float>(large.bound(), large.parameters());
    value_describer const shortened(all);
    CHECK(shortened.value({all.step.states[0].to, 0, not_a_number}, {0, 0}).what.size() < 250);
}

}  // namespace describe_value_test
