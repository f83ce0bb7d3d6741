#include <rondo/pass/repeated_values.hpp>

#include <doctest/doctest.h>

namespace repeated_values_test {

using namespace rondo::ir_internal;

namespace {

/// A graph with a matrix, vectors along its rows and columns, and numbers.
struct values {
    graph g{};
    repeated_values of{g};
    node_id matrix = g.leaf(op::input, 0, {1, 2});
    node_id row = g.leaf(op::input, 1, {2});
    node_id column = g.leaf(op::input, 2, {1});
    node_id two = g.constant(2);
};

}  // namespace

TEST_CASE("repeated_values: numbers, repeated or not")
{
    values v{};
    node_id const twos = v.g.broadcast(v.two, {1, 2});
    CHECK(v.of.is_number(v.two));
    CHECK(v.of.is(twos, 2));
    CHECK_FALSE(v.of.is(twos, 1));
    CHECK_FALSE(v.of.is_number(v.g.broadcast(v.row, {1, 2})));
    CHECK(v.of.constant(2, {1, 2}) == twos);
    CHECK(v.of.source(twos) == v.two);
    CHECK(v.of.source(v.row) == v.row);
}

TEST_CASE("repeated_values: a scalar is used as it is beside a vector")
{
    values v{};
    node_id const twos = v.g.broadcast(v.two, {1});
    CHECK(v.of.narrow(twos, v.column) == v.two);
    CHECK(v.of.narrow(twos, v.g.broadcast(v.g.constant(3), {1})) == twos);
}

TEST_CASE("repeated_values: operands of a matrix are repeated only if none has all dimensions")
{
    values v{};
    extents const shape{1, 2};
    auto const row = v.g.broadcast(v.row, shape);
    auto const column = v.g.broadcast(v.column, shape);

    auto const beside = v.of.unrepeated(shape, {v.matrix, row, no_node});
    CHECK((beside.of[0] == v.matrix && beside.of[1] == v.row && beside.shape == shape));

    auto const alike = v.of.unrepeated(shape, {row, v.g.broadcast(v.two, shape), no_node});
    CHECK((alike.of[0] == v.row && alike.of[1] == v.two && alike.shape == extents{2}));

    auto const outer = v.of.unrepeated(shape, {row, column, no_node});
    CHECK((outer.of[0] == v.row && outer.of[1] == column && outer.shape == shape));
    auto const again = v.of.unrepeated(shape, {outer.of[0], outer.of[1], no_node});
    CHECK(again.of == outer.of);

    auto const chosen = v.of.unrepeated(shape, {v.row, v.column, v.two});
    CHECK((chosen.of[0] == row && chosen.of[1] == v.column && chosen.of[2] == v.two));
}

TEST_CASE("repeated_values: a value in another order is transposed before it is repeated")
{
    values v{};
    node_id const all = v.of.repeated(v.matrix, {2, 3, 1});
    CHECK(v.g[all].shape == extents{2, 3, 1});
    CHECK(v.g[v.g[all].a].opcode == op::transpose);
    CHECK(v.g[v.g[all].a].shape == extents{2, 1});
}

}  // namespace repeated_values_test
