#include "unit/sample_cells.hpp"

#include <rondo/cell/min_gru.hpp>
#include <rondo/graph/verify.hpp>
#include <rondo/pass/pipeline.hpp>
#include <rondo/pass/recurrence_of.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

/// Four layers: with its gradient the largest step that the compilers' limits have to allow. Clang 16
/// stops a constant after a million steps; no pass takes more than a quarter of that.
struct four_layers {
    lstm<hidden, input> first;
    lstm<hidden, hidden> second, third, fourth;
    RONDO_MEMBERS(first, second, third, fourth);

    constexpr auto operator()(vec<input> x, vec<hidden> h1, vec<hidden> c1, vec<hidden> h2, vec<hidden> c2,
                              vec<hidden> h3, vec<hidden> c3, vec<hidden> h4, vec<hidden> c4) const
    {
        auto [a1, b1] = first(x, h1, c1);
        auto [a2, b2] = second(a1, h2, c2);
        auto [a3, b3] = third(a2, h3, c3);
        auto [a4, b4] = fourth(a3, h4, c4);
        return next{a1, b1, a2, b2, a3, b3, a4, b4}.output(a4);
    }
};

/// A scan whose derivative is that of a dense layer: one product that only the gradient reads.
struct surrogate {
    weight<hidden> decay;
    weight<hidden, hidden> U, V;
    RONDO_MEMBERS(decay, U, V);

    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const
    {
        return next{with_gradient(decay * clip_gradient(h, 1) + x, V * tanh(U * h))};
    }
};

}  // namespace

namespace {

using stack = compiled<four_layers>;

// At compile time, as in a user's program.
static_assert(verify(stack::traced.step).is_valid());
static_assert(verify(stack::forward).is_valid());
static_assert(verify(stack::backward).is_valid());
static_assert(stack::shapes.parameters.size() == 48);
static_assert(stack::shapes.parameters[47].name.view() == "fourth.o.b");
static_assert(stack::shapes.states.size() == 8);

constexpr int count(schedule const& s, stage_kind kind, bool is_loop)
{
    int n = 0;
    for (stage const& st : s.stages) {
        n += st.kind == kind && st.where.is_loop == is_loop;
    }
    return n;
}
// Forward, each layer is one product over all steps and one loop of one stage.
static_assert(count(stack::forward_schedule, stage_kind::tile, false) == 4);
static_assert(count(stack::forward_schedule, stage_kind::tile, true) == 4);
static_assert(stack::forward_schedule.stages.size() == 8);
// Backward, each layer is a loop; between them the adjoints go down by one product over all steps.
static_assert(count(stack::backward_schedule, stage_kind::tile, false) == 4);
static_assert(count(stack::backward_schedule, stage_kind::tile, true) == 4);
static_assert(count(stack::backward_schedule, stage_kind::elementwise, true) == 4);
static_assert(count(stack::backward_schedule, stage_kind::weight_gradient, false) == 1);
static_assert(count(stack::backward_schedule, stage_kind::bias_gradient, false) == 1);

}  // namespace

TEST_CASE("pipeline: equal at compile time and at run time")
{
    program const forward = hoist_invariant_terms(simplify(stack::traced.step));
    saved_values const reverse = choose_saved_values(forward, differentiate(forward));
    program const backward = hoist_invariant_terms(reverse.backward);
    schedule const plan = lower(backward, recurrence(backward), {});

    CHECK(forward.nodes.size() == stack::forward.nodes.size());
    CHECK(reverse.saved.size() == stack::reverse.saved.size());
    CHECK(backward.nodes.size() == stack::backward.nodes.size());
    REQUIRE(plan.work.size() == stack::backward_schedule.work.size());
    for (entry_id i = 0; i < plan.work.size(); ++i) {
        CHECK(plan.work[i].value == stack::backward_schedule.work[i].value);
        CHECK(plan.work[i].from == stack::backward_schedule.work[i].from);
    }
}

TEST_CASE("pipeline: no layer saves more than five vectors besides its output")
{
    CHECK(stack::reverse.saved.size() == 4 * 4);  // the gates; c and h are in memory as states
}

TEST_CASE(
    "pipeline: what only chooses a gradient is neither computed in inference nor part of the recurrence")
{
    using chosen = compiled<surrogate>;
    auto const products = [](program const& p) {
        int n = 0;
        for (node_id i = 0; i < p.nodes.size(); ++i) {
            n += is_product(p.nodes[i].opcode);
        }
        return n;
    };
    CHECK(products(chosen::differentiable) == 2);
    CHECK(products(chosen::forward) == 1);  // of U, for the derivative of tanh
    CHECK(products(chosen::inference) == 0);
    CHECK(chosen::reverse.saved.size() == 1);
    CHECK(recurrence_of<surrogate> == recurrence_kind::diagonal_linear);
    CHECK(recurrence(chosen::backward).loops == 1);
    CHECK(&compiled<lstm<>>::forward == &compiled<lstm<>>::differentiable);
    CHECK(&compiled<lstm<>>::inference == &compiled<lstm<>>::differentiable);
}

TEST_CASE("pipeline: one dense loop is inferred step by step, several loops or a scan are not")
{
    CHECK(compiled<lstm<>>::infers_step_by_step);
    CHECK(compiled<lstm<>>::inference_schedule.is_single_loop);
    CHECK_FALSE(compiled<lstm<>>::forward_schedule.is_single_loop);
    CHECK_FALSE(stack::infers_step_by_step);
    CHECK_FALSE(compiled<min_gru<>>::infers_step_by_step);
}
