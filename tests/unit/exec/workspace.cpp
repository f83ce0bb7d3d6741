#include "unit/counted_memory.hpp"
#include "unit/edge_cells.hpp"
#include "unit/memory_in_use.hpp"
#include "unit/random_run.hpp"
#include "unit/threads.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/gru_reset_before.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/train/sgd.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;
using test::allocations;
using test::bytes_asked;
using test::bytes_in_use;
using test::releases;

TEST_CASE("workspace: a second run of equal sizes allocates nothing")
{
    test::random_run<lstm<>, float> const with(9, 4, 2, input{5}, hidden{19});
    test::random_run<lstm<>, float> const smaller(3, 4, 2, input{5}, hidden{19});
    bptt run{with.m};
    auto const everything = [&](auto const& arguments) {
        run.forward(arguments.x, {.initial = arguments.initial});
        run.backward(arguments.dy, {.final = arguments.dfinal});
        run.infer(arguments.x);
        run.forward(arguments.x);
        run.backward(arguments.dy);
    };
    everything(with);
    CHECK(allocations > 0);
    std::int64_t const in_use = bytes_in_use();  // aligned memory does not come from new
    std::size_t const before = allocations;
    everything(with);
    std::size_t const after = allocations;
    std::int64_t const in_use_after = bytes_in_use();
    CHECK(after == before);
    CHECK(in_use_after == in_use);
    // Its output has another shape, for which xtensor allocates; the workspace does not grow.
    everything(smaller);
    std::size_t const settled = allocations;
    everything(smaller);
    std::size_t const settled_after = allocations;
    CHECK(settled_after == settled);
}

TEST_CASE_TEMPLATE("workspace: a run allocates the bytes of its plan exactly", Cell, elman<>, lstm<>,
                   gru_reset_after<>, test::peephole, test::amplifying)
{
    auto const with = [] {
        if constexpr (dimensions_of<Cell>::size == 1) {
            return test::random_run<Cell, float>(200, 3, 2, input{5});
        } else {
            return test::random_run<Cell, float>(200, 3, 2, input{5}, hidden{19});
        }
    }();
    auto const check = [&](run_options const& options) {
        memory_plan const plan = plan_memory(with.m, 200, 3, options);
        CAPTURE(plan);
        std::size_t const asked = bytes_asked;
        std::size_t const released = releases;
        bptt run{with.m, options};
        run.forward(with.x, {.initial = with.initial});
        run.backward(with.dy, {.final = with.dfinal});
        std::size_t const asked_after = bytes_asked;
        std::size_t const released_after = releases;
        CHECK(asked_after - asked == plan.bytes);
        CHECK(released_after == released);
        CHECK(run.plan() == plan);
        return plan;
    };
    std::size_t const all = check({.chunk_rows = 12}).bytes;
    CHECK(check({.chunk_rows = 12, .memory = all}).strategy == checkpointing::store_all);
    CHECK(check({.chunk_rows = 12, .memory = all - 1}).strategy == checkpointing::every_nth);
    std::size_t least = all;
    for (std::size_t budget = all - 1;;) {
        try {
            least = plan_memory(with.m, 200, 3, {.chunk_rows = 12, .memory = budget}).bytes;
            budget = least - 1;
        } catch (std::invalid_argument const&) {
            break;
        }
    }
    CHECK(check({.chunk_rows = 12, .memory = least}).strategy == checkpointing::binomial);
    std::size_t const whole = check({}).bytes;
    CHECK(check({.input_gradient = false}).bytes < whole);
    CHECK(check({.frozen = true}).bytes <= whole - with.m.parameters().flat().size() * sizeof(float));
    check({.chunk_rows = 12, .memory = all / 2, .frozen = true, .input_gradient = false});
}

TEST_CASE(
    "workspace: a run over sequences of different lengths allocates the bytes of its plan, a second run "
    "nothing")
{
    test::random_run<lstm<>, float> const with(20, 5, 2, input{5}, hidden{19});
    std::vector<int> const lengths{20, 3, 11, 12, 20};
    std::size_t const all = plan_memory(with.m, lengths, {.chunk_rows = 12}).bytes;
    for (run_options const& options : {run_options{.chunk_rows = 12},
                                       {.chunk_rows = 12, .memory = all - 1},
                                       {.chunk_rows = 12, .frozen = true, .input_gradient = false}}) {
        memory_plan const plan = plan_memory(with.m, lengths, options);
        CAPTURE(plan);
        std::size_t const asked = bytes_asked;
        bptt run{with.m, options};
        run.forward(with.x, {.lengths = lengths, .initial = with.initial});
        run.backward(with.dy, {.final = with.dfinal});
        std::size_t const asked_once = bytes_asked;
        run.forward(with.x, {.lengths = lengths, .initial = with.initial});
        run.backward(with.dy, {.final = with.dfinal});
        std::size_t const asked_twice = bytes_asked;
        CHECK(asked_once - asked == plan.bytes);
        CHECK(asked_twice == asked_once);
    }
}

namespace {

/// Copies a matrix to the last columns and @p skipped rows further down in another, and sets the rest of
/// that to zero.
template <class From, class To>
void embed(From const& from, std::size_t from_columns, To&& to, std::size_t to_columns,
           std::size_t skipped = 0)
{
    std::fill(to.begin(), to.end(), 0.0);
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t const row = skipped + i / from_columns;
        std::size_t const column = to_columns - from_columns + i % from_columns;
        to.begin()[static_cast<std::ptrdiff_t>(row * to_columns + column)] =
            from.begin()[static_cast<std::ptrdiff_t>(i)];
    }
}

}  // namespace

TEST_CASE("workspace: rows that would alias in the cache have a gap, which does not affect results")
{
    // Features without weights stay zero, so a wider LSTM computes what a narrower one does.
    constexpr std::size_t few = 19;
    constexpr std::size_t many = 128;
    test::random_run<lstm<>, double> const narrow(30, 3, 2, input{5}, hidden{few});
    test::random_run<lstm<>, double> wide(30, 3, 2, input{5}, hidden{many});
    constexpr dimension_id features = compiled<lstm<>>::shapes.outputs[0].shape.rows();
    using memory = workspace<forward_exe<lstm<>>, double>;
    CHECK(memory::row_stride(narrow.m.bound(), features) == round_up_to_lanes<double>(few));
    CHECK(memory::row_stride(wide.m.bound(), features) == many + cache_line<double>);

    auto const columns = [](auto const& m, std::size_t parameter) {
        return static_cast<std::size_t>(m.bound()[m.parameters().info(parameter).shape.columns()]);
    };
    for (std::size_t i = 0; i < wide.m.parameters().count; ++i) {
        embed(narrow.m.parameters().entries(i), columns(narrow.m, i), wide.m.parameters().entries(i),
              columns(wide.m, i), many - few);
    }
    wide.x = narrow.x;
    embed(narrow.dy, few, wide.dy, many);
    for (std::size_t k = 0; k < wide.initial.size(); ++k) {
        embed(narrow.initial[k], few, wide.initial[k], many);
        embed(narrow.dfinal[k], few, wide.dfinal[k], many);
    }

    run_options options{.chunk_rows = 12};
    bptt expected{narrow.m, options};
    std::size_t const all = plan_memory(wide.m, 30, 3, options).bytes;
    for (std::size_t const budget : {std::size_t{0}, all - 1}) {
        CAPTURE(budget);
        options.memory = budget;
        bptt run{wide.m, options};
        auto const check = [&](auto const& found, std::size_t to, auto const& right, std::size_t from,
                               std::size_t skipped = 0) {
            std::vector<double> widened(found.size());
            embed(right, from, widened, to, skipped);
            double worst = 0;
            for (std::size_t i = 0; i < widened.size(); ++i) {
                worst = std::max(worst, std::abs(found.begin()[static_cast<std::ptrdiff_t>(i)] - widened[i]));
            }
            CHECK(worst < 1e-12);
        };
        auto const compare = [&](lengths_view lengths) {
            check(run.infer(wide.x, {.lengths = lengths, .initial = wide.initial}), many,
                  expected.infer(narrow.x, {.lengths = lengths, .initial = narrow.initial}), few);
            check(run.forward(wide.x, {.lengths = lengths, .initial = wide.initial}), many,
                  expected.forward(narrow.x, {.lengths = lengths, .initial = narrow.initial}), few);
            auto const& g = run.backward(wide.dy, {.final = wide.dfinal});
            auto const& right = expected.backward(narrow.dy, {.final = narrow.dfinal});
            check(g.input, 5, right.input, 5);
            for (std::size_t k = 0; k < g.initial.size(); ++k) {
                check(run.final_states()[k], many, expected.final_states()[k], few);
                check(g.initial[k], many, right.initial[k], few);
            }
            for (std::size_t i = 0; i < g.parameters.count; ++i) {
                check(g.parameters.entries(i), columns(wide.m, i), right.parameters.entries(i),
                      columns(narrow.m, i), many - few);
            }
        };
        compare({});
        compare(std::vector{30, 28, 20});  // at the end, short chunks that form accumulation groups
    }
}

namespace {

/// Whether the saved values of a run of so many rows exceed the cache.
template <class Cell, class T>
bool streams_saved_values(rondo::exec_internal::sizes<Cell> const& bound, std::size_t rows)
{
    workspace<forward_exe<Cell>, T> memory;
    memory.resize(bound, {.saved = static_cast<std::ptrdiff_t>(rows)}, 0);
    return memory.ctx.policy.saved_values_exceed_cache();
}

/// Compares a run whose saved values exceed the cache with runs of the two halves of its batch, whose saved
/// values do not; and with runs by several threads and within less memory.
template <class Cell, class T>
void streamed_and_cached_agree(std::size_t inputs, std::size_t features)
{
    constexpr std::size_t steps = 30;
    constexpr std::size_t batch = 48;
    constexpr std::size_t half = batch / 2;
    test::random_run<Cell, T> const with(steps, batch, 2, input{inputs}, hidden{features});
    REQUIRE(streams_saved_values<Cell, T>(with.m.bound(), steps * batch));
    REQUIRE(!streams_saved_values<Cell, T>(with.m.bound(), steps * half));
    CHECK(!streams_saved_values<Cell, T>(rondo::exec_internal::sizes<Cell>(input{1}, hidden{64}),
                                         100 * steps * batch));

    bptt run{with.m};
    test::tensors const all = test::results_of(run, with);
    xt::xtensor<T, 3> const y = run.forward(with.x, {.initial = with.initial});
    xt::xtensor<T, 3> const dx = run.backward(with.dy, {.final = with.dfinal}).input;
    for (std::size_t const first : {std::size_t{0}, half}) {
        auto const rows = [&] { return xt::range(first, first + half); };
        auto const part = [&](xt::xtensor<T, 3> const& of) -> xt::xtensor<T, 3> {
            return xt::view(of, xt::all(), rows(), xt::all());
        };
        auto const given_states = [&](states_of<Cell, T> of) {
            for (auto& s : of) {
                s = xt::xtensor<T, 2>(xt::view(s, rows(), xt::all()));
            }
            return of;
        };
        xt::xtensor<T, 3> const x = part(with.x);
        bptt near{with.m};
        CHECK(near.forward(x, {.initial = given_states(with.initial)}) == part(y));
        CHECK(near.backward(part(with.dy), {.final = given_states(with.dfinal)}).input == part(dx));
    }

    test::threads pool(2);
    bptt shared{with.m, {.pool = &pool}};
    CHECK(test::difference(test::results_of(shared, with), all) == 0);
    std::size_t const bytes = plan_memory(with.m, steps, batch).bytes;
    bptt within_less{with.m, {.memory = bytes - 1}};
    CHECK(test::difference(test::results_of(within_less, with), all) == 0);
}

}  // namespace

TEST_CASE("workspace: streaming stores of saved values, if weights fill a cache, do not affect results")
{
    streamed_and_cached_agree<lstm<>, float>(160, 192);
    streamed_and_cached_agree<gru_reset_before<>, double>(128, 160);  // which reads its saved values again
}

TEST_CASE("workspace: the steps of a stream allocate nothing")
{
    test::random_run<lstm<>, float> const with(9, 4, 2, input{5}, hidden{19});
    stream live{with.m, 4};
    std::int64_t const in_use = bytes_in_use();
    std::size_t const before = allocations;
    for (std::size_t t = 0; t < 9; ++t) {
        live.step({with.x.data() + t * 20, 20});
    }
    live.load(with.m.parameters());
    live.reset();
    live.current_states();
    std::size_t const after = allocations;
    std::int64_t const in_use_after = bytes_in_use();
    CHECK(after == before);
    CHECK(in_use_after == in_use);
}

TEST_CASE("workspace: after prepare(), calls and resets allocate nothing")
{
    test::random_run<lstm<>, float> const with(4, 3, 2, input{5}, hidden{19});
    auto const check = [&](auto m, truncation lengths, bool prepared) {
        m.parameters() = with.m.parameters();
        truncated_bptt run{m, lengths};
        sgd<float> descent{{.rate = 0.1, .momentum = 0.9}};
        auto const learn = [&](int calls) {
            for (int i = 0; i < calls; ++i) {
                run.forward(with.x);
                descent.update(m.parameters().flat(), run.backward(with.dy).parameters.flat());
                run.reset(1);
                run.reset(static_cast<std::size_t>(i % 3));
            }
        };
        if (prepared) {
            run.prepare(3);
            descent.update(m.parameters().flat(), run.last_gradients().parameters.flat());
        } else {
            learn(8);
        }
        std::int64_t const in_use = bytes_in_use();
        std::size_t const before = allocations;
        learn(20);
        run.reset();
        learn(20);
        std::size_t const after = allocations;
        std::int64_t const in_use_after = bytes_in_use();
        CHECK(after == before);
        CHECK(in_use_after == in_use);
    };
    model<lstm<>> const m{input{5}, hidden{19}};
    for (truncation const lengths : {truncation{4, 4}, {4, 12}, {4, 14}, {4, 2}}) {
        check(m, lengths, true);
        check(m, lengths, false);
    }
    check(m, {7, 10}, false);  // calls shorter than the limit
    check(model<lstm<>, float, fixed<input, 5>, fixed<hidden, 19>>{}, {4, 4}, true);
}

TEST_CASE("workspace: a row is a number or full vectors")
{
    using of_lstm = workspace<forward_exe<lstm<>>, float>;
    sizes<lstm<>> const bound(input{1}, hidden{static_cast<std::size_t>(lane_count<float>) + 1});
    CHECK(of_lstm::row_stride(bound, unit) == 1);
    CHECK(of_lstm::row_stride(bound, compiled<lstm<>>::shapes.inputs[0].shape.rows()) == lane_count<float>);
    CHECK(of_lstm::row_stride(bound, compiled<lstm<>>::shapes.states[0]) == 2 * lane_count<float>);
}
