#include "unit/edge_cells.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/cell/min_gru.hpp>
#include <rondo/cell/sru.hpp>
#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/recurrence_kind.hpp>
#include <rondo/pass/simplify.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace recurrence_kind_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

using kind = recurrence_kind;

recurrence_kinds kinds_of(program const& p) { return classify_recurrences(p, recurrence(p)); }

/// The degree of every node as a polynomial in the old states of a loop; infinite if it is none.
node_map<double> degrees(program const& p, recurrence_structure const& r, int loop)
{
    node_map<double> degree{};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        auto const of = [&](node_id o) { return o == no_node ? 0 : degree[o]; };
        double& d = degree[i];
        double const both = std::max({of(n.a), of(n.b), of(n.c)});
        switch (n.opcode) {
            case op::multiply: d = of(n.a) + of(n.b); break;
            case op::divide: d = of(n.b) > 0 ? HUGE_VAL : of(n.a); break;
            case op::select: d = of(n.a) > 0 ? HUGE_VAL : both; break;
            case op::add:
            case op::subtract:
            case op::negate:
            case op::broadcast: d = both; break;
            default: d = both > 0 ? HUGE_VAL : 0;
        }
        for (std::size_t k = 0; k < p.states.size(); ++k) {
            d = p.states[k].from == i && r.loop_of[k] == loop ? 1 : d;
        }
    }
    return degree;
}

/// Whether every change of entry j of the old states of a loop shows in entry j of its new states
/// only, and, if asked, is linear.
bool acts_entry_by_entry(sample_program const& s, recurrence_structure const& r, int loop, bool linear)
{
    random_source random(7);
    leaf_values const at = random_leaves(s, random);
    auto const new_states = [&](double change, std::size_t entry) {
        leaf_values moved = at;
        for (std::size_t k = 0; k < s.states.size(); ++k) {
            if (r.loop_of[k] == loop && entry < moved.states[k].size()) {
                moved.states[k][entry] += change * (k % 2 == 0 ? 1 : -0.5);
            }
        }
        return run(s.step, s.size, moved).states;
    };
    auto const here = new_states(0, 0);
    for (std::size_t entry = 0; entry < 5; ++entry) {
        auto const once = new_states(0.25, entry);
        auto const twice = new_states(0.5, entry);
        for (std::size_t k = 0; k < s.states.size(); ++k) {
            for (std::size_t i = 0; r.loop_of[k] == loop && i < here[k].size(); ++i) {
                double const step = once[k][i] - here[k][i];
                bool const bent = std::fabs(twice[k][i] - here[k][i] - 2 * step) > 1e-9;
                if ((i != entry && step != 0) || (linear && bent)) {
                    return false;
                }
            }
        }
    }
    return true;
}

/// A broken postcondition for one state; empty if all hold.
std::string broken_promise(program const& p, recurrence_structure const& r, recurrence_kinds const& kinds,
                           std::size_t k)
{
    kind const found = kinds.of_state[k];
    auto const in_loop = [&](node_id i) { return r.positions[i] == position{r.loop_of[k], true}; };
    bool across = false;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        across |= in_loop(i) && !is_elementwise(p.nodes[i].opcode);
    }
    bool linear = true;
    node_map<double> const degree = degrees(p, r, r.loop_of[k]);
    for (std::size_t j = 0; j < p.states.size(); ++j) {
        bool const same = r.loop_of[j] == r.loop_of[k];
        linear &= !same || degree[p.states[j].to] <= 1;
        if (same && kinds.of_state[j] != found) {
            return "states of one loop are of two kinds";
        }
    }
    if ((found == kind::none) == r.is_loop[k]) {
        return "none, or not, against the loops that were found";
    }
    if ((found == kind::dense) != across) {
        return "dense, or not, against the products on the cycle";
    }
    if (found != kind::none && found != kind::dense && (found == kind::diagonal_linear) != linear) {
        return "linear, or not, against the degree in the old states";
    }
    return "";
}

}  // namespace

TEST_CASE("recurrence_kind: names")
{
    CHECK(name_of(kind::none) == "none");
    CHECK(name_of(kind::diagonal_linear) == "diagonal_linear");
    CHECK(name_of(kind::diagonal) == "diagonal");
    CHECK(name_of(kind::dense) == "dense");
}

TEST_CASE("recurrence_kind: of hand-made cells")
{
    CHECK(kinds_of(sample<lstm<>>().step).strongest == kind::dense);
    CHECK(kinds_of(sample<attending>().step).strongest == kind::dense);
    CHECK(kinds_of(sample<normalised>().step).strongest == kind::dense);
    CHECK(kinds_of(sample<min_gru<>>().step).strongest == kind::diagonal_linear);
    CHECK(kinds_of(sample<sru<>>().step).strongest == kind::diagonal_linear);
    CHECK(kinds_of(sample<swapping>().step).strongest == kind::diagonal_linear);
    CHECK(kinds_of(sample<unchanging>().step).strongest == kind::diagonal_linear);
    CHECK(kinds_of(sample<folded>().step).strongest == kind::diagonal);
    CHECK(kinds_of(sample<logistic_map>().step).strongest == kind::diagonal);
    CHECK(kinds_of(sample<leaky_counter>().step).strongest == kind::diagonal);
    CHECK(kinds_of(sample<delay_line>().step).strongest == kind::none);
    CHECK(kinds_of(sample<forgetful>().step).strongest == kind::none);
}

TEST_CASE("recurrence_kind: every state has the kind of its cycle")
{
    recurrence_kinds const k = kinds_of(sample<delay_chain>().step);
    CHECK(k.of_state[0] == kind::none);
    CHECK(k.of_state[1] == kind::none);
    CHECK(k.of_state[2] == kind::diagonal_linear);
    CHECK(k.strongest == kind::diagonal_linear);
}

TEST_CASE("recurrence_kind: which operations a linear cycle may have")
{
    program p{};
    node_id const s = p.nodes.leaf(op::state, 0, {1});
    node_id const x = p.nodes.leaf(op::input, 0, {1});
    p.states.push_back({s, s});
    auto const with = [&](op code, node_id a, node_id b = no_node) {
        p.states[0].to = b == no_node ? p.nodes.unary(code, a) : p.nodes.binary(code, a, b);
        return kinds_of(p).strongest;
    };
    CHECK(with(op::negate, s) == kind::diagonal_linear);
    CHECK(with(op::add, s, x) == kind::diagonal_linear);
    CHECK(with(op::add, s, s) == kind::diagonal_linear);
    CHECK(with(op::subtract, x, s) == kind::diagonal_linear);
    CHECK(with(op::multiply, s, x) == kind::diagonal_linear);
    CHECK(with(op::multiply, s, p.nodes.unary(op::tanh, x)) == kind::diagonal_linear);
    CHECK(with(op::divide, s, x) == kind::diagonal_linear);
    CHECK(with(op::divide, x, s) == kind::diagonal);
    CHECK(with(op::multiply, s, s) == kind::diagonal);
    auto const choosing = [&](node_id condition, node_id a, node_id b) {
        p.states[0].to = p.nodes.ternary(op::select, condition, a, b);
        return kinds_of(p).strongest;
    };
    CHECK(choosing(x, s, x) == kind::diagonal_linear);
    CHECK(choosing(x, x, s) == kind::diagonal_linear);
    CHECK(choosing(s, x, s) == kind::diagonal);
    CHECK(with(op::minimum, s, x) == kind::diagonal);
    CHECK(with(op::less, s, x) == kind::diagonal);
    CHECK(with(op::fmod, s, x) == kind::diagonal);
    CHECK(with(op::pow, s, x) == kind::diagonal);
    CHECK(with(op::multiply, s, p.nodes.unary(op::negate, s)) == kind::diagonal);
    for (op const code :
         {op::sigmoid, op::tanh, op::exp, op::log, op::sqrt, op::relu, op::square, op::abs, op::sign,
          op::positive, op::sin, op::cos, op::tan, op::expm1, op::log1p, op::softplus, op::erf}) {
        CHECK(with(code, s) == kind::diagonal);
    }
}

TEST_CASE("recurrence_kind: of matrices")
{
    program p{};
    graph& g = p.nodes;
    extents const shape{1, 2};
    node_id const c = g.leaf(op::state, 0, shape);
    node_id const f = g.leaf(op::input, 0, {1});
    node_id const k = g.leaf(op::input, 1, {2});
    node_id const outer = g.binary(op::multiply, g.broadcast(f, shape), k);
    auto const kind_of = [&](node_id next) {
        p.states.clear();
        p.states.push_back({c, next});
        return kinds_of(p).strongest;
    };
    CHECK(kind_of(g.binary(op::add, g.binary(op::multiply, f, c), outer)) == kind::diagonal_linear);
    CHECK(kind_of(g.binary(op::multiply, g.unary(op::exp, outer), c)) == kind::diagonal_linear);
    CHECK(kind_of(g.binary(op::multiply, f, g.unary(op::tanh, c))) == kind::diagonal);
    node_id const read = g.sum(g.binary(op::multiply, c, k), {1});  // a delta rule reads what it changes
    node_id const change = g.binary(op::multiply, g.broadcast(read, shape), k);
    CHECK(kind_of(g.binary(op::subtract, c, change)) == kind::dense);
    CHECK(kind_of(g.running_sum(op::running_sum, c, 2)) == kind::dense);
}

TEST_CASE("recurrence_kind: agrees with products on the cycle and with degrees, in any program")
{
    int seen[4] = {};
    for_each_program(300, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        for (program const& p : {s.step, simplify(differentiate(s.step))}) {
            recurrence_structure const r = recurrence(p);
            recurrence_kinds const kinds = classify_recurrences(p, r);
            kind strongest = kind::none;
            for (std::size_t k = 0; k < p.states.size(); ++k) {
                CHECK(broken_promise(p, r, kinds, k) == "");
                strongest = std::max(strongest, kinds.of_state[k]);
                ++seen[static_cast<std::size_t>(kinds.of_state[k])];
            }
            CHECK(kinds.strongest == strongest);
        }
    });
    for (int const n : seen) {
        CHECK(n >= 20);  // the samples have enough of every kind
    }
}

TEST_CASE("recurrence_kind: a cycle that is not dense acts elementwise, and linearly if classified so")
{
    for_each_program(300, [](sample_program const& s, std::string const& label) {
        INFO(label);
        recurrence_structure const r = recurrence(s.step);
        recurrence_kinds const kinds = classify_recurrences(s.step, r);
        for (std::size_t k = 0; k < s.states.size(); ++k) {
            CAPTURE(k);
            if (kinds.of_state[k] == kind::diagonal_linear || kinds.of_state[k] == kind::diagonal) {
                CHECK(acts_entry_by_entry(s, r, r.loop_of[k], kinds.of_state[k] == kind::diagonal_linear));
            }
        }
    });
}

TEST_CASE("recurrence_kind: the gradient of a diagonal recurrence is linear, of a dense one dense")
{
    auto const backward = [](program const& p) { return kinds_of(simplify(differentiate(p))).strongest; };
    CHECK(backward(sample<min_gru<>>().step) == kind::diagonal_linear);
    CHECK(backward(sample<sru<>>().step) == kind::diagonal_linear);
    CHECK(backward(sample<folded>().step) == kind::diagonal_linear);
    CHECK(backward(sample<lstm<>>().step) == kind::dense);
}

}  // namespace recurrence_kind_test
