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

TEST_CASE("node: a vector is a matrix of one column, a scalar a vector of one entry")
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
