#include "unit/equal_programs.hpp"
#include "unit/interpreter.hpp"
#include "unit/sample_cells.hpp"
#include "unit/well_formed.hpp"

#include <rondo/pass/choose_saved_values.hpp>
#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/hoist_invariant_terms.hpp>
#include <rondo/pass/move_into_loops.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <vector>

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// The terms of the sum that the addition @p i is the root of, as far as the sum can be rearranged:
/// additions of one shape, in its loop, whose value nothing else uses. A part that is complete
/// before the loop is one term.
void terms_of(program const& p, recurrence_structure const& r, node_map<int> const& uses, node_id i,
              node_id root, std::vector<node_id>& terms)
{
    node const& n = p.nodes[i];
    bool const opens = n.opcode == op::add && n.shape == p.nodes[root].shape &&
                       r.positions[i] == r.positions[root] && (i == root || uses[i] == 1);
    if (opens) {
        terms_of(p, r, uses, n.a, root, terms);
        terms_of(p, r, uses, n.b, root, terms);
    } else {
        terms.push_back(i);
    }
}

/// The largest number of time-parallel terms in a sum of vectors inside a loop. A number does not count,
/// because the kernel has it as a constant.
int most_early_terms(program const& p)
{
    recurrence_structure const r = recurrence(p);
    node_map<int> const uses = count_uses(p);
    int most = 0;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        position const where = r.positions[i];
        if (p.nodes[i].opcode == op::add && where.is_loop && !p.nodes[i].shape.is_matrix()) {
            std::vector<node_id> terms;
            terms_of(p, r, uses, i, i, terms);
            int early = 0;
            for (node_id const t : terms) {
                early += r.positions[t].before(where);
            }
            most = early > most ? early : most;
        }
    }
    return most;
}

program gathered(program const& p)
{
    program out = hoist_invariant_terms(p);
    REQUIRE(verdict(out) == "well-formed");
    CHECK(most_early_terms(out) <= 1);
    return out;
}

}  // namespace

TEST_CASE("hoist_invariant_terms: a sum of matrices stays as it is")
{
    program
        p{};  // C' = ((f C + v) + k) + M, whose terms cannot be added in another order without a matrix more
    graph& g = p.nodes;
    node_id const c = g.leaf(op::state, 0, {1, 2});
    node_id const scaled = g.binary(op::multiply, g.leaf(op::input, 0, {}), c);
    node_id const v = g.leaf(op::input, 1, {1});
    node_id const k = g.leaf(op::input, 2, {2});
    node_id const sum = g.binary(op::add, g.binary(op::add, scaled, v), k);
    p.states.push_back({c, g.binary(op::add, sum, g.leaf(op::input, 3, {1, 2}))});
    CHECK(equal(gathered(p), simplify(p)));
}

TEST_CASE("hoist_invariant_terms: a matrix that is added to a product leaves the loop, as a vector does")
{
    program p{};
    graph& g = p.nodes;
    node_id const h = g.leaf(op::state, 0, {3, 2});
    node_id const of_input = g.product(g.leaf(op::parameter, 0, {3, 2, 1}), g.leaf(op::input, 0, {1}));
    node_id const of_state = g.product(g.leaf(op::parameter, 1, {3, 2, 2}), h);
    node_id const bias = g.leaf(op::parameter, 2, {3, 2});
    node_id const sum = g.binary(op::add, g.binary(op::add, of_input, of_state), bias);
    p.states.push_back({h, g.unary(op::tanh, sum)});
    program const hoisted = hoist_invariant_terms(p);
    recurrence_structure const r = recurrence(hoisted);
    recurrence_structure const moved = move_into_loops(hoisted, r);
    int early = 0;
    for (node_id i = 0; i < hoisted.nodes.size(); ++i) {
        if (hoisted.nodes[i].opcode == op::add) {
            early += r.positions[i].is_loop ? 0 : 1;
            CHECK(moved.positions[i] == r.positions[i]);
        }
    }
    CHECK(early == 1);
}

TEST_CASE("hoist_invariant_terms: the bias is added to the product with the input, outside the loop")
{
    sample_program const s = sample<gru>();
    CHECK(most_early_terms(s.step) == 2);
    program const p = gathered(simplify(s.step));
    recurrence_structure const r = recurrence(p);
    int early_sums = 0;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        early_sums += p.nodes[i].opcode == op::add && !r.positions[i].is_loop;
    }
    CHECK(early_sums == 3);  // one for each gate
}

TEST_CASE("hoist_invariant_terms: the old state of an earlier layer is as early as an input")
{
    program p{};
    node_id const x = p.nodes.leaf(op::input, 0, {1});
    node_id const first = p.nodes.leaf(op::state, 0, {1});
    node_id const second = p.nodes.leaf(op::state, 1, {1});
    node_id const w = p.nodes.leaf(op::parameter, 0, {1, 1});
    node_id const inner =
        p.nodes.binary(op::add, p.nodes.binary(op::add, first, p.nodes.product(w, second)), x);
    p.states.push_back({first, p.nodes.unary(op::tanh, x)});
    p.states.push_back({second, p.nodes.unary(op::tanh, inner)});
    p.results.push_back({role::output, 0, second});
    CHECK(most_early_terms(p) == 2);
    gathered(p);
}

TEST_CASE("hoist_invariant_terms: a sum of a hundred terms")
{
    program p{};
    node_id const h = p.nodes.leaf(op::state, 0, {1});
    node_id sum = h;
    for (int k = 0; k < 100; ++k) {
        sum = p.nodes.binary(op::add, sum, p.nodes.leaf(op::parameter, k, {1}));
        sum = p.nodes.binary(op::add, sum, p.nodes.product(p.nodes.leaf(op::parameter, 100 + k, {1, 1}), h));
    }
    p.states.push_back({h, sum});
    p.results.push_back({role::output, 0, sum});
    gathered(p);
}

TEST_CASE(
    "hoist_invariant_terms: values do not change, and early terms come first, in any program and its "
    "gradient")
{
    unsigned seed = 0;
    for_each_program(300, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        random_source random(++seed);
        leaf_values leaves = random_leaves(s, random);
        program const step = gathered(simplify(s.step));
        outcome const expected = run(s.step, s.size, leaves);
        outcome const found = run(step, s.size, leaves);
        CHECK(difference(found.states, expected.states) < 1e-12);
        CHECK(difference(found.results, expected.results) < 1e-12);

        program const derived = differentiate(step);
        saved_values const cut = choose_saved_values(step, derived);
        program const backward = gathered(cut.backward);
        std::vector<value> const values = evaluate(step.nodes, s.size, leaves);
        for (node_id const k : cut.saved) {
            leaves.saved.push_back(values[static_cast<std::size_t>(k)]);
        }
        leaves.new_states = found.states;
        outcome const before = run(cut.backward, s.size, leaves);
        outcome const after = run(backward, s.size, leaves);
        CHECK(difference(after.states, before.states) < 1e-12);
        CHECK(difference(gradients_of(backward, after, leaves).inputs,
                         gradients_of(cut.backward, before, leaves).inputs) < 1e-12);
        CHECK(difference(gradients_of(backward, after, leaves).parameters,
                         gradients_of(cut.backward, before, leaves).parameters) < 1e-12);
    });
}
