#include "unit/interpreter.hpp"

#include <rondo/pass/simplify.hpp>

#include <doctest/doctest.h>

namespace simplify_across_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// A program over a matrix and vectors along its rows and columns, with the value that @p make makes as its
/// output, simplified. Its value is compared with that of the program as it was written.
template <class F>
program simplified(F make)
{
    program p{};
    node_id const m = p.nodes.leaf(op::input, 0, {1, 2});
    node_id const column = p.nodes.leaf(op::input, 1, {1});
    node_id const row = p.nodes.leaf(op::input, 2, {2});
    p.results.push_back({role::output, 0, make(p.nodes, m, column, row)});
    program const after = simplify(p);
    sizes const size = sizes_of({2, 3, 4});
    leaf_values at{};
    at.inputs = {{1, -2, 3, 0.5, 7, -1}, {2, -3}, {0.25, 4, -1}};
    CHECK(difference(run(after, size, at).results, run(p, size, at).results) < 1e-14);
    return after;
}
node result_of(program const& p) { return p.nodes[p.results[0].value]; }
op code_of(program const& p) { return result_of(p).opcode; }

}  // namespace

TEST_CASE("simplify_across: the sum of a repeated value is its own sum, as often as it is repeated")
{
    program const column = simplified([](graph& g, node_id, node_id c, node_id) {
        return g.sum(g.broadcast(c, {1, 2}), {1});
    });
    CHECK(code_of(column) == op::multiply);  // by the size of the dimension 2
    program const row = simplified([](graph& g, node_id, node_id, node_id r) {
        return g.sum(g.broadcast(r, {1, 3, 2}), {1});
    });
    REQUIRE(code_of(row) == op::broadcast);
    for (node_id i = 0; i < row.nodes.size(); ++i) {
        CHECK((row.nodes[i].opcode != op::sum || row.nodes[row.nodes[i].a].opcode == op::input));
    }
    program const number = simplified([](graph& g, node_id, node_id, node_id) {
        return g.sum(g.broadcast(g.constant(0), {1, 2}), {2});
    });
    CHECK(code_of(number) == op::broadcast);
}

TEST_CASE("simplify_across: the largest of repeated entries is the value, or its own largest entry")
{
    auto const largest = [](graph& g, node_id v, extents to) {
        return g.reduction(op::largest, g.broadcast(v, {1, 2}), to);
    };
    CHECK(code_of(simplified([&](graph& g, node_id, node_id c, node_id) { return largest(g, c, {1}); })) ==
          op::input);
    program const all = simplified([&](graph& g, node_id, node_id c, node_id) { return largest(g, c, {}); });
    CHECK((code_of(all) == op::largest && all.nodes[result_of(all).a].opcode == op::input));
}

TEST_CASE("simplify_across: sums of sums are one sum, and transposes cancel")
{
    program const sums =
        simplified([](graph& g, node_id m, node_id, node_id) { return g.sum(g.sum(m, {1})); });
    CHECK((code_of(sums) == op::sum && sums.nodes[result_of(sums).a].opcode == op::input));
    program const same = simplified([](graph& g, node_id m, node_id, node_id) {
        return g.transpose(g.transpose(m, {2, 1}), {1, 2});
    });
    CHECK(code_of(same) == op::input);
    program const sum = simplified([](graph& g, node_id m, node_id, node_id) {
        return g.sum(g.transpose(m, {2, 1}), {1});
    });
    CHECK((code_of(sum) == op::sum && sum.nodes[result_of(sum).a].opcode == op::input));
    program const repeated = simplified([](graph& g, node_id, node_id c, node_id) {
        return g.transpose(g.broadcast(c, {1, 2}), {2, 1});
    });
    CHECK((code_of(repeated) == op::broadcast && result_of(repeated).shape == extents{2, 1}));
}

TEST_CASE("simplify_across: a largest entry of sums is none of the terms")
{
    program const p = simplified(
        [](graph& g, node_id m, node_id, node_id) { return g.reduction(op::largest, g.sum(m, {1})); });
    CHECK((code_of(p) == op::largest && p.nodes[result_of(p).a].opcode == op::sum));
}

TEST_CASE("simplify_across: running sums of a repeated value are repeated, along its own dimensions alone")
{
    program const own = simplified([](graph& g, node_id, node_id c, node_id) {
        return g.running_sum(op::running_sum, g.broadcast(c, {1, 2}), 1);
    });
    CHECK(code_of(own) == op::broadcast);
    program const other = simplified([](graph& g, node_id, node_id c, node_id) {
        return g.running_sum(op::running_sum_back, g.broadcast(c, {1, 2}), 2);
    });
    CHECK(code_of(other) == op::running_sum_back);
}

}  // namespace simplify_across_test
