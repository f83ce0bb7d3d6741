#include <rondo/lang/merge_dimensions.hpp>

#include <rondo/graph/verify.hpp>

#include <doctest/doctest.h>

namespace merge_dimensions_test {

using namespace rondo;
using namespace rondo::lang_internal;

namespace {

using pairs = static_vector<equal_dimensions, 4>;

/// y = h + x, where x is along dimension 3 and read along dimension 1, and y is the mean's divisor too.
program reading()
{
    program p{};
    node_id const h = p.nodes.leaf(op::state, 0, {1});
    node_id const x = p.nodes.leaf(op::input, 0, {3});
    node_id const read = p.nodes.rename(x, {1});
    node_id const sum = p.nodes.binary(op::add, h, read);
    node_id const size = p.nodes.leaf(op::extent, 3, {});
    p.states.push_back({h, p.nodes.binary(op::divide, sum, size)});
    p.results.push_back({role::output, 0, p.nodes.first_piece(p.nodes.join(h, x, 4), 1, 3)});
    return p;
}

}  // namespace

TEST_CASE("merge_dimensions: reading a vector along a dimension of its size takes no operation")
{
    program const before = reading();
    pairs equal{};
    equal.push_back({3, 1});
    program const after = merge_dimensions(before, equal);
    CHECK(after.nodes.size() == before.nodes.size() - 1);
    CHECK(verify(after).is_valid());
    for (node_id i = 0; i < after.nodes.size(); ++i) {
        CHECK(after.nodes[i].opcode != op::rename);
        CHECK(after.nodes[i].shape.rows() != 3);
        CHECK(after.nodes[i].index != 3);
    }
}

TEST_CASE("merge_dimensions: pairs are chained, and a single number stays apart")
{
    program p{};
    node_id const a = p.nodes.leaf(op::state, 0, {5});
    node_id const b = p.nodes.leaf(op::input, 0, {2});
    p.states.push_back({a, p.nodes.rename(b, {5})});
    pairs equal{};
    equal.push_back({5, 4});
    equal.push_back({unit, 6});
    equal.push_back({2, 4});
    program const after = merge_dimensions(p, equal);
    CHECK(after.nodes.size() == 2);
    CHECK(after.nodes[after.states[0].from].shape == extents{2});
    CHECK(verify(after).is_valid());

    program s{};
    node_id const time = s.nodes.leaf(op::input, 0, {});
    node_id const state = s.nodes.leaf(op::state, 0, {6});
    s.states.push_back({state, s.nodes.broadcast(time, {6})});
    CHECK(merge_dimensions(s, equal).nodes.size() == 3);
}

TEST_CASE(
    "merge_dimensions: two dimensions of a matrix stay apart, and reading along the other is an operation")
{
    program p{};
    node_id const m = p.nodes.leaf(op::state, 0, {1, 2});
    node_id const v = p.nodes.leaf(op::input, 0, {1});
    node_id const read = p.nodes.rename(v, {2});
    p.states.push_back({m, p.nodes.binary(op::add, m, read)});
    p.results.push_back({role::output, 0, p.nodes.running_sum(op::running_sum, p.nodes.rename(v, {3}), 3)});
    pairs equal{};
    equal.push_back({1, 2});
    equal.push_back({1, 3});
    equal.push_back({3, 2});
    program const after = merge_dimensions(p, equal);
    CHECK(verify(after).is_valid());
    CHECK(after.nodes.size() == p.nodes.size() - 1);
    CHECK(after.nodes[after.states[0].to].shape == extents{1, 2});
    node const sums = after.nodes[after.results[0].value];
    CHECK(sums.shape == extents{1});
    CHECK(sums.index == 1);
    CHECK(after.nodes[sums.a].opcode == op::input);
}

TEST_CASE(
    "merge_dimensions: a weight that only multiplies may get a dimension twice, one that is read may not")
{
    program p{};
    node_id const w = p.nodes.leaf(op::parameter, 0, {1, 2});
    node_id const x = p.nodes.leaf(op::input, 0, {2});
    node_id const h = p.nodes.leaf(op::state, 0, {1});
    node_id const read = p.nodes.rename(x, {1});
    node_id const sum = p.nodes.binary(op::add, p.nodes.product(w, x), read);
    p.states.push_back({h, sum});
    pairs equal{};
    equal.push_back({2, 1});
    CHECK(merge_dimensions(p, equal).nodes[0].shape == extents{1, 1});
    p.results.push_back({role::output, 0, p.nodes.sum(w)});
    program const after = merge_dimensions(p, equal);
    CHECK(after.nodes[0].shape == extents{1, 2});
    CHECK(verify(after).is_valid());
}

}  // namespace merge_dimensions_test
