#include "unit/sample_cells.hpp"

#include <rondo/pass/choose_saved_values.hpp>
#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/hoist_invariant_terms.hpp>
#include <rondo/pass/move_into_loops.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace move_into_loops_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

position const before{0, false};
position const loop{1, true};
position const behind{1, false};

bool has_matrix(program const& p)
{
    bool any = false;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        any = any || is_matrix_work(p.nodes, p.nodes[i]);
        any = any || (p.nodes[i].opcode != op::parameter && p.nodes[i].opcode != op::outer &&
                      p.nodes[i].shape.is_matrix());
    }
    return any;
}

/// Every promise of the pass; empty if all hold.
std::string broken_promise(program const& p)
{
    recurrence_structure const r = recurrence(p);
    recurrence_structure const moved = move_into_loops(p, r);
    node_map<bool> const has_product = sums_of_products(p.nodes);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        std::string const name = ": node " + std::to_string(i);
        position const where = moved.positions[i];
        node const& n = p.nodes[i];
        bool const has_moved = where != r.positions[i];
        bool has_operands = true;
        bool leaves_matrix = false;  // in the loop that made it, although the loop could do the work
        for_each_operand(p.nodes, i, [&](node_id o) {
            position const from = moved.positions[o];
            bool const is_computed = !is_leaf(p.nodes[o].opcode);
            has_operands = has_operands && (!is_computed || from == where || from.before(where));
            bool const is_large = from.is_loop && p.nodes[o].shape.is_matrix() &&
                                  p.nodes[o].shape.rank() == matrix_rank(p, r, from.loop);
            if (is_computed && is_large && r.positions[o].is_loop &&
                p.nodes[o].shape == work_shape(p.nodes, n)) {
                bool available = !where.is_loop && !has_product[i];
                for_each_operand(p.nodes, i, [&](node_id other) {
                    position const at = moved.positions[other];
                    bool const is_earlier = at == from || at.before(from);
                    available =
                        available && (is_leaf(p.nodes[other].opcode) ? p.nodes[other].opcode == op::parameter
                                                                     : is_earlier);
                });
                leaves_matrix = leaves_matrix || available;
            }
        });
        if (!has_operands) {
            return "runs before an operand" + name;
        }
        if (leaves_matrix) {
            return "reads a matrix that its loop has at hand" + name;
        }
        if (has_moved && !has_matrix(p)) {
            return "has moved without need" + name;
        }
        if (has_moved && r.positions[i].is_loop) {
            return "has left a loop" + name;
        }
        if (has_moved && where.is_loop && !is_elementwise(n.opcode) && !is_row_operation(n.opcode) &&
            !rearranges(n.opcode)) {
            return "is no work for a stage without products" + name;
        }
        if (has_moved && where.is_loop && matrix_rank(p, r, where.loop) == 0) {
            return "has moved into a loop without matrices" + name;
        }
    }
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        position const to = moved.positions[p.states[k].to];
        position const reader{r.loop_of[k], false};
        bool const is_leaf_value = is_leaf(p.nodes[p.states[k].to].opcode);
        if (!is_leaf_value && to != r.positions[p.states[k].to] && !to.before(reader)) {
            return "a state is there too late: state " + std::to_string(k);
        }
    }
    return "";
}

/// A linear attention: S' = f S + v kᵀ, y = S' q, with a decay that depends on the input.
struct attention {
    program p{};
    node_id decay, outer, state, update, read, normalised, product;

    attention()
    {
        graph& g = p.nodes;
        node_id const x = g.leaf(op::input, 0, {1});
        node_id const v = g.product(g.leaf(op::parameter, 0, {2, 1}), x);
        node_id const k = g.product(g.leaf(op::parameter, 1, {3, 1}), x);
        state = g.leaf(op::state, 0, {2, 3});
        decay = g.unary(op::exp, g.binary(op::multiply, g.broadcast(v, {2, 3}), k));
        outer = g.binary(op::multiply, g.broadcast(v, {2, 3}), g.broadcast(k, {2, 3}));
        update = g.binary(op::add, g.binary(op::multiply, decay, state), outer);
        read = g.sum(g.binary(op::multiply, update, k), {2});
        normalised = g.binary(op::divide, update, g.unary(op::sqrt, g.sum(g.unary(op::square, update))));
        product = g.product(g.leaf(op::parameter, 2, {2, 2}), read);
        p.states.push_back({state, update});
        p.results.push_back({role::output, 0, product});
        p.results.push_back({role::output, 1, normalised});
    }
};

}  // namespace

TEST_CASE("move_into_loops: what a loop makes a matrix from, and what reads the matrix, joins the loop")
{
    attention const a;
    recurrence_structure const r = recurrence(a.p);
    CHECK(r.positions[a.decay] == before);
    CHECK(r.positions[a.read] == behind);
    recurrence_structure const moved = move_into_loops(a.p, r);
    CHECK(moved.positions[a.decay] == loop);
    CHECK(moved.positions[a.outer] == loop);
    CHECK(moved.positions[a.read] == loop);
    CHECK(moved.positions[a.normalised] == loop);                         // a matrix
    CHECK(moved.positions[a.p.nodes[a.normalised].b] == loop);            // the root, a scalar between
    CHECK(moved.positions[a.product] == behind);                          // of a weight: all steps at once
    CHECK(moved.positions[a.p.nodes[a.p.nodes[a.outer].b].a] == before);  // of a weight and the input
    CHECK(broken_promise(a.p) == "");
}

TEST_CASE("move_into_loops: a matrix that something before the loop needs stays")
{
    attention a;
    graph& g = a.p.nodes;
    node_id const last = g.leaf(op::state, 1, {2, 3});
    a.p.states.push_back({last, a.decay});  // a later step reads it, in the phase before the loop
    CHECK(move_into_loops(a.p, recurrence(a.p)).positions[a.decay] != loop);
    CHECK(broken_promise(a.p) == "");
}

TEST_CASE("move_into_loops: matrices of fewer dimensions than the largest are left to all steps at once")
{
    program p{};  // heads of a recurrent layer: h' = tanh(W h + U x), y = h' b
    graph& g = p.nodes;
    node_id const x = g.leaf(op::input, 0, {1, 4});
    node_id const h = g.leaf(op::state, 0, {1, 2});
    auto const contract = [&](int weight, dimension_id along, node_id v) {
        return g.sum(g.binary(op::multiply, g.leaf(op::parameter, weight, {1, 2, along}), v), {1, 2});
    };
    node_id const outside = contract(0, 4, x);
    node_id const inside = contract(1, 3, g.rename(h, {1, 3}));
    node_id const next = g.unary(op::tanh, g.binary(op::add, outside, inside));
    node_id const read = g.sum(g.binary(op::multiply, next, g.leaf(op::parameter, 2, {2})), {1});
    p.states.push_back({h, next});
    p.results.push_back({role::output, 0, read});
    recurrence_structure const moved = move_into_loops(p, recurrence(p));
    CHECK(matrix_rank(p, moved, 1) == 3);
    CHECK(moved.positions[outside] == before);
    CHECK(moved.positions[inside] == loop);
    CHECK(moved.positions[read] == behind);
    CHECK(broken_promise(p) == "");
}

TEST_CASE("move_into_loops: the backward loop reads the states of both ends of a step")
{
    attention const a;
    program const forward = simplify(a.p);
    program const backward = choose_saved_values(forward, differentiate(forward)).backward;
    recurrence_structure const moved = move_into_loops(backward, recurrence(backward));
    int reductions = 0;
    int products = 0;
    for (node_id i = 0; i < backward.nodes.size(); ++i) {
        node const& n = backward.nodes[i];
        if (is_matrix_work(backward.nodes, n)) {
            CHECK(moved.positions[i] == loop);
            reductions += is_reduction(n.opcode);
        }
        if (is_product(n.opcode)) {
            CHECK_FALSE(moved.positions[i].is_loop);
            ++products;
        }
    }
    CHECK(reductions >= 3);
    CHECK(products >= 3);
    CHECK(broken_promise(backward) == "");
}

TEST_CASE("move_into_loops: every operand is there in time, in any program and its gradient")
{
    for_each_program(800, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        program const forward = hoist_invariant_terms(simplify(s.step));
        CHECK(broken_promise(forward) == "");
        saved_values const r = choose_saved_values(forward, differentiate(forward));
        CHECK(broken_promise(hoist_invariant_terms(r.backward)) == "");
    });
}

}  // namespace move_into_loops_test
