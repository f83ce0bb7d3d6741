#include "unit/edge_cells.hpp"
#include "unit/sample_cells.hpp"
#include "unit/well_formed.hpp"

#include <rondo/graph/verify.hpp>
#include <rondo/lang/trace.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace rondo;
using namespace rondo::ir_internal;

/// Cells inside a cell, used twice; the outer one reads the output of the inner one.
struct twice {
    lstm<hidden, input> layer;
    weight<output, hidden> V;
    bias<output> b;
    RONDO_MEMBERS(layer, V, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c) const
    {
        auto [h1, c1] = layer(x, h, c);
        auto [h2, c2] = layer(x, h1, c1);
        return next{h2, c2}.output(V * h2 + b);
    }
};
struct counts {
    constexpr auto operator()(vec<input> x, scalar n) const { return next{n + 1}.output(n * x); }
};
}  // namespace

namespace {

// At compile time, as in a user's program: the figures of docs/design.md.
constexpr traced_step traced_lstm = trace<lstm<>>();
constexpr traced_step traced_gru = trace<test::gru>();
static_assert(traced_lstm.step.nodes.size() == 40);
static_assert(traced_gru.step.nodes.size() == 34);
static_assert(verify(traced_lstm.step).is_valid() && verify(traced_gru.step).is_valid());
static_assert(!traced_lstm.met_unlisted);

static_assert(traced_lstm.shapes.dimensions.size() == 3);
static_assert(traced_lstm.shapes.dimensions[0] == "1");
static_assert(traced_lstm.shapes.dimensions[1] == "input");
static_assert(traced_lstm.shapes.dimensions[2] == "hidden");
static_assert(traced_lstm.shapes.inputs[0].shape == extents{1});
static_assert(traced_lstm.shapes.outputs[0].shape == extents{2});
static_assert(traced_lstm.shapes.states.size() == 2);
static_assert(traced_lstm.shapes.states[1] == extents{2});

static_assert(traced_lstm.shapes.parameters.size() == 12);
static_assert(traced_lstm.shapes.parameters[0].name.view() == "i.W");
static_assert(traced_lstm.shapes.parameters[0].shape == extents{2, 1});
static_assert(!traced_lstm.shapes.parameters[0].is_bias);
static_assert(traced_lstm.shapes.parameters[5].name.view() == "f.b");
static_assert(traced_lstm.shapes.parameters[5].shape == extents{2});
static_assert(traced_lstm.shapes.parameters[5].is_bias);
static_assert(!traced_lstm.shapes.parameters[5].is_constant);

// The output is the first state unless the step names another.
static_assert(traced_lstm.step.results.size() == 1);
static_assert(traced_lstm.step.results[0].what == role::output);
static_assert(traced_lstm.step.results[0].value == traced_lstm.step.states[0].to);

/// The leaves of a step that violate the postcondition of trace().
int strange_leaves(traced_step const& t)
{
    int strange = 0;
    for (node_id i = 0; i < t.step.nodes.size(); ++i) {
        op const code = t.step.nodes[i].opcode;
        bool const expected = code == op::input || code == op::state || code == op::parameter ||
                              code == op::constant || code == op::extent;
        strange += is_leaf(code) && !expected;
    }
    return strange;
}

}  // namespace

TEST_CASE("trace: a nested cell that is used twice has its parameters once")
{
    traced_step t = trace<twice>();
    CHECK(test::verdict(t.step) == "well-formed");
    CHECK(strange_leaves(t) == 0);
    CHECK(t.shapes.parameters.size() == 14);
    CHECK(t.shapes.parameters[0].name.view() == "layer.i.W");
    CHECK(t.shapes.parameters[12].name.view() == "V");
    CHECK(t.shapes.dimensions.size() == 4);
    CHECK(t.shapes.dimensions[3] == "output");
    CHECK(t.shapes.outputs[0].shape == extents{3});
    std::vector<int> uses(14, 0);
    for (node_id i = 0; i < t.step.nodes.size(); ++i) {
        if (t.step.nodes[i].opcode == op::product) {
            node const& matrix = t.step.nodes[t.step.nodes[i].a];
            ++uses[static_cast<std::size_t>(matrix.index)];
        }
    }
    CHECK(uses[0] == 1);   // layer.i.W: W x is the same both times
    CHECK(uses[1] == 2);   // layer.i.U
    CHECK(uses[12] == 1);  // V
}

TEST_CASE("trace: scalars can be states, and an input along one dimension meets them")
{
    traced_step t = trace<counts>();
    CHECK(test::verdict(t.step) == "well-formed");
    CHECK(t.shapes.states[0] == extents{});
    CHECK(t.shapes.outputs[0].shape == extents{1});
    CHECK(t.shapes.parameters.empty());
    CHECK_FALSE(t.met_unlisted);
}

TEST_CASE("trace: a step needs no state, and has its output then")
{
    traced_step t = trace<test::affine>();
    CHECK(test::verdict(t.step) == "well-formed");
    CHECK(t.shapes.states.empty());
    CHECK(t.step.states.empty());
    CHECK(t.shapes.outputs[0].shape == extents{2});
    CHECK(t.step.nodes[t.step.results[0].value].opcode == op::add);
    CHECK_FALSE(t.met_unlisted);
}

TEST_CASE("trace: every sample is valid and has only the promised leaves")
{
    for (test::named_sample const& s : test::sample_cells()) {
        INFO(s.name);
        CHECK(test::verdict(s.cell.step) == "well-formed");
        CHECK(s.cell.step.results.size() == 1);
    }
}

TEST_CASE("trace: the program computes the equations")
{
    // With one unit: h' = (1 - z) n + z h by hand.
    test::sample_program s = test::sample<test::gru>();
    s.size = test::sizes_of({1, 1});
    test::random_source random(11);
    test::leaf_values const l = test::random_leaves(s, random);
    auto const p = [&](std::size_t k) { return l.parameters[k][0]; };
    auto const sigma = [](double a) { return 1 / (1 + std::exp(-a)); };
    double const x = l.inputs[0][0];
    double const h = l.states[0][0];
    double const r = sigma(p(0) * x + p(3) * h + p(6));
    double const z = sigma(p(1) * x + p(4) * h + p(7));
    double const n = std::tanh(p(2) * x + p(8) + r * (p(5) * h + p(9)));
    CHECK(test::run(s.step, s.size, l).states[0][0] == doctest::Approx((1 - z) * n + z * h).epsilon(1e-14));
}
