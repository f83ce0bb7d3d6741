#include "unit/controlled_program.hpp"
#include "unit/recorded_sample.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/locate/plain_adjoints.hpp>
#include <rondo/pass/differentiate.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

using namespace rondo::test;

TEST_CASE("plain_adjoints: are those of the derived backward step")
{
    unsigned seed = 0;
    for_each_sample(60, [&](sample_program const& plain, std::string const& label) {
        INFO(label);
        random_source random(11 + ++seed);
        sample_program const s = seed % 2 == 0 ? plain : controlled(plain, random, true);
        leaf_values const leaves = random_leaves(s, random);
        program const backward = differentiate(s.step);
        outcome const expected = run(backward, s.size, leaves);
        rondo::test::gradients const sums = gradients_of(backward, expected, leaves);

        recorded_sample const with(s, leaves);
        plain_values values(with.get());
        values.evaluate(sequences(leaves.inputs), 0, leaves.states);
        plain_adjoints adjoints(with.get(), values);
        std::vector<plain_value> states = leaves.state_adjoints;
        CHECK(adjoints.go_back(leaves.output_adjoints, states).where == no_node);
        CHECK(difference(states, expected.states) < 1e-12);
        for (node_id i = 0; i < s.step.nodes.size(); ++i) {
            node const& n = s.step.nodes[i];
            bool const is_vector = n.opcode == op::parameter && !n.shape.is_matrix();
            if ((n.opcode == op::input || is_vector) && !adjoints[i].empty()) {
                auto const& all = is_vector ? sums.parameters : sums.inputs;
                CHECK(difference(adjoints[i], all[static_cast<std::size_t>(n.index)]) < 1e-12);
            }
        }
    });
}

namespace {

/// The number that is found in a step without states where the derivative of its output, the last node, is @p
/// dy.
not_finite_value found(std::vector<node> const& nodes, std::vector<double> const& weights,
                       std::vector<double> const& x, std::vector<double> const& dy, bool is_float = false)
{
    recorded_model m{};
    m.step.nodes = nodes;
    std::array<node_id, 1> const output{static_cast<node_id>(nodes.size() - 1)};
    m.step.outputs = output;
    m.sizes = {1, 2};
    m.is_float = is_float;
    m.parameters.push_back(number_view(weights.data(), weights.size()));
    plain_values values(m);
    std::vector<std::vector<double>> const inputs{x};
    values.evaluate(sequences(inputs), 0, {});
    plain_adjoints adjoints(m, values);
    std::vector<plain_value> states;
    return adjoints.go_back({dy}, states);
}

}  // namespace

TEST_CASE("plain_adjoints: an infinite derivative is found at the operand, through its user")
{
    graph g{};
    node_id const x = g.leaf(op::input, 0, {1});
    node_id const root = g.unary(op::sqrt, x);
    node_id const y = g.unary(op::tanh, root);
    not_finite_value const v = found({g[x], g[root], g[y]}, {}, {4, 0}, {1, 1});
    CHECK(v.where == x);
    CHECK(v.entry == 1);
    CHECK(std::isinf(v.value));
    CHECK(v.through == root);
}

TEST_CASE("plain_adjoints: a sum of finite parts that overflows goes through nothing")
{
    graph g{};
    node_id const x = g.leaf(op::input, 0, {1});
    node_id const y = g.binary(op::add, x, x);
    not_finite_value const v = found({g[x], g[y]}, {}, {1, 1}, {1, 3e38}, true);
    CHECK(v.where == x);
    CHECK(v.entry == 1);
    CHECK(v.through == no_node);
}

TEST_CASE("plain_adjoints: the part of a weight's gradient that overflows")
{
    graph g{};
    node_id const w = g.leaf(op::parameter, 0, {1, 1});
    node_id const x = g.leaf(op::input, 0, {1});
    node_id const y = g.product(w, x);
    not_finite_value const v = found({g[w], g[x], g[y]}, {1e-9, 0, 0, 1e-9}, {1, 1e20}, {1, 1e30}, true);
    CHECK(v.where == w);
    CHECK(v.entry == 3);
    CHECK(v.through == y);
}
