#include "unit/context_cells.hpp"

#include <rondo/check/gradient_check.hpp>
#include <rondo/exec/tbb_thread_pool.hpp>
#include <rondo/lang/per_sequence.hpp>
#include <rondo/model/initialize.hpp>
#include <rondo/pass/recurrence_of.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/costs.hpp>
#include <rondo/run/state_gradient_norms.hpp>
#include <rondo/run/stream.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace per_sequence_test {

using namespace rondo;
using namespace rondo::test;

namespace {

static_assert(ir_internal::compiled<speaking>::has_prologue);
static_assert(!ir_internal::compiled<speaking_at_each_step>::has_prologue);

constexpr std::size_t batch = 3;
constexpr std::size_t steps = 9;
std::vector<std::ptrdiff_t> const unequal{4, 9, 2};

template <class Array>
void fill(Array&& to, double from)
{
    for (auto& v : to) {
        v = std::sin(from);
        from += 1.3;
    }
}

/// The inputs of `speaking` for a batch.
struct spoken {
    xt::xtensor<double, 3> x = xt::zeros<double>({steps, batch, std::size_t{2}});
    xt::xtensor<double, 2> context = xt::zeros<double>({batch, std::size_t{4}});
    xt::xtensor<int, 1> who{2, 0, 1};
    xt::xtensor<double, 1> rate{0.5, -0.25, 0.1};
    xt::xtensor<double, 3> dy = xt::zeros<double>({steps, batch, std::size_t{5}});

    spoken()
    {
        fill(x, 1);
        fill(context, 2);
        fill(dy, 3);
    }
    [[nodiscard]] auto given() const
    {
        return named("x"_s = x, "context"_s = context, "who"_s = who, "rate"_s = rate);
    }
    /// This run with the values of each sequence repeated at every step.
    [[nodiscard]] auto repeated() const
    {
        return named(
            "x"_s = x,
            "context"_s = xt::xtensor<double, 3>(xt::broadcast(context, {steps, batch, std::size_t{4}})),
            "who"_s = xt::xtensor<int, 2>(xt::broadcast(who, {steps, batch})),
            "rate"_s = xt::xtensor<double, 2>(xt::broadcast(rate, {steps, batch})));
    }
};

template <class Cell>
model<Cell, double> speaking_model()
{
    model<Cell, double> m{input{2}, hidden{5}, speaker{4}, people{3}};
    fill(m.parameters().flat(), 0.5);
    return m;
}

double apart(std::span<double const> a, std::span<double const> b)
{
    double most = a.size() == b.size() ? 0 : HUGE_VAL;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        most = std::max(most, std::fabs(a[i] - b[i]));
    }
    return most;
}
template <class A, class B>
double apart(A const& a, B const& b)
{
    return apart(std::span<double const>(a.data(), a.size()), std::span<double const>(b.data(), b.size()));
}
/// The sum over time.
xt::xtensor<double, 2> over_time(xt::xtensor<double, 3> const& g) { return xt::sum(g, {0}); }

/// Compares forward and backward of a run with those of a cell that takes the values at every step.
void compare_with_each_step(run_options const& options, lengths_view lengths)
{
    spoken const s;
    auto const m = speaking_model<speaking>();
    auto const each = speaking_model<speaking_at_each_step>();
    bptt run{m, options};
    bptt whole{each};
    auto const& y = run.forward(s.given(), {.lengths = lengths});
    CHECK(apart(y, whole.forward(s.repeated(), {.lengths = lengths})) < 1e-13);
    auto const& g = run.backward(s.dy);
    auto const& w = whole.backward(s.dy);
    CHECK(apart(g.parameters.flat(), w.parameters.flat()) < 1e-12);
    CHECK(apart(g.input["x"_s], w.input["x"_s]) < 1e-13);
    CHECK(apart(g.input["context"_s], over_time(w.input["context"_s])) < 1e-13);
    CHECK(apart(g.input["rate"_s], over_time(w.input["rate"_s])) < 1e-13);
    CHECK(apart(g.initial[0], w.initial[0]) < 1e-13);
    CHECK(apart(run.infer(s.given(), {.lengths = lengths}), whole.infer(s.repeated(), {.lengths = lengths})) <
          1e-13);
}

}  // namespace

TEST_CASE("per_sequence: equals an input that is repeated at every step")
{
    compare_with_each_step({}, {});
    compare_with_each_step({.chunk_rows = 2}, {});
    compare_with_each_step({}, unequal);
    compare_with_each_step({.chunk_rows = 2}, unequal);  // groups of chunks with fewer and fewer sequences
    tbb_thread_pool two(2);
    compare_with_each_step({.pool = &two}, unequal);
}

TEST_CASE("per_sequence: equals a repeated input within a budget, whose plan holds")
{
    auto const m = speaking_model<speaking>();
    run_options options{.chunk_rows = 2};
    std::size_t const all = plan_memory(m, unequal, options).bytes;
    options.memory = all - 1;
    CHECK(plan_memory(m, unequal, options).segments > 1);
    compare_with_each_step(options, unequal);
}

TEST_CASE("per_sequence: a scan reads it, and an output is one")
{
    xt::xtensor<double, 3> x = xt::zeros<double>({steps, batch, std::size_t{11}});
    xt::xtensor<double, 2> goal = xt::zeros<double>({batch, std::size_t{11}});
    xt::xtensor<double, 2> const rate{{0.5}, {-1.0}, {2.0}};
    fill(x, 1);
    fill(goal, 2);
    model<drifting, double> m{hidden{11}};
    model<drifting_at_each_step, double> each{hidden{11}};
    fill(m.parameters().flat(), 3);
    fill(each.parameters().flat(), 3);
    xt::xtensor<double, 3> const goals = xt::broadcast(goal, {steps, batch, std::size_t{11}});
    xt::xtensor<double, 3> const rates = xt::broadcast(rate, {steps, batch, std::size_t{1}});
    static_assert(recurrence_of<drifting> == recurrence_kind::diagonal_linear);
    bptt run{m, {.chunk_rows = 4}};
    bptt whole{each};
    auto const& y = run.forward(named("x"_s = x, "goal"_s = goal, "rate"_s = rate), {.lengths = unequal});
    auto const& z = whole.forward(named("x"_s = x, "goal"_s = goals, "rate"_s = rates), {.lengths = unequal});
    CHECK(apart(y["h"_s], z["h"_s]) < 1e-14);
    CHECK(apart(y["goal"_s], z["goal"_s]) < 1e-15);
    auto const& g = run.backward(named("h"_s = x, "goal"_s = goals));
    auto const& w = whole.backward(named("h"_s = x, "goal"_s = goals));
    CHECK(apart(g.parameters.flat(), w.parameters.flat()) < 1e-12);
    CHECK(apart(g.input["goal"_s], over_time(w.input["goal"_s])) < 1e-12);
    CHECK(apart(g.input["rate"_s], over_time(w.input["rate"_s])) < 1e-12);
}

TEST_CASE("per_sequence: differences agree with the gradient")
{
    CHECK(check_gradient<speaking>(4, 2, {}, input{2}, hidden{3}, speaker{2}, people{3}).agrees());
    CHECK(check_gradient<drifting>(4, 2, {}, hidden{3}).agrees());
}

TEST_CASE("per_sequence: a stream is given it when its sequences begin")
{
    spoken const s;
    auto const m = speaking_model<speaking>();
    bptt run{m};
    auto const& y = run.infer(s.given());
    stream live{m, batch};
    xt::xtensor<double, 1> const who = s.who;
    auto const step = [&](std::size_t t) {
        return live.step(named("x"_s = std::span(s.x.data() + t * batch * 2, batch * 2)));
    };
    CHECK_THROWS_WITH(
        step(0), "rondo: a stream of a cell with per_sequence inputs needs begin(...) before its first step");
    for (int again = 0; again < 2; ++again) {
        live.begin(named("rate"_s = s.rate, "who"_s = who, "context"_s = s.context));
        for (std::size_t t = 0; t < steps; ++t) {
            CHECK(apart(step(t), std::span(y.data() + t * batch * 5, batch * 5)) < 1e-14);
        }
    }
    live.reset();  // with the same contexts
    CHECK(apart(step(0), std::span(y.data(), batch * 5)) < 1e-14);
    std::array<double, 3> const nobody{0, 3, 0};
    CHECK_THROWS_WITH(live.begin(named("rate"_s = s.rate, "who"_s = nobody, "context"_s = s.context)),
                      "rondo: the input \"who\": expected integers from 0 to 2; found 3 at (batch 1)");
    CHECK_THROWS_WITH(
        live.begin(named("rate"_s = s.rate, "who"_s = s.rate, "context"_s = who)),
        "rondo: the input \"context\" of a stream: expected 12 numbers (voices = 3, 4 features); "
        "found 3");
    auto other = speaking_model<speaking>();
    other.parameters().flat()[20] += 1;
    live.load(other.parameters());
    live.reset();
    bptt other_run{other};
    CHECK(apart(step(0), std::span(other_run.infer(s.given()).data(), batch * 5)) < 1e-14);
}

TEST_CASE("per_sequence: only the wanted gradients are computed")
{
    spoken const s;
    auto const m = speaking_model<speaking>();
    bptt run{m};
    bptt some{m, {.input_gradient = inputs_named(m, "context"_s)}};
    bptt none{m, {.frozen = true, .input_gradient = false}};
    run.forward(s.given());
    some.forward(s.given());
    none.forward(s.given());
    auto const& g = run.backward(s.dy);
    auto const& h = some.backward(s.dy);
    CHECK(apart(g.input["context"_s], h.input["context"_s]) == 0);
    CHECK(h.input["rate"_s].size() == 0);
    CHECK(h.input["x"_s].size() == 0);
    CHECK(apart(g.initial[0], none.backward(s.dy).initial[0]) == 0);
}

TEST_CASE("per_sequence: arguments of other shapes are rejected")
{
    spoken s;
    auto const m = speaking_model<speaking>();
    bptt run{m, {.check_finite = true}};
    s.context = xt::zeros<double>({std::size_t{2}, std::size_t{4}});
    CHECK_THROWS_WITH(run.forward(s.given()),
                      "rondo: the input \"context\": expected shape (batch = 3, speaker = 4); found (2, 4)");
    s.context = xt::zeros<double>({batch, std::size_t{4}});
    s.context(1, 2) = NAN;
    CHECK_THROWS_WITH(
        run.forward(s.given()),
        "rondo: the input \"context\": expected finite entries; found nan at (batch 1, feature 2)");
    s.context(1, 2) = 0;
    s.who(2) = -1;
    CHECK_THROWS_WITH(run.forward(s.given()),
                      "rondo: the input \"who\": expected integers from 0 to 2; found -1 at (batch 2)");
}

TEST_CASE("per_sequence: norms of the gradients of states")
{
    spoken const s;
    auto const m = speaking_model<speaking>();
    auto const each = speaking_model<speaking_at_each_step>();
    CHECK(apart(state_gradient_norms(m, s.given(), s.dy), state_gradient_norms(each, s.repeated(), s.dy)) <
          1e-13);
}

TEST_CASE("per_sequence: costs of the prologue are those of a sequence")
{
    model_costs const c = costs_of(speaking_model<speaking>());
    CHECK(c.sequence_forward.products == 2 * 5 * 4);
    CHECK(c.sequence_forward.elementwise == 5);
    CHECK(c.forward.products == 2 * 5 * (2 + 5));
}

}  // namespace per_sequence_test
