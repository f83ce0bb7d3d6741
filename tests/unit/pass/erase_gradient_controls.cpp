#include "unit/controlled_program.hpp"
#include "unit/equal_programs.hpp"
#include "unit/sample_cells.hpp"
#include "unit/well_formed.hpp"

#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/erase_gradient_controls.hpp>
#include <rondo/pass/hoist_invariant_terms.hpp>

#include <doctest/doctest.h>

#include <string>

namespace erase_gradient_controls_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

TEST_CASE("erase_gradient_controls: a value with another derivative is that value")
{
    program p{};
    graph& g = p.nodes;
    node_id const h = g.leaf(op::state, 0, {1});
    node_id const a = g.unary(op::sign, h);
    node_id const b = g.unary(op::tanh, h);
    p.states.push_back({h, g.binary(op::with_gradient, a, b)});
    p.results.push_back({role::output, 0, g.unary(op::exp, p.states[0].to)});
    CHECK(has_gradient_controls(p));

    program const erased = erase_gradient_controls(p);
    CHECK(verdict(erased) == "well-formed");
    CHECK_FALSE(has_gradient_controls(erased));
    CHECK(erased.nodes[erased.states[0].to].opcode == op::sign);
    CHECK(erased.nodes[erased.nodes[erased.results[0].value].a].opcode == op::sign);
}

TEST_CASE("erase_gradient_controls: does not change values, and leaves the forward step its numbers")
{
    unsigned seed = 900;
    int with_controls = 0;
    for_each_program(300, [&](sample_program const& plain, std::string const& label) {
        INFO(label);
        random_source random(++seed);
        sample_program const s = controlled(plain, random, true);
        program const step = hoist_invariant_terms(simplify(s.step));
        with_controls += has_gradient_controls(step);
        program const forward = erase_gradient_controls(step);
        program const joint = erase_gradient_controls(differentiate(step));
        REQUIRE(verdict(forward) == "well-formed");
        REQUIRE(verdict(joint) == "well-formed");
        CHECK_FALSE(has_gradient_controls(joint));
        REQUIRE(forward.nodes.size() <= joint.nodes.size());
        for (node_id i = 0; i < forward.nodes.size(); ++i) {
            CHECK(forward.nodes[i] == joint.nodes[i]);
        }
        leaf_values const l = random_leaves(s, random);
        CHECK(difference(run(forward, s.size, l).states, run(s.step, s.size, l).states) < 1e-12);
        CHECK(difference(run(joint, s.size, l).results, run(differentiate(step), s.size, l).results) < 1e-12);
    });
    CHECK(with_controls > 200);
}

}  // namespace erase_gradient_controls_test
