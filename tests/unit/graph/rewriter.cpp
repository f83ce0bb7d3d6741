#include "unit/equal_programs.hpp"

#include <rondo/graph/rewriter.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// A step with one state: h' = tanh(x + h), y = 2 h', and a part of the gradient of parameter 3.
constexpr program small_step()
{
    program p{};
    node_id const h = p.nodes.leaf(op::state, 0, {1});
    node_id const x = p.nodes.leaf(op::input, 0, {1});
    node_id const next = p.nodes.unary(op::tanh, p.nodes.binary(op::add, x, h));
    p.states.push_back({h, next});
    p.results.push_back({role::output, 0, p.nodes.binary(op::multiply, p.nodes.constant(2), next)});
    p.results.push_back({role::parameter_gradient, 3, next});
    return p;
}

}  // namespace

TEST_CASE("rewriter: copying every node in order gives the program again")
{
    program const p = small_step();
    rewriter to(p);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        to.copy(i);
        CHECK(to[i] == i);
    }
    CHECK(equal(to.finish(), p));
}

TEST_CASE("rewriter: users, states and results follow a replaced node")
{
    program const p = small_step();
    rewriter to(p);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (p.nodes[i].opcode == op::tanh) {
            to.replace(i, to.nodes().unary(op::sigmoid, to.rebuilt(i).a));
        } else {
            to.copy(i);
        }
    }
    program const out = to.finish();
    CHECK(out.nodes[out.states[0].to].opcode == op::sigmoid);
    CHECK(out.nodes[out.results[1].value].opcode == op::sigmoid);
    node const& output = out.nodes[out.results[0].value];
    bool const follows =
        out.nodes[output.a].opcode == op::sigmoid || out.nodes[output.b].opcode == op::sigmoid;
    CHECK(follows);
}

TEST_CASE("rewriter: a node that is left out has no copy, and the others move up")
{
    program p = small_step();
    p.nodes.constant(7);  // of no use
    rewriter to(p);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (p.nodes[i].opcode != op::constant || p.nodes[i].value != 7) {
            to.copy(i);
        }
    }
    CHECK(to[static_cast<node_id>(p.nodes.size() - 1)] == no_node);
    CHECK(to[no_node] == no_node);
    CHECK(equal(to.finish(), small_step()));
}

TEST_CASE("rewriter: results can be dropped, as they are in the new program")
{
    program const p = small_step();
    rewriter to(p);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        to.copy(i);
    }
    program const out = to.finish([](program_result const& r) { return r.what == role::output; });
    REQUIRE(out.results.size() == 1);
    CHECK(out.results[0].what == role::output);
}
