#include "unit/controlled_program.hpp"
#include "unit/interpreter.hpp"
#include "unit/sample_cells.hpp"
#include "unit/sequence.hpp"
#include "unit/well_formed.hpp"

#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/simplify.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

namespace differentiate_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// The gradient of one step against central differences of the interpreter's forward step, entry by
/// entry; the largest difference.
double error_of_gradient(sample_program const& s, sequence_values const& q)
{
    static_vector<node_id, 1> const nothing{};
    sequence_gradient const derived =
        unroll_backward(differentiate(s.step), nothing, s.size, q, unroll(s.step, s.size, q));
    return difference(derived, differences(s.step, s.size, q));
}

/// A step h' = f(h) with a parameter p along the same dimension.
template <class F>
sample_program step_of(F f)
{
    sample_program s{};
    s.size = sizes_of({3});
    s.states = {{1}};
    s.parameters = {{1}};
    s.inputs = {extents{}};
    s.is_symbol = {false};
    node_id const h = s.step.nodes.leaf(op::state, 0, {1});
    node_id const p = s.step.nodes.leaf(op::parameter, 0, {1});
    node_id const x = s.step.nodes.leaf(op::input, 0, {});
    s.step.states.push_back({h, f(s.step.nodes, h, p, x)});
    s.step.results.push_back({role::output, 0, s.step.states[0].to});
    return s;
}

}  // namespace

TEST_CASE("differentiate: each operation")
{
    for (op code = op::negate; code < op::add; code = static_cast<op>(static_cast<int>(code) + 1)) {
        INFO(name_of(code));
        if (code == op::broadcast) {
            continue;
        }
        sample_program const s = step_of([&](graph& g, node_id h, node_id p, node_id x) {
            // p² + 0.5 stays away from kinks and is an argument that log and sqrt can take.
            node_id const argument = g.binary(op::add, g.unary(op::square, p), g.constant(0.5));
            return g.binary(op::multiply, g.unary(code, argument), g.binary(op::add, h, x));
        });
        random_source random(7);
        CHECK(error_of_gradient(s, random_sequence(s, 1, random)) < 1e-8);
    }
    for (op code = op::add; code < op::select; code = static_cast<op>(static_cast<int>(code) + 1)) {
        INFO(name_of(code));
        if (controls_gradient(code)) {
            continue;
        }
        sample_program const s = step_of([&](graph& g, node_id h, node_id p, node_id x) {
            node_id const divisor = g.binary(op::add, g.unary(op::square, p), g.constant(0.5));
            node_id const base = code == op::pow ? g.unary(op::exp, h) : h;
            return g.binary(code, g.binary(code, base, divisor), g.unary(op::exp, x));
        });
        random_source random(8);
        CHECK(error_of_gradient(s, random_sequence(s, 1, random)) < 1e-8);
    }
}

TEST_CASE("differentiate: a selection")
{
    sample_program const s = step_of([](graph& g, node_id h, node_id p, node_id x) {
        node_id const condition = g.binary(op::less, h, p);
        node_id const scalar = g.unary(op::exp, x);
        node_id const one = g.ternary(op::select, condition, g.binary(op::multiply, h, p), scalar);
        node_id const other = g.ternary(op::select, g.binary(op::less, x, g.constant(0)), scalar, one);
        return g.binary(op::multiply, one, g.unary(op::tanh, other));
    });
    for (unsigned seed : {8U, 9U, 10U, 11U}) {
        random_source random(seed);
        CHECK(error_of_gradient(s, random_sequence(s, 2, random)) < 1e-8);
    }
}

namespace {

/// The derivative of f(h) with respect to h, for the adjoint 3, at the entries of @p at.
template <class F>
value derivative(value const& at, F f)
{
    sample_program const s = step_of([&](graph& g, node_id h, node_id, node_id) { return f(g, h); });
    leaf_values l{};
    l.states = {at};
    l.state_adjoints = {value(at.size(), 3)};
    l.output_adjoints = {value(at.size(), 0)};
    l.parameters = {value(at.size(), 0)};
    l.inputs = {{0}};
    program const derived = differentiate(s.step);
    value const found = run(derived, s.size, l).states[0];
    value const simplified = run(simplify(derived), s.size, l).states[0];
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK((found[i] == simplified[i] || (std::isnan(found[i]) && std::isnan(simplified[i]))));
    }
    return found;
}

}  // namespace

TEST_CASE("differentiate: of equal operands, minimum and maximum give half of the derivative to each")
{
    for (op const code : {op::minimum, op::maximum}) {
        INFO(name_of(code));
        bool const is_max = code == op::maximum;
        CHECK(derivative({-1, 0, 1}, [&](graph& g, node_id h) { return g.binary(code, h, g.constant(0)); }) ==
              value{is_max ? 0.0 : 3.0, 1.5, is_max ? 3.0 : 0.0});
        CHECK(derivative({-1, 0, 1}, [&](graph& g, node_id h) { return g.binary(code, g.constant(0), h); }) ==
              value{is_max ? 0.0 : 3.0, 1.5, is_max ? 3.0 : 0.0});
        value const at_nan =
            derivative({std::numeric_limits<double>::quiet_NaN(), HUGE_VAL, -HUGE_VAL},
                       [&](graph& g, node_id h) { return g.binary(code, h, g.constant(HUGE_VAL)); });
        CHECK(std::isnan(at_nan[0]));
        CHECK(at_nan[1] == 1.5);
        CHECK(at_nan[2] == (is_max ? 0 : 3));
    }
}

TEST_CASE("differentiate: a largest entry gives its derivative evenly to the entries that attain it")
{
    auto const largest = [](graph& g, node_id h) { return g.broadcast(g.reduction(op::largest, h), {1}); };
    CHECK(derivative({1, 5, 5}, largest) == value{0, 4.5, 4.5});
    CHECK(derivative({7, 5, 5}, largest) == value{9, 0, 0});
    CHECK(std::isnan(derivative({7, std::numeric_limits<double>::quiet_NaN(), 5}, largest)[0]));
    CHECK(derivative({7, 5, 5}, [](graph& g, node_id h) { return g.broadcast(g.shift(h), {1}); }) ==
          value{0, 0, 0});
}

TEST_CASE("differentiate: the derivative of a running sum is the running sum from the other end")
{
    auto const summed = [](op code) {
        return [code](graph& g, node_id h) { return g.running_sum(code, g.unary(op::square, h), 1); };
    };
    CHECK(derivative({1, 2, 3}, summed(op::running_sum)) == value{18, 24, 18});
    CHECK(derivative({1, 2, 3}, summed(op::running_sum_back)) == value{6, 24, 54});
}

TEST_CASE("differentiate: comparisons and roundings have the derivative zero")
{
    for (op const code : {op::less, op::less_equal, op::equal, op::not_equal, op::above}) {
        INFO(name_of(code));
        CHECK(derivative({-1, 0, 1}, [&](graph& g, node_id h) { return g.binary(code, h, g.constant(0)); }) ==
              value{0, 0, 0});
    }
    for (op const code : {op::floor, op::trunc, op::round, op::sign, op::positive}) {
        INFO(name_of(code));
        CHECK(derivative({-1, 0, 1.5}, [&](graph& g, node_id h) { return g.unary(code, h); }) ==
              value{0, 0, 0});
    }
}

TEST_CASE("differentiate: the remainder's derivative with respect to the divisor is minus the quotient")
{
    CHECK(derivative({7, -7, 0.5}, [](graph& g, node_id h) {
              return g.binary(op::fmod, h, g.constant(3));
          }) == value{3, 3, 3});
    CHECK(derivative({3, -3, 8}, [](graph& g, node_id h) { return g.binary(op::fmod, g.constant(7), h); }) ==
          value{-6, 6, 0});
}

TEST_CASE("differentiate: powers at zero and below, with constant and other exponents")
{
    auto const power_of = [](double exponent) {
        return [exponent](graph& g, node_id h) { return g.binary(op::pow, h, g.constant(exponent)); };
    };
    CHECK(derivative({0, 1, 4}, power_of(2.5)) == value{0, 7.5, 60});
    CHECK(derivative({0, -1, -2}, power_of(3)) == value{0, 9, 36});
    CHECK(derivative({0, 4, 1}, power_of(0.5)) == value{HUGE_VAL, 0.75, 1.5});
    CHECK(std::isnan(derivative({-1, 1, 1}, power_of(2.5))[0]));
    auto const power_to = [](double base) {
        return [base](graph& g, node_id h) { return g.binary(op::pow, g.constant(base), h); };
    };
    CHECK(derivative({0.5, 1, 2}, power_to(0)) == value{0, 0, 0});
    CHECK(derivative({-3, 0, 2}, power_to(1)) == value{0, 0, 0});
    CHECK(derivative({-1000, -10, 2}, power_to(HUGE_VAL))[0] == 0);
    CHECK(std::isnan(derivative({2, 2, 2}, power_to(-1))[0]));

    // A constant exponent takes no logarithm.
    sample_program const s =
        step_of([&](graph& g, node_id h, node_id, node_id) { return power_of(2.5)(g, h); });
    program const backward = differentiate(s.step);
    for (node_id i = 0; i < backward.nodes.size(); ++i) {
        CHECK(backward.nodes[i].opcode != op::log);
    }
}

TEST_CASE("differentiate: what a selection does not choose has a derivative of exactly zero")
{
    double const nan = std::numeric_limits<double>::quiet_NaN();
    auto const below_one = [](graph& g, node_id h) { return g.binary(op::less, h, g.constant(1)); };
    auto const half = [](graph& g, node_id a) { return g.binary(op::multiply, a, g.constant(0.5)); };
    // log is minus infinity at 0 and its derivative infinite, NaN below.
    auto const log_above = [&](graph& g, node_id h) {
        return g.ternary(op::select, g.binary(op::less, g.constant(0), h), half(g, g.unary(op::log, h)),
                         g.constant(0));
    };
    CHECK(derivative({-1, 0, 0.5}, log_above) == value{0, 0, 3});
    // On the other side, and through a chain of functions.
    CHECK(derivative({-1, 0, 4}, [&](graph& g, node_id h) {
              node_id const root = g.unary(op::sqrt, g.unary(op::log, g.unary(op::square, h)));
              return g.ternary(op::select, below_one(g, h), g.constant(0), g.unary(op::rsqrt, root));
          })[1] == 0);
    // One selection in another, and a value that is used twice.
    CHECK(derivative({-1, 0, 0.5}, [&](graph& g, node_id h) {
              return g.ternary(op::select, below_one(g, h), log_above(g, h), h);
          }) == value{0, 0, 3});
    CHECK(derivative({-1, 0, 1}, [&](graph& g, node_id h) {
              node_id const log = g.unary(op::log, h);
              return g.ternary(op::select, g.binary(op::less, g.constant(0), h),
                               g.binary(op::multiply, log, g.binary(op::add, log, g.constant(1))), h);
          }) == value{3, 3, 3});
    // A value that is NaN itself.
    CHECK(derivative({-1, nan, 1}, [&](graph& g, node_id h) {
              return g.ternary(op::select, g.binary(op::equal, h, h), h, g.constant(0));
          }) == value{3, 0, 3});
    // A softmax of infinite entries, by a condition that is a scalar.
    CHECK(derivative({HUGE_VAL, 1, 2}, [&](graph& g, node_id h) {
              node_id const e = g.unary(op::exp, h);
              node_id const softmax = g.binary(op::divide, e, g.sum(e));
              node_id const condition = g.binary(op::less, g.reduction(op::largest, h), g.constant(9));
              return g.ternary(op::select, condition, softmax, g.constant(0));
          }) == value{0, 0, 0});
    // A scalar that a scalar condition does not choose for a whole vector.
    CHECK(derivative({0, 1, 2}, [&](graph& g, node_id h) {
              node_id const condition = g.binary(op::less, g.reduction(op::largest, h), g.constant(1));
              return g.ternary(op::select, condition, g.sum(g.unary(op::log, h)), h);
          }) == value{3, 3, 3});
    // Through a sum, whose condition is a scalar.
    CHECK(derivative({0, 0, 0}, [&](graph& g, node_id h) {
              node_id const sum = g.sum(g.unary(op::square, h));
              node_id const norm = g.ternary(op::select, g.binary(op::equal, sum, g.constant(0)),
                                             g.constant(0), g.unary(op::sqrt, sum));
              return g.broadcast(norm, {1});
          }) == value{0, 0, 0});
}

TEST_CASE("differentiate: the derivative of relu is zero below its kink and at it")
{
    sample_program const s =
        step_of([](graph& g, node_id h, node_id, node_id) { return g.unary(op::relu, h); });
    program const backward = differentiate(s.step);
    leaf_values l{};
    l.states = {{-1, 0, 1}};
    l.state_adjoints = {{3, 3, 3}};
    l.output_adjoints = {{0, 0, 0}};
    l.parameters = {{0, 0, 0}};
    l.inputs = {{0}};
    CHECK(run(backward, s.size, l).states[0] == value{0, 0, 3});
}

TEST_CASE("differentiate: the derivatives of relu and abs at NaN are NaN")
{
    for (op const code : {op::relu, op::abs}) {
        INFO(name_of(code));
        sample_program const s =
            step_of([&](graph& g, node_id h, node_id, node_id) { return g.unary(code, h); });
        leaf_values l{};
        l.states = {{-1, std::numeric_limits<double>::quiet_NaN(), 1}};
        l.state_adjoints = {{3, 3, 3}};
        l.output_adjoints = {{0, 0, 0}};
        l.parameters = {{0, 0, 0}};
        l.inputs = {{0}};
        value const found = run(differentiate(s.step), s.size, l).states[0];
        CHECK(std::isnan(found[1]));
        CHECK(found[2] == 3);
    }
}

TEST_CASE("differentiate: values of several dimensions")
{
    // A matrix state {1, 2}, a parameter {1, 2, 3}, an input {3} and a vector {1}: each is used by what the
    // others are not.
    auto const error_of = [](auto make) {
        sample_program s{};
        s.size = sizes_of({2, 3, 2});
        s.states = {{1, 2}};
        s.parameters = {{1, 2, 3}, {1}};
        s.inputs = {{3}};
        s.is_symbol = {false};
        graph& g = s.step.nodes;
        node_id const h = g.leaf(op::state, 0, {1, 2});
        node_id const w = g.leaf(op::parameter, 0, {1, 2, 3});
        node_id const b = g.leaf(op::parameter, 1, {1});
        node_id const x = g.leaf(op::input, 0, {3});
        s.step.states.push_back({h, make(g, h, w, b, x)});
        s.step.results.push_back({role::output, 0, g.sum(s.step.states[0].to, {2})});
        CHECK(verdict(s.step) == "well-formed");
        program const derived = differentiate(s.step);
        CHECK(verdict(derived) == "well-formed");
        random_source random(5);
        return error_of_gradient(s, random_sequence(s, 2, random));
    };
    auto const contract = [](graph& g, node_id w, node_id x) {
        return g.sum(g.binary(op::multiply, w, x), {1, 2});
    };
    CHECK(error_of([&](graph& g, node_id h, node_id w, node_id b, node_id x) {
              return g.binary(op::add, g.binary(op::multiply, h, b), contract(g, w, x));
          }) < 1e-8);
    CHECK(error_of([&](graph& g, node_id h, node_id w, node_id b, node_id x) {
              node_id const turned = g.transpose(g.unary(op::tanh, h), {2, 1});
              node_id const sums = g.running_sum(op::running_sum, turned, 1);
              node_id const back = g.transpose(g.binary(op::multiply, sums, b), {1, 2});
              return g.running_sum(op::running_sum_back, g.binary(op::add, back, contract(g, w, x)), 2);
          }) < 1e-8);
    // A matrix and vectors along other dimensions of their sizes.
    CHECK(error_of([&](graph& g, node_id h, node_id w, node_id b, node_id x) {
              node_id const turned = g.transpose(g.unary(op::tanh, h), {2, 1});
              node_id const renamed = g.rename(turned, {2, 3});
              node_id const sums = g.sum(g.binary(op::multiply, w, renamed), {1, 2});
              node_id const both = g.binary(op::multiply, b, g.rename(g.unary(op::square, x), {1}));
              return g.binary(op::add, sums, both);
          }) < 1e-8);
    CHECK(error_of([&](graph& g, node_id h, node_id w, node_id b, node_id x) {
              node_id const all = g.binary(op::multiply, w, g.broadcast(x, {1, 2, 3}));
              node_id const most = g.reduction(op::largest, all, {1, 2});
              node_id const least = g.reduction(op::largest, g.unary(op::negate, all), {3});
              node_id const both = g.binary(op::multiply, most, g.sum(least));
              return g.binary(op::maximum, both, g.binary(op::divide, h, g.unary(op::exp, b)));
          }) < 1e-8);
    // A choice by a row, by an entry and by a number, of what is infinite where it is not chosen.
    CHECK(error_of([&](graph& g, node_id h, node_id w, node_id b, node_id x) {
              node_id const by_row = g.binary(op::less, g.constant(0), b);
              node_id const root = g.unary(op::sqrt, b);
              node_id const one = g.ternary(op::select, by_row, g.broadcast(root, {1, 2}), h);
              node_id const by_entry = g.binary(op::less, g.constant(0), contract(g, w, x));
              node_id const other =
                  g.ternary(op::select, by_entry, g.unary(op::log, contract(g, w, x)), g.constant(2));
              node_id const by_all = g.binary(op::less, g.sum(x), g.constant(0));
              return g.ternary(op::select, by_all, one, g.binary(op::multiply, one, other));
          }) < 1e-8);
}

TEST_CASE("differentiate: a leaf that a step does not use has a zero adjoint of its shape")
{
    sample_program const s = step_of([](graph&, node_id, node_id p, node_id) { return p; });
    program const backward = differentiate(s.step);
    CHECK(verdict(backward) == "well-formed");
    random_source random(1);
    leaf_values const l = random_leaves(s, random);
    outcome const o = run(backward, s.size, l);
    CHECK(o.states[0] == value{0, 0, 0});
    gradients const g = gradients_of(backward, o, l);
    CHECK(g.inputs[0] == value{0});
    value expected = l.output_adjoints[0];
    add_to(expected, l.state_adjoints[0]);
    CHECK(difference(g.parameters[0], expected) == 0);
}

TEST_CASE("differentiate: a matrix that is used twice has a gradient of two parts, which add up")
{
    sample_program s{};
    s.size = sizes_of({2});
    s.states = {{1}};
    s.parameters = {{1, 1}};
    s.inputs = {extents{1}};
    s.is_symbol = {false};
    graph& g = s.step.nodes;
    node_id const h = g.leaf(op::state, 0, {1});
    node_id const w = g.leaf(op::parameter, 0, {1, 1});
    node_id const x = g.leaf(op::input, 0, {1});
    node_id const both = g.binary(op::add, g.product(w, h), g.transposed_product(w, x));
    s.step.states.push_back({h, both});
    s.step.results.push_back({role::output, 0, both});

    program const backward = differentiate(s.step);
    int parts = 0;
    for (program_result const& r : backward.results) {
        parts += r.what == role::parameter_gradient;
    }
    CHECK(parts == 2);
    random_source random(3);
    CHECK(error_of_gradient(s, random_sequence(s, 2, random)) < 1e-8);
}

TEST_CASE("differentiate: agrees with central differences in any program")
{
    int compared = 0;
    unsigned seed = 100;
    for_each_program(300, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        program const backward = differentiate(s.step);
        REQUIRE(verdict(backward) == "well-formed");
        REQUIRE(backward.states.size() == s.step.states.size());
        REQUIRE(verdict(simplify(backward)) == "well-formed");

        random_source random(++seed);
        sequence_values const q = random_sequence(s, 1, random);
        if (distance_to_kink(s.step, s.size, unroll(s.step, s.size, q)) > 1e-3) {
            ++compared;
            CHECK(error_of_gradient(s, q) < 1e-6);
        }
    });
    CHECK(compared > 250);  // otherwise kinks exclude too many programs
}

TEST_CASE("differentiate: constants have no gradient, and the others do not change, in any program")
{
    unsigned seed = 500;
    int left_out = 0;
    for_each_program(100, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        random_source random(++seed);
        parameter_flags constants{};
        for (std::size_t k = 0; k < s.parameters.size(); ++k) {
            constants.push_back(random.chance(0.4));
        }
        program const backward = differentiate(s.step, constants);
        REQUIRE(verdict(backward) == "well-formed");
        leaf_values const l = random_leaves(s, random);
        program const whole = differentiate(s.step);
        gradients const found = gradients_of(backward, run(backward, s.size, l), l);
        gradients const expected = gradients_of(whole, run(whole, s.size, l), l);
        CHECK(difference(found.inputs, expected.inputs) < 1e-12);
        for (std::size_t k = 0; k < s.parameters.size(); ++k) {
            if (!constants[k]) {
                CHECK(difference(found.parameters[k], expected.parameters[k]) < 1e-12);
            }
        }
        for (program_result const& r : backward.results) {
            CHECK((r.what != role::parameter_gradient || !constants[static_cast<std::size_t>(r.index)]));
        }
        left_out += whole.results.size() > backward.results.size();
    });
    CHECK(left_out > 40);
}

TEST_CASE("differentiate: a value with another derivative has that derivative, in any program")
{
    int compared = 0;
    unsigned seed = 700;
    for_each_program(300, [&](sample_program const& plain, std::string const& label) {
        INFO(label);
        random_source random(++seed);
        sample_program const s = controlled(plain, random, false);
        program const backward = differentiate(s.step);
        REQUIRE(verdict(backward) == "well-formed");
        REQUIRE(verdict(simplify(backward)) == "well-formed");

        sequence_values q = random_sequence(s, 1, random);
        unrolled_forward const u = unroll(s.step, s.size, q);
        static_vector<node_id, 1> const nothing{};
        sequence_gradient const derived = unroll_backward(backward, nothing, s.size, q, u);
        sample_program const m = moved(s, u.found[0], q.parameters);
        unrolled_forward const at = unroll(m.step, m.size, q);
        // At a jump, as of a comparison of equal values, the moved value may be rounded to the other side.
        if (distance_to_kink(m.step.nodes, m.size, evaluate(m.step.nodes, m.size, at.found[0]), true) >
            1e-3) {
            REQUIRE(difference(at.outputs, u.outputs) < 1e-12);
            ++compared;
            sequence_gradient expected = differences(m.step, m.size, q);
            expected.parameters.resize(derived.parameters.size());
            CHECK(difference(derived, expected) < 1e-6);
        }
    });
    CHECK(compared > 150);
}

}  // namespace differentiate_test
