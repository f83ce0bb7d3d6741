#include "unit/controlled_program.hpp"
#include "unit/sample_cells.hpp"
#include "unit/sequence.hpp"
#include "unit/well_formed.hpp"

#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/drop_unneeded_nodes.hpp>
#include <rondo/pass/erase_gradient_controls.hpp>
#include <rondo/pass/hoist_invariant_terms.hpp>

#include <doctest/doctest.h>

#include <string>

namespace drop_unneeded_nodes_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

derived_steps derive(program const& step)
{
    program const forward = erase_gradient_controls(step);
    program const joint = erase_gradient_controls(differentiate(step));
    return drop_unneeded_nodes(forward, choose_saved_values(forward, joint));
}

/// The number of nodes that nothing needs.
int unneeded(derived_steps const& d)
{
    node_map<int> uses = count_uses(d.forward);
    for (node_id const i : d.reverse.saved) {
        ++uses[i];
    }
    int n = 0;
    for (node_id i = 0; i < d.forward.nodes.size(); ++i) {
        n += uses[i] == 0 && d.forward.nodes[i].opcode != op::state;
    }
    return n;
}

}  // namespace

TEST_CASE("drop_unneeded_nodes: what only has a derivative is not computed forwards, a part that is read is")
{
    program p{};
    graph& g = p.nodes;
    node_id const h = g.leaf(op::state, 0, {1});
    node_id const w = g.leaf(op::parameter, 0, {1, 1});
    node_id const inner = g.unary(op::tanh, g.product(w, h));
    node_id const like = g.product(w, inner);
    p.states.push_back({h, g.binary(op::with_gradient, g.unary(op::sign, h), like)});
    p.results.push_back({role::output, 0, p.states[0].to});

    derived_steps const d = derive(p);
    CHECK(unneeded(d) == 0);
    REQUIRE(d.reverse.saved.size() == 1);
    CHECK(d.forward.nodes[d.reverse.saved[0]].opcode == op::tanh);
    int products = 0;
    for (node_id i = 0; i < d.forward.nodes.size(); ++i) {
        products += d.forward.nodes[i].opcode == op::product;
    }
    CHECK(products == 1);
}

TEST_CASE("drop_unneeded_nodes: the gradient is that of the step as it was written, in any program")
{
    unsigned seed = 1900;
    for_each_program(300, [&](sample_program const& plain, std::string const& label) {
        INFO(label);
        random_source random(++seed);
        sample_program const s = controlled(plain, random, true);
        derived_steps const d = derive(hoist_invariant_terms(simplify(s.step)));
        REQUIRE(verdict(d.forward) == "well-formed");
        REQUIRE(verdict(d.reverse.backward) == "well-formed");
        CHECK(unneeded(d) == 0);

        sequence_values const q = random_sequence(s, 3, random);
        unrolled_forward const written = unroll(s.step, s.size, q);
        unrolled_forward const u = unroll(d.forward, s.size, q);
        CHECK(difference(u.outputs, written.outputs) < 1e-11);
        static_vector<node_id, 1> const nothing{};
        CHECK(difference(unroll_backward(d.reverse.backward, d.reverse.saved, s.size, q, u),
                         unroll_backward(differentiate(s.step), nothing, s.size, q, written)) < 1e-9);
    });
}

}  // namespace drop_unneeded_nodes_test
