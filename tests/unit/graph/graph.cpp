#include <rondo/graph/graph.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

namespace graph_test {

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

constexpr extents vector_shape{1};
constexpr extents matrix_shape{1, 2};

/// A graph with a vector h and a scalar s.
struct small {
    graph g{};
    node_id h = g.leaf(op::state, 0, vector_shape);
    node_id s = g.leaf(op::state, 1, {});
};

template <class F>
constexpr auto with(F f)
{
    small m{};
    return f(m);
}

// Equal nodes are one.
static_assert(with([](small& m) { return m.g.leaf(op::state, 0, vector_shape) == m.h; }));
static_assert(with([](small& m) { return m.g.constant(0.5) == m.g.constant(0.5); }));
static_assert(with([](small& m) { return m.g.unary(op::tanh, m.h) == m.g.unary(op::tanh, m.h); }));
static_assert(with([](small& m) { return m.g.sum(m.h) == m.g.sum(m.h); }));

// Nodes that differ in any member are different.
static_assert(with([](small& m) { return m.g.leaf(op::state, 2, vector_shape) != m.h; }));
static_assert(with([](small& m) { return m.g.leaf(op::input, 0, vector_shape) != m.h; }));
static_assert(with([](small& m) { return m.g.constant(0.5) != m.g.constant(0.25); }));
static_assert(with([](small& m) { return m.g.unary(op::tanh, m.h) != m.g.unary(op::exp, m.h); }));
static_assert(with([](small& m) { return m.g.broadcast(m.s, {1}) != m.g.broadcast(m.s, {2}); }));

// Operands of commutative operations have no order; those of others have.
static_assert(with([](small& m) { return m.g.binary(op::add, m.h, m.s) == m.g.binary(op::add, m.s, m.h); }));
static_assert(with([](small& m) {
    return m.g.binary(op::multiply, m.h, m.s) == m.g.binary(op::multiply, m.s, m.h);
}));
static_assert(with([](small& m) {
    return m.g.binary(op::subtract, m.h, m.s) != m.g.binary(op::subtract, m.s, m.h);
}));
static_assert(with([](small& m) {
    return m.g.binary(op::divide, m.h, m.s) != m.g.binary(op::divide, m.s, m.h);
}));

static_assert(with([](small& m) {
    return m.g.ternary(op::select, m.h, m.s, m.h) != m.g.ternary(op::select, m.h, m.s, m.s) &&
           m.g.ternary(op::select, m.h, m.s, m.h) == m.g.ternary(op::select, m.h, m.s, m.h);
}));

// Shapes follow from the operands.
static_assert(with([](small& m) {
    return m.g[m.g.ternary(op::select, m.s, m.s, m.h)].shape == vector_shape &&
           m.g[m.g.ternary(op::select, m.s, m.s, m.s)].shape == extents{};
}));
static_assert(with([](small& m) {
    return m.g[m.g.binary(op::add, m.s, m.h)].shape == vector_shape &&
           m.g[m.g.binary(op::subtract, m.h, m.s)].shape == vector_shape;
}));
static_assert(with([](small& m) { return m.g[m.g.sum(m.h)].shape == extents{}; }));
static_assert(with([](small& m) { return m.g.broadcast(m.h, vector_shape) == m.h; }));
static_assert(with([](small& m) {
    node_id const w = m.g.leaf(op::parameter, 0, matrix_shape);
    node_id const v = m.g.leaf(op::input, 0, {2});
    return m.g[m.g.product(w, v)].shape == extents{1} &&
           m.g[m.g.transposed_product(w, m.h)].shape == extents{2} &&
           m.g[m.g.outer(m.h, v)].shape == matrix_shape;
}));

// An operation that would change nothing is its operand.
static_assert(with([](small& m) {
    node_id const w = m.g.leaf(op::input, 0, matrix_shape);
    return m.g.transpose(w, matrix_shape) == w && m.g.rename(w, matrix_shape) == w &&
           m.g.sum(w, matrix_shape) == w && m.g.broadcast(w, matrix_shape) == w;
}));
// The wider operand decides the shape, wherever it stands.
static_assert(with([](small& m) {
    node_id const w = m.g.leaf(op::input, 0, matrix_shape);
    return m.g[m.g.binary(op::subtract, m.h, w)].shape == matrix_shape &&
           m.g[m.g.ternary(op::select, m.s, m.h, w)].shape == matrix_shape &&
           m.g[m.g.sum(w, {2})].shape == extents{2} &&
           m.g[m.g.shift(w, vector_shape)].shape == vector_shape &&
           m.g[m.g.running_sum(op::running_sum, w, 1)].index == 1 &&
           m.g[m.g.transpose(w, {2, 1})].shape == extents{2, 1} &&
           m.g[m.g.rename(w, {3, 2})].shape == extents{3, 2};
}));
static_assert(extents{}.is_scalar() && !extents{}.is_matrix());
static_assert(!vector_shape.is_scalar() && !vector_shape.is_matrix());
static_assert(matrix_shape.is_matrix());

}  // namespace

TEST_CASE("graph: a chain that uses every value twice has one node for each operation")
{
    graph g{};
    node_id v = g.leaf(op::input, 0, vector_shape);
    for (int i = 0; i < 60; ++i) {  // as a tree, 2^60 nodes
        v = g.binary(op::multiply, g.unary(op::tanh, v), v);
    }
    CHECK(g.size() == 121);
}

TEST_CASE("graph: adding every node again changes nothing")
{
    graph g{};
    std::vector<node_id> vectors{g.leaf(op::input, 0, vector_shape)};
    for (int i = 0; i < 300; ++i) {
        node_id const a = vectors[static_cast<std::size_t>(i) / 2];
        node_id const b = vectors[static_cast<std::size_t>(i) / 3];
        vectors.push_back(g.binary(i % 2 == 0 ? op::add : op::subtract, g.unary(op::exp, a), b));
    }
    node_id const before = g.size();
    for (node_id i = 0; i < before; ++i) {
        CHECK(g.add(g[i]) == i);
    }
    CHECK(g.size() == before);
}

TEST_CASE("graph: operands have smaller numbers than their users, and are all visited")
{
    small m{};
    node_id const sum = m.g.binary(op::add, m.h, m.s);
    std::vector<node_id> seen;
    for_each_operand(m.g, sum, [&](node_id o) { seen.push_back(o); });
    CHECK(seen == std::vector<node_id>{m.h, m.s});
    seen.clear();
    for_each_operand(m.g, m.g.unary(op::negate, sum), [&](node_id o) { seen.push_back(o); });
    CHECK(seen == std::vector<node_id>{sum});
    seen.clear();
    for_each_operand(m.g, m.g.ternary(op::select, sum, m.s, m.h), [&](node_id o) { seen.push_back(o); });
    CHECK(seen == std::vector<node_id>{sum, m.s, m.h});
    seen.clear();
    for_each_operand(m.g, m.h, [&](node_id o) { seen.push_back(o); });
    CHECK(seen.empty());
}

TEST_CASE("graph: exceeding the capacity throws")
{
    graph g{};
    for (std::size_t i = 0; i < max_nodes; ++i) {
        g.constant(static_cast<double>(i));
    }
    CHECK_THROWS_AS(g.constant(-1), std::length_error);
    CHECK(g.constant(17) == 17);
}

}  // namespace graph_test
