#include "unit/random_run.hpp"

#include <rondo/cell/with_resets.hpp>
#include <rondo/pass/drawing.hpp>
#include <rondo/pass/recurrence_of.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/costs.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace delayed_test {

using namespace rondo;
using namespace rondo::exec_internal;
using test::difference;
using test::random_run;
using test::tensors;

namespace {

/// Values of one, two and three steps ago.
struct echoing {
    weight<hidden, input> W, V;
    weight<hidden, hidden> U;
    weight<> mix;
    RONDO_MEMBERS(W, V, U, mix);

    constexpr auto operator()(vec<input> x, scalar level, delayed<3, vec<hidden>> h) const
    {
        auto before = lag<2>(x);
        auto a = tanh(W * x + V * before + U * h);
        auto level_next = mix * level + mean(a);
        auto last = lag<1>(a);
        return next{level_next, a}.output(a + last * lag<2>(level_next));
    }
};

/// The equations of echoing with a state for every step.
struct echoing_by_hand {
    weight<hidden, input> W, V;
    weight<hidden, hidden> U;
    weight<> mix;
    RONDO_MEMBERS(W, V, U, mix);

    constexpr auto operator()(vec<input> x, scalar level, vec<hidden> h3, vec<hidden> h2, vec<hidden> h1,
                              vec<input> x2, vec<input> x1, vec<hidden> last, scalar level2,
                              scalar level1) const
    {
        auto a = tanh(W * x + V * x2 + U * h3);
        auto level_next = mix * level + mean(a);
        return next{level_next, h2, h1, a, x1, x, a, level1, level_next}.output(a + last * level2);
    }
};

static_assert(state_count<echoing> == 5);
static_assert(delay_of_state<echoing>(1) == 3);
static_assert(delay_of_state<echoing>(4) == 2);
static_assert(recurrence_of<echoing> == recurrence_kind::dense);

/// Two runs of the same numbers; states of several steps have one array in the first and several in the
/// second.
struct two_runs {
    random_run<echoing, double> with;
    random_run<echoing_by_hand, double> by_hand;

    explicit two_runs(std::size_t steps = 7, std::size_t batch = 4)
        : with(steps, batch, 3, input{3}, hidden{5}), by_hand(steps, batch, 3, input{3}, hidden{5})
    {
        by_hand.initial = apart(with.initial);
        by_hand.dfinal = apart(with.dfinal);
        by_hand.x = with.x;
        by_hand.dy = with.dy;
        std::ranges::copy(with.m.parameters().flat(), by_hand.m.parameters().flat().begin());
    }
    static states_of<echoing_by_hand, double> apart(states_of<echoing, double> const& s)
    {
        states_of<echoing_by_hand, double> all;
        std::size_t to = 0;
        for (std::size_t k = 0; k < s.size(); ++k) {
            auto const delay = static_cast<std::size_t>(delay_of_state<echoing>(k));
            std::size_t const entries = s[k].shape()[1] / delay;
            for (std::size_t j = 0; j < delay; ++j) {
                all[to++] = xt::view(s[k], xt::all(), xt::range(j * entries, (j + 1) * entries));
            }
        }
        return all;
    }
};

/// The gradients of a run, with the states of each step apart.
tensors named(gradients<echoing, double> const& g)
{
    tensors all = test::tensors_of(g);
    all.resize(all.size() - g.initial.size());
    test::append<echoing_by_hand, double>(all, "gradient of initial state", two_runs::apart(g.initial));
    return all;
}

/// The largest difference between both cells in all results of runs with options and lengths.
double difference_of_runs(two_runs const& r, run_options const& options, std::vector<int> const& lengths)
{
    bptt run{r.with.m, options};
    bptt by_hand{r.by_hand.m};
    double worst = difference(
        test::tensor_of("output", run.forward(r.with.x, {.lengths = lengths, .initial = r.with.initial})),
        test::tensor_of("output",
                        by_hand.forward(r.by_hand.x, {.lengths = lengths, .initial = r.by_hand.initial})));
    auto const final_states = [&] {
        tensors ours;
        tensors theirs;
        test::append<echoing_by_hand, double>(ours, "final", two_runs::apart(run.final_states()));
        test::append<echoing_by_hand, double>(theirs, "final", by_hand.final_states());
        return difference(ours, theirs);
    };
    worst = std::max(worst, final_states());
    worst = std::max(
        worst, difference(named(run.backward(r.with.dy, {.final = r.with.dfinal})),
                          test::tensors_of(by_hand.backward(r.by_hand.dy, {.final = r.by_hand.dfinal}))));
    run.infer(r.with.x, {.lengths = lengths, .initial = r.with.initial});
    return std::max(worst, final_states());
}

}  // namespace

TEST_CASE("delayed: equal values are one state, behind those that the step takes")
{
    struct cell {
        constexpr auto operator()(vec<input> x, vec<input> s) const
        {
            return next{lag<2>(x) + s}.output(lag<2>(x) * lag<1>(x));
        }
    };
    auto const& step = ir_internal::compiled<cell>::traced.step;
    CHECK(step.states.size() == 3);
    CHECK(ir_internal::compiled<cell>::shapes.delays.size() == 3);
    std::string const text = draw_forward<echoing>({"level", "h"}).text;
    INFO(text);
    CHECK(text.find("U * h[t-3]") != std::string::npos);
    std::string const latex = draw_forward<echoing>({"level", "h"}).latex;
    CHECK(latex.find("h_{t-3}") != std::string::npos);
}

TEST_CASE("delayed: agrees with a state for every step, in chunks, segments and with lengths")
{
    two_runs const r;
    for (std::ptrdiff_t const rows : {1, 4, 9, 1000}) {
        for (std::vector<int> const& lengths : {std::vector<int>{7, 7, 7, 7}, {7, 2, 4, 1}, {2, 7, 7, 3}}) {
            CAPTURE(rows);
            CAPTURE(lengths.size());
            CHECK(difference_of_runs(r, {.chunk_rows = rows}, lengths) < 1e-12);
        }
    }
}

TEST_CASE("delayed: agrees with a state for every step within a memory budget")
{
    two_runs const r(60, 2);
    for (std::vector<int> const& lengths : {std::vector<int>{60, 60}, {60, 41}}) {
        lengths_view const view = lengths;
        run_options options{.chunk_rows = 8, .memory = plan_memory(r.with.m, view, {.chunk_rows = 8}).bytes};
        --options.memory;  // the share of a plan that could be saved depends on the width of vectors
        CHECK(plan_memory(r.with.m, view, options).segments > 1);
        CHECK(difference_of_runs(r, options, lengths) < 1e-12);
    }
}

TEST_CASE("delayed: windows of truncated BPTT, with restarts")
{
    two_runs r(12, 3);
    for (std::ptrdiff_t const rows : {3, 512}) {
        truncated_bptt run{r.with.m, {.every = 3, .over = 5}, {.chunk_rows = rows}};
        truncated_bptt by_hand{r.by_hand.m, {.every = 3, .over = 5}, {.chunk_rows = rows}};
        run.reset(r.with.initial);
        by_hand.reset(r.by_hand.initial);
        for (std::ptrdiff_t t = 0; t < 12; t += 3) {
            if (t == 6) {
                run.reset(1);
                by_hand.reset(1);
            }
            xt::xtensor<double, 3> const x = xt::view(r.with.x, xt::range(t, t + 3));
            xt::xtensor<double, 3> const dy = xt::view(r.with.dy, xt::range(t, t + 3));
            CHECK(difference(test::tensor_of("y", run.forward(x)), test::tensor_of("y", by_hand.forward(x))) <
                  1e-12);
            CHECK(difference(named(run.backward(dy)), test::tensors_of(by_hand.backward(dy))) < 1e-12);
        }
    }
}

TEST_CASE("delayed: a stream turns rings, and its states can be read and set at any step")
{
    two_runs const r(11, 2);
    stream live{r.with.m, 2};
    stream by_hand{r.by_hand.m, 2};
    live.set_states(r.with.initial);
    by_hand.set_states(r.by_hand.initial);
    for (std::size_t t = 0; t < 11; ++t) {
        std::span<double const> const x{&r.with.x(t, 0, 0), 6};
        auto const y = live.step(x);
        auto const expected = by_hand.step(x);
        for (std::size_t i = 0; i < y.size(); ++i) {
            CHECK(y[i] == doctest::Approx(expected[i]));
        }
        auto const states = live.current_states();
        tensors ours;
        tensors theirs;
        test::append<echoing_by_hand, double>(ours, "state", two_runs::apart(states));
        test::append<echoing_by_hand, double>(theirs, "state", by_hand.current_states());
        CHECK(difference(ours, theirs) < 1e-12);
        if (t % 4 == 2) {
            live.reset();
            live.set_states(states);
        }
    }
    // A ring has one slot more than steps: 4 rows of h, 3 of x and of the level, 2 of the others.
    auto const row = [](std::ptrdiff_t n) { return round_up_to_lanes<float>(n) * 4; };
    model<echoing, float> const small{input{3}, hidden{5}};
    auto const bytes = stream_bytes(small, 2) - stream_bytes(small, 1);
    CHECK(bytes >= 4 * row(5) + 3 * row(3) + 3 * 4 + 2 * 4 + 2 * row(5));
}

TEST_CASE("delayed: a reset clears all steps of a delay")
{
    two_runs const r(9, 2);
    model<with_resets<echoing>, double> m{input{3}, hidden{5}};
    model<with_resets<echoing_by_hand>, double> by_hand{input{3}, hidden{5}};
    std::ranges::copy(r.with.m.parameters().flat(), m.parameters().flat().begin());
    std::ranges::copy(r.with.m.parameters().flat(), by_hand.parameters().flat().begin());
    xt::xtensor<double, 3> resets = xt::zeros<double>({9, 2, 1});
    resets(3, 0, 0) = resets(4, 1, 0) = resets(5, 1, 0) = 1;
    bptt run{m};
    bptt hand_run{by_hand};
    auto const y = test::tensor_of("y", run.forward(rondo::named("x"_s = r.with.x, "reset"_s = resets)));
    auto const expected =
        test::tensor_of("y", hand_run.forward(rondo::named("x"_s = r.with.x, "reset"_s = resets)));
    CHECK(difference(y, expected) < 1e-12);
    auto const& g = run.backward(r.with.dy);
    auto const& h = hand_run.backward(r.with.dy);
    CHECK(difference(test::tensor_of("x", g.input["x"_s]), test::tensor_of("x", h.input["x"_s])) < 1e-12);
    CHECK(difference(test::tensor_of("p", g.parameters.flat()), test::tensor_of("p", h.parameters.flat())) <
          1e-12);
}

}  // namespace delayed_test
