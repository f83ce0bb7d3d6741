#include "unit/sample_cells.hpp"
#include "unit/sequence.hpp"

#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/push_tangents.hpp>
#include <rondo/pass/simplify.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace push_tangents_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// A step with the tangents of its states and outputs as further states and outputs. The tangents of leaves
/// are further leaves, behind those of the step.
program with_tangents(sample_program const& s)
{
    program out{.nodes = s.step.nodes};
    node_map<node_id> tangent{max_nodes, no_node};
    for (node_id i = 0; i < s.step.nodes.size(); ++i) {
        node const n = s.step.nodes[i];
        std::size_t const behind = n.opcode == op::input       ? s.inputs.size()
                                   : n.opcode == op::state     ? s.states.size()
                                   : n.opcode == op::parameter ? s.parameters.size()
                                                               : 0;
        if (behind > 0) {
            tangent[i] = out.nodes.leaf(n.opcode, n.index + static_cast<int>(behind), n.shape);
        }
    }
    node_map<node_id> of_leaves = tangent;
    push_tangents(out.nodes, tangent, s.step.nodes.size());
    auto const of = [&](node_id i) {
        node_id const t = tangent[i];
        return t != no_node ? t : out.nodes.broadcast(out.nodes.constant(0), s.step.nodes[i].shape);
    };
    out.states = s.step.states;
    for (carry const& c : s.step.states) {
        out.states.push_back({of_leaves[c.from], of(c.to)});
    }
    out.results = s.step.results;
    for (program_result const& r : s.step.results) {
        auto const index = static_cast<std::int16_t>(r.index + static_cast<int>(s.step.results.size()));
        out.results.push_back({role::output, index, of(r.value)});
    }
    return out;
}

std::vector<std::vector<value>> joined(std::vector<std::vector<value>> a,
                                       std::vector<std::vector<value>> const& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}
std::vector<value> joined(std::vector<value> a, std::vector<value> const& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}
double dot(value const& a, value const& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b.at(i);
    }
    return sum;
}
double dot(std::vector<value> const& a, std::vector<value> const& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += dot(a[i], b.at(i));
    }
    return sum;
}
/// A step with tangents, and the arguments of a run of it along a direction.
struct directed_run {
    program step{};
    sequence_values arguments{};

    directed_run(sample_program const& s, sequence_values const& q, sequence_values const& direction)
        : step(with_tangents(s)), arguments(q)
    {
        arguments.inputs = joined(q.inputs, direction.inputs);
        arguments.states = joined(q.states, direction.states);
        arguments.parameters = joined(q.parameters, direction.parameters);
        // The loss is the change of the loss of the run without tangents.
        auto zero_outputs = q.output_adjoints;
        for (std::vector<value>& one : zero_outputs) {
            fill_with_zeros(one);
        }
        auto zero_states = q.state_adjoints;
        fill_with_zeros(zero_states);
        arguments.output_adjoints = joined(zero_outputs, q.output_adjoints);
        arguments.state_adjoints = joined(zero_states, q.state_adjoints);
    }

   private:
    static void fill_with_zeros(std::vector<value>& all)
    {
        for (value& v : all) {
            v.assign(v.size(), 0);
        }
    }
};

/// A direction without parts for symbols, which have no tangent.
sequence_values random_direction(sample_program const& s, std::size_t steps, random_source& random)
{
    sequence_values d = random_sequence(s, steps, random);
    for (std::size_t k = 0; k < s.inputs.size(); ++k) {
        for (value& v : d.inputs[k]) {
            v = s.is_symbol[k] ? value(v.size(), 0.0) : v;
        }
    }
    return d;
}

/// The inner product of a gradient and a direction.
double along(sequence_gradient const& g, sequence_values const& direction, sample_program const& s)
{
    double sum = dot(direction.states, g.states) + dot(direction.parameters, g.parameters);
    for (std::size_t k = 0; k < s.inputs.size(); ++k) {
        sum += s.is_symbol[k] ? 0 : dot(direction.inputs[k], g.inputs[k]);
    }
    return sum;
}

sequence_gradient gradient_of(program const& step, sizes const& size, sequence_values const& q)
{
    static_vector<node_id, 1> const nothing{};
    return unroll_backward(differentiate(step), nothing, size, q, unroll(step, size, q));
}

bool is_finite(double v) { return std::isfinite(v) && std::fabs(v) < 1e6; }

}  // namespace

TEST_CASE("push_tangents: forward mode agrees with reverse mode, and Hessians are symmetric")
{
    int compared = 0;
    for (unsigned seed = 0; seed < 500; ++seed) {
        CAPTURE(seed);
        sample_program const s = seed < 400 ? random_program(seed) : random_matrix_program(seed);
        random_source random(seed);
        sequence_values const q = random_sequence(s, 3, random);
        sequence_values const u = random_direction(s, 3, random);
        sequence_values const v = random_direction(s, 3, random);
        directed_run const along_u(s, q, u);
        directed_run const along_v(s, q, v);

        double const reverse = along(gradient_of(s.step, s.size, q), u, s);
        double const forward = loss(along_u.step, s.size, along_u.arguments);
        if (!is_finite(reverse)) {
            continue;
        }
        CHECK(forward == doctest::Approx(reverse).epsilon(1e-9));

        double const uhv = along(gradient_of(along_v.step, s.size, along_v.arguments), u, s);
        double const vhu = along(gradient_of(along_u.step, s.size, along_u.arguments), v, s);
        if (is_finite(uhv)) {
            CHECK(uhv == doctest::Approx(vhu).epsilon(1e-8));
            ++compared;
        }
    }
    CHECK(compared > 370);
}

TEST_CASE("push_tangents: simplify keeps the values of a step with tangents")
{
    for (unsigned seed = 0; seed < 150; ++seed) {
        CAPTURE(seed);
        sample_program const s = seed < 100 ? random_program(seed) : random_matrix_program(seed);
        random_source random(seed);
        sequence_values const q = random_sequence(s, 2, random);
        directed_run const run(s, q, random_direction(s, 2, random));
        double const before = loss(run.step, s.size, run.arguments);
        if (is_finite(before)) {
            CHECK(loss(simplify(run.step), s.size, run.arguments) == doctest::Approx(before).epsilon(1e-9));
        }
    }
}

}  // namespace push_tangents_test
