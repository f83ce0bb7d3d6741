#include "unit/recorded_sample.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/locate/plain_values.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace rondo::test;

TEST_CASE("plain_values: are those of the interpreter")
{
    for_each_sample(60, [](sample_program const& s, std::string const& label) {
        INFO(label);
        random_source random(7);
        leaf_values const leaves = random_leaves(s, random);
        recorded_sample const with(s, leaves);
        std::vector<value> const expected = evaluate(s.step.nodes, s.size, leaves);
        plain_values values(with.get());
        values.evaluate(sequences(leaves.inputs), 0, leaves.states);
        for (node_id i = 0; i < s.step.nodes.size(); ++i) {
            value const& entries = expected[static_cast<std::size_t>(i)];
            CHECK(values.is_finite(i) ==
                  (number_view(entries.data(), entries.size()).first_not_finite() == entries.size()));
            if (!s.step.nodes[i].shape.is_matrix()) {
                CHECK(difference(values[i], entries) < 1e-13);
            }
        }
    });
}

TEST_CASE("plain_values: overflow and underflow in the type of the model")
{
    graph g{};
    node_id const x = g.leaf(op::input, 0, {});
    node_id const y = g.unary(op::square, x);
    node_id const sigmoid = g.unary(op::sigmoid, x);
    std::vector<node> nodes{g[x], g[y], g[sigmoid]};
    recorded_model m{};
    m.step.nodes = nodes;
    m.sizes[0] = 1;
    std::vector<std::vector<double>> const inputs{{1e20, 1e-25, -200}};
    sequence_numbers const all = sequences(inputs);
    for (bool const is_float : {false, true}) {
        m.is_float = is_float;
        plain_values values(m);
        values.evaluate(all, 0, {});
        CHECK(values.is_finite(y) == !is_float);
        values.evaluate(all, 1, {});
        CHECK((values[y][0] > 0) == !is_float);
        values.evaluate(all, 2, {});
        CHECK(values[sigmoid][0] >= m.least());  // as in runs, so that its logarithm is finite
    }
}

TEST_CASE("plain_values: know the entry of a parameter that is not finite")
{
    graph g{};
    node_id const w = g.leaf(op::parameter, 0, {1, 1});
    node_id const x = g.leaf(op::input, 0, {1});
    node_id const y = g.product(w, x);
    std::vector<node> nodes{g[w], g[x], g[y]};
    recorded_model m{};
    m.step.nodes = nodes;
    m.sizes = {1, 2};
    std::vector<float> const weights{1, 2, std::numeric_limits<float>::infinity(), 4};
    m.parameters.push_back(number_view(weights.data(), weights.size()));
    std::vector<std::vector<double>> const inputs{{0.5, 0.25}};
    plain_values values(m);
    values.evaluate(sequences(inputs), 0, {});
    CHECK(!values.is_finite(w));
    CHECK(values.first_not_finite(0) == 2);
    CHECK(values.first_not_finite(2) == 1);
    CHECK(values[y][0] == 1);
    CHECK(std::isinf(values[y][1]));
}
