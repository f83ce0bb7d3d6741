#include <rondo/pass/common_dimensions.hpp>

#include <doctest/doctest.h>

namespace common_dimensions_test {

using namespace rondo::ir_internal;

static_assert(common_dimensions({1, 2, 3}, {3, 1}) == extents{1, 3});
static_assert(common_dimensions({3, 1}, {1, 2, 3}) == extents{3, 1});
static_assert(common_dimensions({1, 2}, {3}) == extents{});
static_assert(common_dimensions({1, 2}, {}) == extents{});
static_assert(common_dimensions({}, {1}) == extents{});

TEST_CASE("common_dimensions: a value in another order is transposed, and any other is itself")
{
    graph g{};
    node_id const m = g.leaf(op::input, 0, {3, 1});
    node_id const v = g.leaf(op::input, 1, {2});
    node_id const moved = in_order(g, m, {1, 2, 3});
    CHECK(g[moved].opcode == op::transpose);
    CHECK(g[moved].shape == extents{1, 3});
    CHECK(g[moved].a == m);
    CHECK(in_order(g, m, {3, 2, 1}) == m);
    CHECK(in_order(g, v, {1, 2, 3}) == v);
}

}  // namespace common_dimensions_test
