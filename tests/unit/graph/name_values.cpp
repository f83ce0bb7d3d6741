#include <rondo/graph/name_values.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

constexpr extents hidden_vector{1};
constexpr extents hidden_matrix{1, 1};

/// Two parameters of one gate r, a value of the gate that is used twice, and a state.
struct gated {
    program p{};
    node_id gate, part, next;
    leaf_names names{.dimensions = {"1", "hidden"}, .parameters = {"U_r", "b_r"}, .states = {"h"}};

    gated()
    {
        graph& g = p.nodes;
        node_id const u = g.leaf(op::parameter, 0, hidden_matrix);
        node_id const b = g.leaf(op::parameter, 1, hidden_vector);
        node_id const h = g.leaf(op::state, 0, hidden_vector);
        part = g.binary(op::add, g.product(u, h), b);
        gate = g.unary(op::sigmoid, part);
        next = g.binary(op::add, g.binary(op::multiply, gate, h), gate);
        p.states.push_back({h, next});
        p.results.push_back({role::output, 0, next});
    }
};

}  // namespace

TEST_CASE("leaves, results and shared values are named; a gate has the subscript of its parameters")
{
    gated const step{};
    value_names const values = name_values(step.p, step.names);
    auto const name = [&](node_id i) { return plain(values[i]); };
    CHECK(name(step.gate) == "r[t]");
    CHECK(name(step.next) == "h[t]");
    CHECK(values[step.part].empty());
}

TEST_CASE("a listed value is named; the last value of a gate has the gate's name")
{
    gated const step{};
    value_names const values = name_values(step.p, step.names, std::vector{step.part});
    CHECK(plain(values[step.part]) == "a_1[t]");
    CHECK(plain(values[step.gate]) == "r[t]");
}

TEST_CASE("all names are different, even if the user's names look like the library's")
{
    gated step{};
    step.names.parameters = {"a_1", "b"};
    step.names.states = {"r"};
    value_names const values = name_values(step.p, step.names, std::vector{step.part});
    std::set<std::string> seen{};
    std::size_t named = 0;
    for (symbol const& s : values) {
        if (!s.empty()) {
            seen.insert(plain(s));
            ++named;
        }
    }
    CHECK(seen.size() == named);
}

TEST_CASE("a long line is split: an expression with more than twelve leaves is named")
{
    program p{};
    node_id const x = p.nodes.leaf(op::input, 0, hidden_vector);
    node_id sum = x;
    for (int i = 0; i < 30; ++i) {
        sum = p.nodes.binary(op::add, sum, p.nodes.leaf(op::parameter, i, hidden_vector));
    }
    p.results.push_back({role::output, 0, sum});
    value_names const values = name_values(p, {});
    int without = 0;
    int longest = 0;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (!is_leaf(p.nodes[i].opcode)) {
            without = values[i].empty() ? without + 1 : 0;
            longest = std::max(longest, without);
        }
    }
    CHECK(longest < 12);
}

TEST_CASE("backwards, values that depend on an adjoint have other names than those that do not")
{
    program p{};
    graph& g = p.nodes;
    node_id const x = g.leaf(op::input, 0, hidden_vector);
    node_id const dy = g.leaf(op::output_adjoint, 0, hidden_vector);
    node_id const again = g.unary(op::tanh, x);
    node_id const flow = g.binary(op::multiply, again, dy);
    node_id const both = g.binary(op::multiply, flow, again);
    node_id const dx = g.binary(op::add, both, flow);
    p.results.push_back({role::input_gradient, 0, dx});
    value_names const values = name_values(p, {});
    CHECK(plain(values[again]) == "v_1[t]");
    CHECK(plain(values[flow]) == "delta_1[t]");
    CHECK(plain(values[dx]) == "dx[t]");
}
