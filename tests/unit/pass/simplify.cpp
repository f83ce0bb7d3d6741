#include "unit/equal_programs.hpp"
#include "unit/interpreter.hpp"
#include "unit/sample_cells.hpp"
#include "unit/well_formed.hpp"

#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/simplify.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

namespace simplify_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

bool is_number(graph const& g, node_id i)
{
    return g[i].opcode == op::constant || (g[i].opcode == op::broadcast && is_number(g, g[i].a));
}
bool is_number(graph const& g, node_id i, double v)
{
    return is_number(g, i) && (g[i].opcode == op::broadcast ? is_number(g, g[i].a, v) : g[i].value == v);
}

/// Why a node of elementwise work on a matrix, or across a matrix, should not have survived; empty if it
/// should.
std::string should_be_gone_of_matrix(graph const& g, node_id i)
{
    node const& n = g[i];
    int wide = 0;
    int repeated = 0;
    bool in_order = true;
    for_each_operand(g, i, [&](node_id o) {
        wide += g[o].shape == n.shape && g[o].opcode != op::broadcast;
        repeated += g[o].opcode == op::broadcast;
        in_order = in_order && n.shape.contains_in_order(g[o].shape);
    });
    if (is_elementwise(n.opcode) && !controls_gradient(n.opcode)) {
        return !in_order                            ? "an operand in another order"
               : is_unary(n.opcode) && repeated > 0 ? "work on a repeated value"
               : wide > 0 && repeated > 0           ? "repeats a value beside a matrix"
               : repeated > 1                       ? "repeats two values"
                                                    : "";
    }
    op const from = g[n.a].opcode;
    if (is_reduction(n.opcode)) {
        return repeated > 0                             ? "reduces a repeated value"
               : from == op::transpose                  ? "reduces a transposed matrix"
               : from == op::sum && n.opcode == op::sum ? "sums sums"
                                                        : "";
    }
    if (n.opcode == op::transpose && (from == op::transpose || repeated > 0)) {
        return "transposes what is transposed or repeated";
    }
    if (n.opcode == op::rename && from == op::rename) {
        return "renames what is renamed";
    }
    bool const is_running = is_running_sum(n.opcode) && repeated > 0;
    bool const is_along = is_running && g[g[n.a].a].shape.has(static_cast<dimension_id>(n.index));
    return is_along ? "repeats a value before its running sum" : "";
}

/// Why a node should not have survived; empty if it should.
std::string should_be_gone(graph const& g, node_id i)
{
    node const& n = g[i];
    if (n.a != no_node && n.opcode != op::outer && !is_product(n.opcode) &&
        (n.shape.is_matrix() || g[n.a].shape.is_matrix())) {
        if (std::string const why = should_be_gone_of_matrix(g, i); !why.empty()) {
            return why;
        }
    }
    bool const a_is_number = n.a != no_node && is_number(g, n.a);
    bool const b_is_number = n.b != no_node && is_number(g, n.b);
    auto const either = [&](double v) { return is_number(g, n.a, v) || is_number(g, n.b, v); };
    bool const is_of_matrix = n.shape.is_matrix();
    if (is_ternary(n.opcode)) {
        bool some_vector = false;
        bool some_repeated = false;
        for_each_operand(g, i, [&](node_id o) {
            some_repeated = some_repeated || g[o].opcode == op::broadcast;
            some_vector = some_vector || (!g[o].shape.is_scalar() && g[o].opcode != op::broadcast);
        });
        return some_repeated && some_vector && !is_of_matrix ? "repeats a scalar beside a vector"
               : a_is_number                                 ? "a choice that is known"
               : n.b == n.c                                  ? "a choice between equal values"
                                                             : "";
    }
    if (is_binary(n.opcode) && !is_of_matrix &&
        (g[n.a].opcode == op::broadcast) != (g[n.b].opcode == op::broadcast)) {
        return "repeats a scalar beside a vector";
    }
    switch (n.opcode) {
        case op::negate:
        case op::relu:
        case op::square:
        case op::abs:
        case op::sign:
        case op::floor:
        case op::trunc:
        case op::round:
        case op::positive: return a_is_number ? "a function of a number" : "";
        case op::add:
        case op::subtract: return a_is_number && b_is_number ? "numbers only" : either(0) ? "adds 0" : "";
        case op::multiply:
            return a_is_number && b_is_number ? "numbers only"
                   : either(0)                ? "multiplies by 0"
                   : either(1)                ? "multiplies by 1"
                                              : "";
        case op::divide:
            return is_number(g, n.b, 1)                                  ? "divides by 1"
                   : is_number(g, n.a, 0)                                ? "divides 0"
                   : a_is_number && b_is_number && !is_number(g, n.b, 0) ? "numbers only"
                                                                         : "";
        case op::pow:
            for (double const v : {-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0}) {
                if (is_number(g, n.b, v)) {
                    return "a power that is a product, a quotient or a root";
                }
            }
            return is_number(g, n.a, 1) ? "a power of 1" : "";
        case op::minimum:
        case op::maximum:
        case op::above:
        case op::less:
        case op::less_equal:
        case op::equal:
        case op::not_equal: return a_is_number && b_is_number ? "numbers only" : "";
        case op::product:
        case op::transposed_product: return is_number(g, n.b, 0) ? "a product with 0" : "";
        case op::running_sum:
        case op::running_sum_back:
        case op::sum: return is_number(g, n.a, 0) ? "a sum of zeros" : "";
        case op::largest: return g[n.a].opcode == op::broadcast ? "the largest of equal entries" : "";
        default: return "";
    }
}

/// The property of the pass; empty if it holds.
std::string left_over(program const& p)
{
    node_map<bool> needed{};
    for_each_root(p, [&](node_id r) { needed[r] = true; });
    for (node_id i = p.nodes.size(); i-- > 0;) {
        bool const of_state = p.nodes[i].opcode == op::state || p.nodes[i].opcode == op::state_adjoint;
        if (!needed[i]) {
            if (!of_state) {
                return "dead: node " + std::to_string(i);
            }
            continue;
        }
        for_each_operand(p.nodes, i, [&](node_id o) { needed[o] = true; });
        if (std::string const why = should_be_gone(p.nodes, i); !why.empty()) {
            return why + ": node " + std::to_string(i);
        }
    }
    return "";
}

void check_simplified(program const& before, sample_program const& s, unsigned seed)
{
    program const after = simplify(before);
    REQUIRE(verdict(after) == "well-formed");
    CHECK(left_over(after) == "");
    CHECK(after.nodes.size() <= before.nodes.size());
    CHECK(equal(simplify(after), after));

    random_source random(seed);
    leaf_values const leaves = random_leaves(s, random);
    outcome const expected = run(before, s.size, leaves);
    outcome const found = run(after, s.size, leaves);
    CHECK(difference(found.states, expected.states) < 1e-13);
    gradients const sum_before = gradients_of(before, expected, leaves);
    gradients const sum_after = gradients_of(after, found, leaves);
    CHECK(difference(sum_after.inputs, sum_before.inputs) < 1e-13);
    CHECK(difference(sum_after.parameters, sum_before.parameters) < 1e-13);
    for (std::size_t k = 0; k < before.results.size() && before.results[k].what == role::output; ++k) {
        CHECK(difference(found.results[k], expected.results[k]) < 1e-13);
    }
}

/// A step over one vector state `h` and one scalar state `s`, with @p make's value as the new h.
template <class F>
program step_of(F make)
{
    program p{};
    node_id const h = p.nodes.leaf(op::state, 0, {1});
    node_id const s = p.nodes.leaf(op::state, 1, {});
    p.states.push_back({h, p.nodes.broadcast(make(p.nodes, h, s), {1})});
    p.states.push_back({s, s});
    p.results.push_back({role::output, 0, p.states[0].to});
    return p;
}

}  // namespace

TEST_CASE("simplify: neutral elements and numbers fold")
{
    auto const h_remains = [](auto make) {
        program const p = simplify(step_of(make));
        return p.states[0].to == p.states[0].from && p.nodes.size() == 2;
    };
    CHECK(h_remains([](graph& g, node_id h, node_id) { return g.binary(op::add, g.constant(0), h); }));
    CHECK(h_remains([](graph& g, node_id h, node_id) {
        return g.binary(op::subtract, h, g.broadcast(g.constant(0), {1}));
    }));
    CHECK(h_remains([](graph& g, node_id h, node_id) {
        return g.binary(op::multiply, h, g.binary(op::subtract, g.constant(3), g.constant(2)));
    }));
    CHECK(h_remains([](graph& g, node_id h, node_id) {
        return g.binary(op::divide, h, g.unary(op::square, g.constant(-1)));
    }));
    CHECK(
        h_remains([](graph& g, node_id h, node_id) { return g.unary(op::negate, g.unary(op::negate, h)); }));
    CHECK(h_remains([](graph& g, node_id h, node_id s) {
        return g.binary(op::add, h, g.binary(op::multiply, s, g.constant(0)));
    }));
    CHECK(h_remains([](graph& g, node_id h, node_id) {
        return g.binary(op::multiply, g.constant(-1), g.unary(op::negate, h));
    }));
}

TEST_CASE("simplify: operations on numbers have the interpreter's values")
{
    double const nan = std::numeric_limits<double>::quiet_NaN();
    double const values[] = {-HUGE_VAL, -2.5, -1.75, -0.5, 0, 0.5, 1.5, 2.25, 1e300, HUGE_VAL, nan};
    auto const is_right = [](auto make, double right) {
        program const p =
            simplify(step_of([&](graph& g, node_id, node_id) { return g.broadcast(make(g), {1}); }));
        node const& n = p.nodes[p.states[0].to];
        double const found = p.nodes[n.a].value;
        return n.opcode == op::broadcast && p.nodes[n.a].opcode == op::constant &&
               (found == right || (std::isnan(found) && std::isnan(right)));
    };
    for (double const a : values) {
        CAPTURE(a);
        for (op const code : {op::floor, op::trunc, op::round}) {
            CAPTURE(name_of(code));
            CHECK(is_right([&](graph& g) { return g.unary(code, g.constant(a)); }, apply(code, a, 0)));
        }
        for (double const b : values) {
            CAPTURE(b);
            for (op const code :
                 {op::minimum, op::maximum, op::above, op::less, op::less_equal, op::equal, op::not_equal}) {
                CAPTURE(name_of(code));
                CHECK(is_right([&](graph& g) { return g.binary(code, g.constant(a), g.constant(b)); },
                               apply(code, a, b)));
            }
            CHECK(is_right(
                [&](graph& g) { return g.ternary(op::select, g.constant(a), g.constant(b), g.constant(7)); },
                apply(op::select, a, b, 7)));
        }
    }
}

TEST_CASE("simplify: a selection between scalars along a vector keeps its shape")
{
    program const p = simplify(step_of([](graph& g, node_id, node_id s) {
        node_id const along = g.broadcast(s, {1});
        return g.ternary(op::select, along, g.broadcast(g.constant(2), {1}), along);
    }));
    CHECK(verdict(p) == "well-formed");
    CHECK(p.nodes[p.states[0].to].shape == extents{1});
}

TEST_CASE("simplify: functions of a number that is NaN are NaN")
{
    for (op const code : {op::relu, op::positive, op::sign, op::abs, op::floor, op::trunc, op::round}) {
        INFO(name_of(code));
        program const p = simplify(step_of([&](graph& g, node_id, node_id) {
            return g.broadcast(g.unary(code, g.constant(std::numeric_limits<double>::quiet_NaN())), {1});
        }));
        REQUIRE(is_number(p.nodes, p.states[0].to));
        node const& n = p.nodes[p.states[0].to];
        CHECK(std::isnan(n.opcode == op::broadcast ? p.nodes[n.a].value : n.value));
    }
}

TEST_CASE("simplify: a vanished vector keeps its shape")
{
    program const p = simplify(step_of([](graph& g, node_id h, node_id s) {
        return g.binary(op::add, g.binary(op::multiply, h, g.constant(0)), s);
    }));
    CHECK(verdict(p) == "well-formed");
    CHECK(p.nodes[p.states[0].to].opcode == op::broadcast);
    CHECK(p.nodes[p.states[0].to].a == p.states[1].from);
}

TEST_CASE("simplify: a negated scalar beside a repeated one keeps the vector's shape")
{
    for (op const code : {op::add, op::subtract}) {
        program const before = step_of([&](graph& g, node_id, node_id s) {
            node_id const along = g.broadcast(g.unary(op::tanh, s), {1});
            return g.binary(code, along, g.unary(op::negate, s));
        });
        program const after = simplify(before);
        CHECK(verdict(after) == "well-formed");
        CHECK(after.nodes[after.states[0].to].shape == extents{1});
    }
}

TEST_CASE("simplify: a folded number is dead")
{
    program const p = simplify(step_of([](graph& g, node_id h, node_id) {
        return g.binary(op::multiply, h, g.unary(op::negate, g.constant(2)));
    }));
    CHECK(left_over(p) == "");
    CHECK(p.nodes.size() == 4);
}

TEST_CASE("simplify: division by the number zero is left to run time")
{
    program const p = simplify(step_of([](graph& g, node_id h, node_id) {
        return g.binary(op::add, h, g.binary(op::divide, g.constant(1), g.constant(0)));
    }));
    CHECK(verdict(p) == "well-formed");
    leaf_values l{};
    l.states = {{1, 2}, {3}};
    CHECK(run(p, sizes_of({2}), l).states[0][0] == HUGE_VAL);
}

TEST_CASE("simplify: parts of gradients that are zero are removed")
{
    program p = step_of([](graph&, node_id h, node_id) { return h; });
    p.results.push_back({role::parameter_gradient, 0, p.nodes.constant(0)});
    p.results.push_back({role::parameter_gradient, 1,
                         p.nodes.outer(p.states[0].from, p.nodes.broadcast(p.nodes.constant(0), {2}))});
    program const after = simplify(p);
    CHECK(after.results.size() == 1);
    CHECK(left_over(after) == "");
}

TEST_CASE("simplify: a join and its parts fold, and sums of joins are joins of sums")
{
    program p{};
    graph& g = p.nodes;
    node_id const a = g.leaf(op::input, 0, {1});
    node_id const b = g.leaf(op::input, 1, {2});
    node_id const v = g.leaf(op::input, 2, {3});
    node_id const both = g.join(a, b, 3);
    node_id const zeros = g.broadcast(g.constant(0), {2});
    auto const result = [&](node_id i) { p.results.push_back({role::output, 0, i}); };
    result(g.first_piece(both, 1, 2));
    result(g.last_piece(both, 2, 1));
    result(g.join(g.first_piece(v, 1, 2), g.last_piece(v, 2, 1), 3));
    result(g.binary(op::add, g.join(a, zeros, 3), both));
    result(g.first_piece(g.broadcast(g.constant(7), {3}), 1, 2));
    result(g.first_piece(both, 4, 5));  // another division of the entries

    program const s = simplify(p);
    auto const at = [&](std::size_t k) { return s.nodes[s.results[k].value]; };
    CHECK((at(0).opcode == op::input && at(0).index == 0));
    CHECK((at(1).opcode == op::input && at(1).index == 1));
    CHECK((at(2).opcode == op::input && at(2).index == 2));
    REQUIRE(at(3).opcode == op::join);
    CHECK((s.nodes[at(3).a].opcode == op::add && s.nodes[at(3).b].opcode == op::input));
    CHECK((is_number(s.nodes, s.results[4].value, 7) && at(4).shape == extents{1}));
    CHECK(at(5).opcode == op::first_piece);
}

TEST_CASE("simplify: does not change values, and is complete, in any program and its gradient")
{
    unsigned seed = 0;
    for_each_program(300, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        ++seed;
        REQUIRE(verdict(s.step) == "well-formed");
        check_simplified(s.step, s, seed);
        check_simplified(differentiate(s.step), s, seed);
    });
}

}  // namespace simplify_test
