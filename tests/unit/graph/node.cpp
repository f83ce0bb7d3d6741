#include <rondo/graph/node.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

// Numbers have room for every node and every dimension, and a value besides that is none of them.
static_assert(max_nodes <= static_cast<std::size_t>(std::numeric_limits<node_id>::max()));
static_assert(max_dimensions <= static_cast<std::size_t>(std::numeric_limits<dimension_id>::max()));
static_assert(no_node < 0);

}  // namespace

TEST_CASE("node: the dimensions of a value tell which others it has")
{
    extents const cube{3, 1, 2};
    CHECK(cube.rank() == 3);
    CHECK(extents{}.rank() == 0);
    CHECK(cube.last() == 2);
    CHECK(extents{3, 1}.last() == 1);
    CHECK(extents{}.last() == unit);
    CHECK(cube.has(1));
    CHECK_FALSE(cube.has(4));
    CHECK_FALSE(extents{1}.has(unit));
    CHECK(cube.contains({2, 3}));
    CHECK_FALSE(cube.contains({2, 4}));
    CHECK_FALSE(extents{1}.contains(cube));
    CHECK(cube.without(1) == extents{3, 2});
    CHECK(cube.without(4) == cube);
    CHECK(extents{1}.without(1) == extents{});
    CHECK(extents{3, 1}.with(2) == cube);
    CHECK(cube.with(4) == cube);
    CHECK(extents{1}.with(1) == extents{1});
}

TEST_CASE("node: dimensions are contained in order only in their order")
{
    extents const cube{3, 1, 2};
    for (extents const inner :
         {extents{}, extents{3}, extents{1}, extents{2}, extents{3, 1}, extents{3, 2}, extents{1, 2}, cube}) {
        CHECK(cube.contains_in_order(inner));
    }
    for (extents const other : {extents{4}, extents{1, 3}, extents{2, 1}, extents{2, 3}, extents{3, 2, 1},
                                extents{3, 4}, extents{1, 2, 4}}) {
        CHECK_FALSE(cube.contains_in_order(other));
    }
    CHECK(extents{}.contains_in_order({}));
    CHECK_FALSE(extents{}.contains_in_order({1}));
}

TEST_CASE("node: a scalar has no dimension, a matrix two or three")
{
    CHECK(extents{}.is_scalar());
    CHECK_FALSE(extents{}.is_matrix());
    CHECK_FALSE(extents{1}.is_scalar());
    CHECK_FALSE(extents{1}.is_matrix());
    CHECK(extents{1, 2}.is_matrix());
    CHECK(extents{1} == extents{1, unit});
}

TEST_CASE("node: two nodes are equal if nothing tells them apart")
{
    node const n{.opcode = op::add, .shape = {1}, .a = 2, .b = 3};
    CHECK(n == node{.opcode = op::add, .shape = {1}, .a = 2, .b = 3});
    CHECK(n != node{.opcode = op::subtract, .shape = {1}, .a = 2, .b = 3});
    CHECK(n != node{.opcode = op::add, .shape = {2}, .a = 2, .b = 3});
    CHECK(n != node{.opcode = op::add, .shape = {1}, .a = 3, .b = 2});
    CHECK(node{.opcode = op::state, .index = 0} != node{.opcode = op::state, .index = 1});
    CHECK(node{.opcode = op::constant, .value = 0} != node{.opcode = op::constant, .value = 1});
}
