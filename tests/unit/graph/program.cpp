#include <rondo/graph/program.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

/// h' = h h, which is also the output; and x, which nothing uses.
constexpr program squared()
{
    program p{};
    node_id const h = p.nodes.leaf(op::state, 0, {1});
    p.nodes.leaf(op::input, 0, {1});
    node_id const s = p.nodes.binary(op::multiply, h, h);
    p.states.push_back({h, s});
    p.results.push_back({role::output, 0, s});
    return p;
}

static_assert(count_uses(squared())[0] == 2);  // both operands
static_assert(count_uses(squared())[1] == 0);
static_assert(count_uses(squared())[2] == 2);  // as a new state and as the output

}  // namespace

TEST_CASE("program: roots are the new states, then the results")
{
    program p = squared();
    p.results.push_back({role::input_gradient, 0, 1});
    p.results.push_back({role::parameter_gradient, 3, 0});
    std::vector<node_id> roots;
    for_each_root(p, [&](node_id r) { roots.push_back(r); });
    CHECK(roots == std::vector<node_id>{2, 2, 1, 0});
}
