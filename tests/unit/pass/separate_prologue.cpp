#include "unit/schedule_interpreter.hpp"
#include "unit/scheduled_steps.hpp"
#include "unit/sequence.hpp"
#include "unit/well_formed.hpp"

#include <rondo/pass/separate_prologue.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// A random step whose last input does not change over time, and arguments for it.
struct separated_sample {
    sample_program sample;
    sequence_values arguments;
    separated_step apart;

    explicit separated_sample(unsigned seed, std::size_t steps, bool has_matrices)
        : sample(has_matrices ? random_matrix_program(seed) : random_program(seed))
    {
        random_source random(seed + 77);
        arguments = random_sequence(sample, steps, random);
        for (value& v : arguments.inputs.back()) {
            v = arguments.inputs.back().front();
        }
        apart = separate_prologue(simplify(sample.step), sample.inputs.size() - 1);
    }
    [[nodiscard]] std::size_t values() const { return static_cast<std::size_t>(apart.values); }
};

/// The outputs and the gradient of a sample's prologue and step. The gradient of the last input, which is one
/// value, is that of step 0.
struct separated_results {
    std::vector<std::vector<value>> outputs{};
    sequence_gradient gradient{};
};

/// Runs a prologue, which is a step without states, over a sequence of one step.
class one_prologue {
   public:
    one_prologue(separated_sample const& s, std::vector<value> const& given)
        : s_(s), steps_(s.apart.prologue), given_(given)
    {
    }
    std::vector<value> forward()
    {
        schedule_run run(steps_.forward, steps_.forward_schedule, s_.sample.size, 1, direction::forward);
        provide(run);
        run.run();
        for (int k = 0; k < steps_.reverse.saved.size(); ++k) {
            saved_.push_back(run.written(storage::saved, k));
        }
        std::vector<value> results;
        for (std::size_t k = 0; k < s_.apart.prologue.results.size(); ++k) {
            results.push_back(run.written(storage::output, static_cast<int>(k)).at(0));
        }
        return results;
    }
    /// Adds to the gradients of the parameters; returns that of the input.
    value backward(std::vector<value> const& adjoints, std::vector<value>& parameters)
    {
        schedule_run run(steps_.backward, steps_.backward_schedule, s_.sample.size, 1, direction::backward);
        provide(run);
        for (std::size_t k = 0; k < adjoints.size(); ++k) {
            run.provide(storage::output_adjoint, static_cast<int>(k), {adjoints[k]});
        }
        for (std::size_t k = 0; k < saved_.size(); ++k) {
            run.provide(storage::saved, static_cast<int>(k), saved_[k]);
        }
        run.run();
        for (std::size_t k = 0; k < parameters.size(); ++k) {
            add_to(parameters[k], run.gradients[k]);
        }
        auto const written = run.written(storage::input_gradient, 0);
        return written.empty() ? value(given_[0].size(), 0.0) : written.at(0);
    }

   private:
    void provide(schedule_run& run)
    {
        run.parameters = s_.arguments.parameters;
        run.provide(storage::input, 0, given_);
    }

    separated_sample const& s_;
    scheduled_steps steps_;
    std::vector<value> given_;
    std::vector<std::vector<value>> saved_{};
};

separated_results execute_apart(separated_sample const& s)
{
    auto const& q = s.arguments;
    scheduled_steps const steps(s.apart.step);
    REQUIRE(verdict(steps.backward) == "well-formed");
    one_prologue prologue(s, {q.inputs.back().front()});
    std::vector<value> const values = prologue.forward();
    std::vector<value> adjoints;
    schedule_run forward(steps.forward, steps.forward_schedule, s.sample.size, q.steps, direction::forward);
    schedule_run backward(steps.backward, steps.backward_schedule, s.sample.size, q.steps,
                          direction::backward);
    for (std::size_t k = 0; k < values.size(); ++k) {
        forward.provide(storage::per_sequence, static_cast<int>(k), {values[k]});
        backward.provide(storage::per_sequence, static_cast<int>(k), {values[k]});
        adjoints.emplace_back(values[k].size(), 0.0);
    }
    for (std::size_t k = 0; k + 1 < q.inputs.size(); ++k) {
        forward.provide(storage::input, static_cast<int>(k), q.inputs[k]);
        backward.provide(storage::input, static_cast<int>(k), q.inputs[k]);
    }
    forward.parameters = backward.parameters = q.parameters;
    forward.carried = q.states;
    forward.run();
    separated_results out{};
    for (std::size_t k = 0; k < q.output_adjoints.size(); ++k) {
        out.outputs.push_back(forward.written(storage::output, static_cast<int>(k)));
        backward.provide(storage::output_adjoint, static_cast<int>(k), q.output_adjoints[k]);
    }
    for (std::size_t k = 0; k < q.states.size(); ++k) {
        auto const states = forward.written(storage::carried_out, static_cast<int>(k));
        backward.provide(storage::old_state, static_cast<int>(k), found_by_steps(q.states[k], states));
        backward.provide(storage::new_state, static_cast<int>(k), states);
    }
    for (int k = 0; k < steps.reverse.saved.size(); ++k) {
        backward.provide(storage::saved, k, forward.written(storage::saved, k));
    }
    backward.carried = q.state_adjoints;
    backward.per_sequence_gradients = adjoints;
    backward.run();
    out.gradient.parameters = backward.gradients;
    for (std::size_t k = 0; k + 1 < q.inputs.size(); ++k) {
        auto written = backward.written(storage::input_gradient, static_cast<int>(k));
        written.resize(q.steps, value(q.inputs[k][0].size(), 0.0));
        out.gradient.inputs.push_back(written);
    }
    for (std::size_t k = 0; k < q.states.size(); ++k) {
        out.gradient.states.push_back(gradient_of_initial(
            backward.written(storage::carried_out, static_cast<int>(k)), q.state_adjoints[k]));
    }
    out.gradient.inputs.push_back(
        {prologue.backward(backward.per_sequence_gradients, out.gradient.parameters)});
    return out;
}

/// The sum over the steps.
value total(std::vector<value> const& by_step)
{
    value sum(by_step[0].size(), 0.0);
    for (value const& v : by_step) {
        add_to(sum, v);
    }
    return sum;
}

}  // namespace

TEST_CASE("separate_prologue: a product with the context leaves the step, and a sum with the input stays")
{
    program p{};
    node_id const x = p.nodes.leaf(op::input, 0, {1});
    node_id const c = p.nodes.leaf(op::input, 1, {2});
    node_id const h = p.nodes.leaf(op::state, 0, {1});
    node_id const w = p.nodes.leaf(op::parameter, 0, {1, 2});
    node_id const sum = p.nodes.binary(op::add, p.nodes.binary(op::add, x, h), p.nodes.product(w, c));
    p.states.push_back({h, p.nodes.unary(op::tanh, sum)});
    p.results.push_back({role::output, 0, p.states[0].to});
    p.results.push_back({role::start, 0, p.nodes.unary(op::tanh, p.nodes.product(w, c))});

    separated_step const apart = separate_prologue(p, 1);
    CHECK(apart.values == 1);
    REQUIRE(apart.prologue.results.size() == 2);
    CHECK(apart.prologue.nodes[apart.prologue.results[0].value].opcode == op::product);
    CHECK(apart.prologue.results[1].index == 1);  // the initial state
    CHECK(apart.prologue.nodes[apart.prologue.results[1].value].opcode == op::tanh);
    CHECK(apart.prologue.states.empty());
    REQUIRE(apart.step.results.size() == 1);
    for (node_id i = 0; i < apart.step.nodes.size(); ++i) {
        CHECK(!is_product(apart.step.nodes[i].opcode));
    }
}

TEST_CASE("separate_prologue: with the step it computes the values and the gradient of the whole")
{
    int separated[2] = {};
    for (unsigned seed = 1; seed < 650; ++seed) {
        bool const has_matrices = seed >= 500;
        separated_sample const s(seed, 1 + seed % 4, has_matrices);
        if (s.sample.inputs.size() < 2 || s.apart.values == 0) {
            continue;
        }
        ++separated[has_matrices];
        INFO((has_matrices ? "random_matrix_program(" : "random_program(") << seed << ")");
        for (program_result const& y : s.apart.prologue.results) {
            node const& n = s.apart.prologue.nodes[y.value];
            CHECK_FALSE((n.opcode == op::broadcast && n.shape.is_matrix()));
        }
        REQUIRE(verdict(s.apart.step) == "well-formed");
        REQUIRE(verdict(s.apart.prologue) == "well-formed");
        separated_results e{};
        REQUIRE_NOTHROW(e = execute_apart(s));
        unrolled_forward const u = unroll(s.sample.step, s.sample.size, s.arguments);
        CHECK(difference(e.outputs, u.outputs) < 1e-12);
        static_vector<node_id, 1> const nothing{};
        sequence_gradient expected =
            unroll_backward(differentiate(s.sample.step), nothing, s.sample.size, s.arguments, u);
        expected.inputs.back() = {total(expected.inputs.back())};
        CHECK(difference(e.gradient, expected) < 1e-11);
    }
    CHECK(separated[0] > 50);
    CHECK(separated[1] > 15);
}
