#include <rondo/pass/find_active_nodes.hpp>

#include <doctest/doctest.h>

namespace find_active_nodes_test {

using namespace rondo;
using namespace rondo::ir_internal;

TEST_CASE("find_active_nodes: what depends on a leaf with a gradient, and not through jumps alone")
{
    program p{};
    graph& g = p.nodes;
    node_id const x = g.leaf(op::input, 0, {1});
    node_id const w = g.leaf(op::parameter, 0, {1});
    node_id const c = g.leaf(op::parameter, 1, {1});
    node_id const n = g.leaf(op::extent, 1, {});
    node_id const of_constants = g.binary(op::multiply, c, n);
    node_id const sum = g.binary(op::add, of_constants, w);
    node_id const jump = g.unary(op::floor, x);
    node_id const beside = g.binary(op::multiply, jump, x);
    node_id const stopped = g.binary(op::with_gradient, x, g.constant(0));
    node_id const chosen = g.binary(op::with_gradient, c, w);
    node_id const clipped = g.binary(op::clip_gradient, c, w);

    parameter_flags constants{};
    constants.push_back(false);
    constants.push_back(true);
    node_map<bool> const active = find_active_nodes(p, constants);
    for (node_id const i : {x, w, sum, beside, chosen}) {
        CAPTURE(i);
        CHECK(active[i]);
    }
    for (node_id const i : {c, n, of_constants, jump, stopped, clipped}) {
        CAPTURE(i);
        CHECK_FALSE(active[i]);
    }
    CHECK(find_active_nodes(p, {})[c]);
}

}  // namespace find_active_nodes_test
