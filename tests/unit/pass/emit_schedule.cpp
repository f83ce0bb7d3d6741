#include "unit/sample_cells.hpp"
#include "unit/schedule_interpreter.hpp"
#include "unit/scheduled_steps.hpp"
#include "unit/sequence.hpp"
#include "unit/well_formed.hpp"

#include <rondo/pass/emit_schedule.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// The results of the two schedules for a sequence.
struct executed {
    std::vector<std::vector<value>> outputs{};  ///< by output, then by step
    std::vector<std::vector<value>> states{};   ///< by state, then by step
    sequence_gradient gradient{};
};

/// Gives a run the inputs of a sequence.
void provide_inputs(schedule_run& run, sequence_values const& q)
{
    for (std::size_t k = 0; k < q.inputs.size(); ++k) {
        run.provide(storage::input, static_cast<int>(k), q.inputs[k]);
    }
}

/// The outputs of a forward run, by output and then by step.
std::vector<std::vector<value>> outputs_of(schedule_run const& run, sequence_values const& q)
{
    std::vector<std::vector<value>> all;
    for (std::size_t k = 0; k < q.output_adjoints.size(); ++k) {
        all.push_back(run.written(storage::output, static_cast<int>(k)));
    }
    return all;
}

executed execute(scheduled_steps const& s, sizes const& size, sequence_values const& q)
{
    std::size_t const steps = q.steps;
    executed e{};

    schedule_run forward(s.forward, s.forward_schedule, size, steps, direction::forward);
    forward.parameters = q.parameters;
    forward.carried = q.states;
    provide_inputs(forward, q);
    forward.run();
    e.outputs = outputs_of(forward, q);

    schedule_run backward(s.backward, s.backward_schedule, size, steps, direction::backward);
    backward.parameters = q.parameters;
    backward.carried = q.state_adjoints;
    provide_inputs(backward, q);
    for (std::size_t k = 0; k < q.output_adjoints.size(); ++k) {
        backward.provide(storage::output_adjoint, static_cast<int>(k), q.output_adjoints[k]);
    }
    for (std::size_t k = 0; k < q.states.size(); ++k) {
        e.states.push_back(forward.written(storage::carried_out, static_cast<int>(k)));
        backward.provide(storage::old_state, static_cast<int>(k), found_by_steps(q.states[k], e.states[k]));
        backward.provide(storage::new_state, static_cast<int>(k), e.states[k]);
    }
    for (int k = 0; k < s.reverse.saved.size(); ++k) {
        backward.provide(storage::saved, k, forward.written(storage::saved, k));
    }
    backward.run();

    e.gradient.parameters = backward.gradients;
    for (std::size_t k = 0; k < q.inputs.size(); ++k) {
        e.gradient.inputs.push_back(backward.written(storage::input_gradient, static_cast<int>(k)));
        if (e.gradient.inputs[k].empty()) {  // a symbol, or the step does not read its input
            e.gradient.inputs[k].assign(steps, value(q.inputs[k][0].size(), 0.0));
        }
    }
    for (std::size_t k = 0; k < q.states.size(); ++k) {
        e.gradient.states.push_back(gradient_of_initial(
            backward.written(storage::carried_out, static_cast<int>(k)), q.state_adjoints[k]));
    }
    return e;
}

/// The outputs of the schedule that saves nothing.
std::vector<std::vector<value>> stepped(scheduled_steps const& s, sizes const& size, sequence_values const& q)
{
    schedule_run forward(s.forward, s.inference_schedule, size, q.steps, direction::forward);
    forward.parameters = q.parameters;
    forward.carried = q.states;
    provide_inputs(forward, q);
    forward.run();
    return outputs_of(forward, q);
}

/// A defect of a loop; empty if it is a scan and nothing else, or dense and without scans.
std::string malformed_loop(program const& p, schedule const& s)
{
    recurrence_structure const r = recurrence(p);
    recurrence_kinds const kinds = classify_recurrences(p, r);
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        bool const has_matrix = matrix_rank(p, r, r.loop_of[k]) > 0;
        int scans = 0;
        int others = 0;
        for (stage const& st : s.stages) {
            if (st.where == position{r.loop_of[k], true}) {
                (st.kind == stage_kind::scan ? scans : others)++;
                if (st.kind == stage_kind::scan && st.accumulators.size() > 0) {
                    return "a scan has products";
                }
            }
        }
        bool const dense = kinds.of_state[k] == recurrence_kind::dense;
        bool const recurs = kinds.of_state[k] != recurrence_kind::none;
        bool const scanned = recurs && !dense && !has_matrix;
        if (scans != scanned || (others > 0) != (recurs && !scanned)) {
            return "the loop of state " + std::to_string(k) + " is of another kind than its recurrence";
        }
    }
    return "";
}

/// Checks that every temporary is read; empty if so.
std::string unread_temporary(schedule const& s)
{
    std::array<bool, max_arrays> read{};
    auto const mark = [&](array_id a) {
        if (a != no_array) {
            read[static_cast<std::size_t>(a)] = true;
        }
    };
    auto const mark_value = [&](node_id i) {
        if (i != no_node) {
            mark(s.buffer[i]);
        }
    };
    for (segment const& g : s.segments) {
        mark(g.operand);
    }
    for (accumulator const& a : s.accumulators) {
        mark_value(a.start);
    }
    for (work_item const& w : s.work) {
        mark_value(w.from == origin::memory || w.from == origin::elsewhere ? w.value : no_node);
    }
    for (gradient_part const& g : s.parts) {
        mark(g.left);
        mark(g.right);
        mark(g.symbols);
    }
    for (array_id a = 0; a < s.arrays.size(); ++a) {
        storage const kind = s.arrays[a].kind;
        if ((kind == storage::span || kind == storage::step) && !read[static_cast<std::size_t>(a)]) {
            return "nothing reads temporary " + std::to_string(a);
        }
    }
    return "";
}

/// A defect of the work of a stage; empty if there is none.
std::string malformed_work(program const& p, schedule const& s, stage const& st)
{
    bool const is_weight_stage =
        st.kind == stage_kind::weight_gradient || st.kind == stage_kind::symbol_gradient;
    bool const takes_matrices = st.kind == stage_kind::elementwise || st.kind == stage_kind::bias_gradient ||
                                st.kind == stage_kind::per_sequence_gradient ||
                                (st.kind == stage_kind::tile && st.shape.rank() == 2);
    if (st.shape.is_matrix() && (is_weight_stage || !takes_matrices)) {
        return "a stage of matrices is of another kind";
    }
    for (auto w = st.work.begin; w < st.work.end; ++w) {
        auto const [i, from] = s.work[w];
        node const& n = p.nodes[i];
        if (from != origin::elsewhere && !st.shape.contains_in_order(n.shape)) {
            return "a stage works with a value that has other dimensions: node " + std::to_string(i);
        }
        bool const is_of_head =
            n.shape == st.shape || n.shape.is_scalar() || n.shape == extents{st.shape.last()};
        if (st.is_by_head() && !is_of_head) {
            return "a head works with a value of all heads: node " + std::to_string(i);
        }
        bool const is_smaller = st.shape.is_matrix() && n.shape != st.shape;
        bool const is_computed = from == origin::operation && !is_leaf(n.opcode) && !st.is_once;
        if (is_smaller && is_computed && cost_of(n.opcode) > 1) {
            return "a stage of matrices computes a value with fewer dimensions: node " + std::to_string(i);
        }
    }
    return "";
}

/// A defect of a schedule that does not depend on values; empty if there is none.
std::string malformed(program const& p, schedule const& s)
{
    for (stage_id i = 1; i < s.stages.size(); ++i) {
        if (s.stages[i].where.before(s.stages[i - 1].where)) {
            return "stages are out of order";
        }
    }
    for (segment const& g : s.segments) {
        if (g.operand == no_array || g.factors.size() == 0) {
            return "a segment has no operand or no factors";
        }
    }
    for (store const& w : s.stores) {
        if (w.to == no_array) {
            return "a value is stored nowhere: node " + std::to_string(w.value);
        }
    }
    for (stage const& st : s.stages) {
        if (st.is_reduction() && st.where.is_loop) {
            return "gradients are added up inside a loop";
        }
        if (std::string const wrong = malformed_work(p, s, st); !wrong.empty()) {
            return wrong;
        }
    }
    std::string const unread = unread_temporary(s);
    return unread.empty() ? malformed_loop(p, s) : unread;
}

int stages_in_loops(schedule const& s)
{
    int count = 0;
    for (stage const& st : s.stages) {
        count += st.where.is_loop;
    }
    return count;
}

}  // namespace

TEST_CASE("emit_schedule: the LSTM starts its gates from the hoisted product and multiplies once")
{
    scheduled_steps const s(sample<lstm<>>().step);
    REQUIRE(s.forward_schedule.stages.size() == 2);
    stage const& loop = s.forward_schedule.stages[1];
    CHECK(loop.where.is_loop);
    CHECK(loop.accumulators.size() == 4);
    CHECK(loop.segments.size() == 1);
    for (auto a = loop.accumulators.begin; a < loop.accumulators.end; ++a) {
        CHECK(s.forward_schedule.accumulators[a].start != no_node);
    }
}

TEST_CASE("emit_schedule: gradients of matrices are one stage after all loops")
{
    scheduled_steps const s(sample<lstm<>>().step);
    int outer_stages = 0;
    for (stage const& st : s.backward_schedule.stages) {
        if (st.kind == stage_kind::weight_gradient) {
            ++outer_stages;
            CHECK(st.parts.size() == 8);
        }
    }
    CHECK(outer_stages == 1);
}

TEST_CASE("emit_schedule: a state that does not recur has no loop")
{
    program p{};  // a delayed input and a read-out
    node_id const x = p.nodes.leaf(op::input, 0, {1});
    node_id const last = p.nodes.leaf(op::state, 0, {1});
    node_id const w = p.nodes.leaf(op::parameter, 0, {1, 1});
    p.states.push_back({last, x});
    p.results.push_back({role::output, 0, p.nodes.unary(op::tanh, p.nodes.product(w, last))});
    scheduled_steps const s(p);
    CHECK(stages_in_loops(s.forward_schedule) == 0);
    CHECK(stages_in_loops(s.backward_schedule) == 0);
}

TEST_CASE("emit_schedule: two products of one vector in one sum are two segments")
{
    program p{};
    node_id const h = p.nodes.leaf(op::state, 0, {1});
    node_id const w = p.nodes.leaf(op::parameter, 0, {1, 1});
    node_id const v = p.nodes.leaf(op::parameter, 1, {1, 1});
    node_id const both = p.nodes.binary(op::add, p.nodes.product(w, h), p.nodes.transposed_product(v, h));
    p.states.push_back({h, p.nodes.unary(op::tanh, both)});
    p.results.push_back({role::output, 0, both});
    scheduled_steps const s(p);
    REQUIRE(s.forward_schedule.stages.size() == 1);
    CHECK(s.forward_schedule.stages[0].accumulators.size() == 1);
    CHECK(s.forward_schedule.stages[0].segments.size() == 2);
    CHECK(s.forward_schedule.factors.size() == 2);
}

TEST_CASE("emit_schedule: a step without states is one phase")
{
    program p{};
    node_id const x = p.nodes.leaf(op::input, 0, {1});
    node_id const w = p.nodes.leaf(op::parameter, 0, {1, 1});
    p.results.push_back({role::output, 0, p.nodes.unary(op::tanh, p.nodes.product(w, x))});
    sample_program sample{
        .step = p, .size = sizes_of({3}), .inputs = {{1}}, .is_symbol = {false}, .parameters = {{1, 1}}};
    scheduled_steps const s(p);
    CHECK(stages_in_loops(s.forward_schedule) == 0);
    random_source random(5);
    sequence_values const q = random_sequence(sample, 3, random);
    executed const e = execute(s, sample.size, q);
    CHECK(difference(e.outputs, unroll(p, sample.size, q).outputs) < 1e-14);
    CHECK(difference(e.gradient, differences(p, sample.size, q)) < 1e-8);
}

TEST_CASE("emit_schedule: the schedules compute the values of the equations, forward and backward in time")
{
    int compared = 0;
    unsigned seed = 500;
    for_each_program(500, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        random_source random(++seed);
        parameter_flags constants{};
        for (std::size_t k = 0; k < s.parameters.size(); ++k) {
            constants.push_back(seed % 3 == 0 && random.chance(0.4));
        }
        scheduled_steps const compiled(s.step, constants);
        REQUIRE(verdict(compiled.forward) == "well-formed");
        REQUIRE(verdict(compiled.backward) == "well-formed");
        CHECK(malformed(compiled.forward, compiled.forward_schedule) == "");
        CHECK(malformed(compiled.backward, compiled.backward_schedule) == "");

        sequence_values const q = random_sequence(s, 1 + seed % 4, random);
        unrolled_forward const u = unroll(s.step, s.size, q);
        executed e{};
        REQUIRE_NOTHROW(e = execute(compiled, s.size, q));

        CHECK(difference(e.outputs, u.outputs) < 1e-12);
        CHECK(difference(stepped(compiled, s.size, q), u.outputs) < 1e-12);
        for (std::size_t k = 0; k < q.states.size(); ++k) {
            for (std::size_t t = 0; t < q.steps; ++t) {
                CHECK(difference(e.states[k].at(t), u.states[t][k]) < 1e-12);
            }
        }
        static_vector<node_id, 1> const nothing{};
        program const derived = differentiate(s.step, constants);
        CHECK(difference(e.gradient, unroll_backward(derived, nothing, s.size, q, u)) < 1e-11);
        if (distance_to_kink(s.step, s.size, u) > 1e-3) {
            ++compared;
            sequence_gradient expected = differences(s.step, s.size, q);
            for (std::size_t k = 0; k < s.parameters.size(); ++k) {
                if (constants[k]) {
                    expected.parameters[k].assign(expected.parameters[k].size(), 0.0);
                }
            }
            CHECK(difference(e.gradient, expected) < 1e-5);
        }
    });
    CHECK(compared > 125);  // otherwise kinks exclude too many programs
}
