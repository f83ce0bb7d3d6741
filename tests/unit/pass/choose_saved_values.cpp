#include "unit/interpreter.hpp"
#include "unit/sample_cells.hpp"
#include "unit/sequence.hpp"
#include "unit/well_formed.hpp"

#include <rondo/pass/choose_saved_values.hpp>
#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/hoist_invariant_terms.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace choose_saved_values_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// Every promise of the pass; empty if all hold.
std::string broken_promise(program const& forward, saved_values const& r)
{
    graph const& g = r.backward.nodes;
    node_map<bool> derived{};  // depends on an adjoint, so the forward step cannot have had it
    node_map<bool> used{};
    for (node_id i = 0; i < g.size(); ++i) {
        node const& n = g[i];
        bool& d = derived[i];
        d = n.opcode == op::output_adjoint || n.opcode == op::state_adjoint;
        for_each_operand(g, i, [&](node_id o) { d = d || derived[o]; });
        // How many entries are the largest is counted backwards only.
        bool const counts = n.opcode == op::sum && g[n.a].opcode == op::equal;
        if ((is_multiplied(g, i) || is_row_operation(n.opcode)) && !d && !counts) {
            return "computes a product or a reduction again: node " + std::to_string(i);
        }
        if (n.opcode == op::saved) {
            if (n.index < 0 || n.index >= r.saved.size()) {
                return "a saved leaf has no forward value";
            }
            node_id const saved = r.saved[n.index];
            if (saved >= forward.nodes.size() || is_leaf(forward.nodes[saved].opcode) ||
                forward.nodes[saved].shape != n.shape) {
                return "a saved leaf has another forward value";
            }
            used[n.index] = true;
        }
        if (n.opcode == op::new_state && forward.nodes[forward.states[n.index].to].shape != n.shape) {
            return "a new state has another shape";
        }
    }
    node_map<bool> spread{};  // made entry by entry from what is in memory or has fewer dimensions
    for (node_id i = 0; i < forward.nodes.size(); ++i) {
        node const& n = forward.nodes[i];
        bool from_memory = is_leaf(n.opcode);
        for (carry const& c : forward.states) {
            from_memory = from_memory || c.to == i;
        }
        bool entries = n.shape.is_matrix() && (is_elementwise(n.opcode) || rearranges(n.opcode));
        for_each_operand(forward.nodes, i, [&](node_id o) {
            entries = entries && (spread[o] || forward.nodes[o].shape.rank() < n.shape.rank());
        });
        spread[i] = from_memory || entries;
        if (entries && !from_memory && r.saved.contains(i)) {
            return "saves a matrix that it could make again: node " + std::to_string(i);
        }
    }
    if (std::count(used.begin(), used.end(), true) != r.saved.size()) {
        return "a saved value is not used";
    }
    for (std::int16_t k = 0; k < r.saved.size(); ++k) {
        if (r.saved.find(r.saved[k]) != k) {
            return "a value is saved twice";
        }
    }
    for (node_id const k : r.saved) {
        for (carry const& c : forward.states) {
            if (c.to == k) {
                return "a new state is saved again";
            }
        }
    }
    return "";
}

saved_values choose(program const& step) { return choose_saved_values(step, differentiate(step)); }

}  // namespace

TEST_CASE("choose_saved_values: an LSTM saves at most five vectors besides its output")
{
    program const step = hoist_invariant_terms(simplify(sample<lstm<>>().step));
    saved_values const r = choose(step);
    CHECK(broken_promise(step, r) == "");
    int vectors = static_cast<int>(r.saved.size());
    for (node_id i = 0; i < r.backward.nodes.size(); ++i) {
        node const& n = r.backward.nodes[i];
        vectors += n.opcode == op::new_state && n.index != 0;
    }
    CHECK(vectors <= 5);  // i, f, g, o and the new c; tanh c is recomputed
}

TEST_CASE("choose_saved_values: a linear step saves nothing")
{
    program const step = simplify(sample<swapping>().step);
    saved_values const r = choose(step);
    CHECK(r.saved.empty());
    CHECK(broken_promise(step, r) == "");
}

TEST_CASE("choose_saved_values: a value that is shared forty times over is expensive, not cheap by overflow")
{
    program p{};
    node_id const h = p.nodes.leaf(op::state, 0, {1});
    node_id sum = h;
    for (int i = 0; i < 40; ++i) {
        sum = p.nodes.binary(op::add, sum, sum);
    }
    p.states.push_back({h, p.nodes.unary(op::tanh, h)});
    p.results.push_back({role::output, 0, p.nodes.binary(op::multiply, sum, h)});
    saved_values const r = choose(p);
    CHECK(broken_promise(p, r) == "");
    CHECK(r.saved.size() == 1);
}

TEST_CASE("choose_saved_values: the old state is read as a state if it is the output too")
{
    program p{};
    node_id const h = p.nodes.leaf(op::state, 0, {1});
    node_id const s = p.nodes.unary(op::square, h);
    p.states.push_back({h, h});
    p.results.push_back({role::output, 0, s});
    saved_values const r = choose(p);
    CHECK(r.saved.empty());
    CHECK(broken_promise(p, r) == "");
}

TEST_CASE("choose_saved_values: a joined vector of values in memory is joined again")
{
    program p{};
    node_id const h = p.nodes.leaf(op::state, 0, {1});
    node_id const x = p.nodes.leaf(op::input, 0, {2});
    node_id const w = p.nodes.leaf(op::parameter, 0, {1, 3});
    p.states.push_back({h, p.nodes.unary(op::tanh, p.nodes.product(w, p.nodes.join(x, h, 3)))});
    saved_values const r = choose(p);
    CHECK(r.saved.empty());
    CHECK(broken_promise(p, r) == "");
}

TEST_CASE("choose_saved_values: a matrix is made again from the vectors and the state that it was made from")
{
    program p{};  // C' = exp(a) C + tanh(v) kᵀ, with a matrix of gates that is a sum of products
    graph& g = p.nodes;
    extents const shape{1, 2};
    node_id const x = g.leaf(op::input, 0, {3});
    node_id const c = g.leaf(op::state, 0, shape);
    node_id const a = g.product(g.leaf(op::parameter, 0, {1, 3}), x);
    node_id const v = g.unary(op::tanh, g.product(g.leaf(op::parameter, 1, {1, 3}), x));
    node_id const k = g.product(g.leaf(op::parameter, 2, {2, 3}), x);
    node_id const decay = g.unary(op::exp, g.binary(op::multiply, g.broadcast(a, shape), k));
    node_id const added = g.unary(op::tanh, g.binary(op::multiply, g.broadcast(v, shape), k));
    p.states.push_back({c, g.binary(op::add, g.binary(op::multiply, decay, c), added)});
    saved_values const made_again = choose(simplify(p));
    CHECK(made_again.saved.size() == 3);  // a, v and k
    for (node_id const i : made_again.saved) {
        CHECK(simplify(p).nodes[i].shape.rank() == 1);
    }

    // A sum of products has as many entries as what it is used for, so either may be saved, and one is.
    node_id const weight = g.leaf(op::parameter, 3, {1, 2, 3});
    node_id const sum = g.sum(g.binary(op::multiply, weight, x), shape);
    node_id const gate = g.unary(op::sigmoid, sum);
    p.states[0].to = g.binary(op::multiply, gate, g.unary(op::tanh, c));
    saved_values const gated = choose(simplify(p));
    CHECK(gated.saved.size() == 1);
    CHECK(broken_promise(simplify(p), gated) == "");
}

TEST_CASE("choose_saved_values: the gradient does not change, in any program")
{
    unsigned seed = 0;
    for_each_program(300, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        program const step = hoist_invariant_terms(simplify(s.step));
        program const whole = differentiate(step);
        saved_values const cut = choose_saved_values(step, whole);
        REQUIRE(verdict(cut.backward) == "well-formed");
        CHECK(broken_promise(step, cut) == "");

        random_source random(++seed);
        sequence_values const q = random_sequence(s, 3, random);
        unrolled_forward const u = unroll(step, s.size, q);
        static_vector<node_id, 1> const nothing{};
        CHECK(difference(unroll_backward(cut.backward, cut.saved, s.size, q, u),
                         unroll_backward(whole, nothing, s.size, q, u)) < 1e-12);
    });
}

}  // namespace choose_saved_values_test
