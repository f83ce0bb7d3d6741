#include "unit/controlled_program.hpp"
#include "unit/sample_cells.hpp"
#include "unit/sequence.hpp"

#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/find_gradient_obstacles.hpp>

#include <doctest/doctest.h>

#include <string>

namespace find_gradient_obstacles_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// The leaves of a step of two states and two parameters, all along one dimension.
struct leaves {
    program p{};
    node_id h = p.nodes.leaf(op::state, 0, {1});
    node_id c = p.nodes.leaf(op::state, 1, {1});
    node_id w = p.nodes.leaf(op::parameter, 0, {1});
    node_id v = p.nodes.leaf(op::parameter, 1, {1});
    node_id x = p.nodes.leaf(op::input, 0, {1});

    node_id add(node_id a, node_id b) { return p.nodes.binary(op::add, a, b); }
    node_id with_gradient(node_id a, node_id b) { return p.nodes.binary(op::with_gradient, a, b); }
    gradient_obstacles found(node_id h_next, node_id c_next, node_id y, bool with_states = true)
    {
        p.states.clear();
        p.results.clear();
        p.states.push_back({h, h_next});
        p.states.push_back({c, c_next});
        p.results.push_back({role::output, 0, y});
        return find_gradient_obstacles(p, 1, 2, with_states);
    }
};

gradient_obstacle const none{};
gradient_obstacle const control{"with_gradient", true};

}  // namespace

TEST_CASE("find_gradient_obstacles: both operands of a value with another derivative, and nothing beside it")
{
    leaves l{};
    auto const o = l.found(l.add(l.with_gradient(l.w, l.x), l.v), l.c, l.c);
    CHECK(o.parameters[0] == control);
    CHECK(o.inputs[0] == control);
    CHECK(o.parameters[1] == none);
    CHECK(o.states[0] == none);
    CHECK(o.states[1] == none);

    auto const stopped = l.found(l.with_gradient(l.w, l.p.nodes.constant(0)), l.c, l.c);
    CHECK(stopped.parameters[0] == gradient_obstacle{"stop_gradient", true});
}

TEST_CASE("find_gradient_obstacles: later steps count, and values that the loss does not read do not")
{
    leaves l{};
    // w goes into h, which goes into c at the next step, through an operation that chooses the gradient.
    auto const later = l.found(l.w, l.with_gradient(l.h, l.x), l.c);
    CHECK(later.parameters[0] == control);
    CHECK(later.states[0] == control);
    CHECK(later.states[1] == none);

    CHECK(l.found(l.h, l.with_gradient(l.w, l.x), l.h, false).parameters[0] == none);
    CHECK(l.found(l.h, l.with_gradient(l.w, l.x), l.h, true).parameters[0] == control);
}

TEST_CASE("find_gradient_obstacles: a step function that no path avoids")
{
    leaves l{};
    node_id const jump = l.p.nodes.unary(op::sign, l.add(l.w, l.v));
    auto const o = l.found(l.add(jump, l.v), l.c, l.add(l.h, l.c));
    CHECK(o.parameters[0] == gradient_obstacle{"sign", false});
    CHECK(o.parameters[1] == none);  // can be compared between the jumps
    CHECK(o.states[0] == none);
}

TEST_CASE("find_gradient_obstacles: gradients without an obstacle are derivatives, in any program")
{
    int compared = 0;
    int with_obstacle = 0;
    unsigned seed = 3000;
    for_each_program(150, [&](sample_program const& plain, std::string const& label) {
        INFO(label);
        random_source random(++seed);
        sample_program const s = controlled(plain, random, true);
        sequence_values const q = random_sequence(s, 3, random);
        unrolled_forward const u = unroll(s.step, s.size, q);
        if (distance_to_kink(s.step, s.size, u) < 1e-3) {
            return;
        }
        static_vector<node_id, 1> const nothing{};
        sequence_gradient const derived = unroll_backward(differentiate(s.step), nothing, s.size, q, u);
        sequence_gradient const expected = differences(s.step, s.size, q);
        gradient_obstacles const o =
            find_gradient_obstacles(s.step, s.inputs.size(), s.parameters.size(), true);
        auto const compare = [&](gradient_obstacle const& obstacle, auto const& a, auto const& b) {
            (obstacle.empty() ? compared : with_obstacle) += 1;
            if (!obstacle.is_control) {
                CHECK(difference(a, b) < 1e-5);
            }
        };
        for (std::size_t k = 0; k < s.inputs.size(); ++k) {
            compare(o.inputs[k], derived.inputs[k], expected.inputs[k]);
        }
        for (std::size_t k = 0; k < s.parameters.size(); ++k) {
            compare(o.parameters[k], derived.parameters[k], expected.parameters[k]);
        }
        for (std::size_t k = 0; k < s.states.size(); ++k) {
            compare(o.states[k], derived.states[k], expected.states[k]);
        }
    });
    CHECK(compared > 200);
    CHECK(with_obstacle > 200);
}

}  // namespace find_gradient_obstacles_test
