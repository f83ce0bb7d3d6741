#include "unit/checked_cell.hpp"
#include "unit/named_cells.hpp"
#include "unit/random_run.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/cell/read_out.hpp>
#include <rondo/cell/with_resets.hpp>
#include <rondo/model/named_states.hpp>
#include <rondo/pass/drawing.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <type_traits>

namespace named_states_test {

using namespace rondo;
using tested = test::named_lstm;

namespace {

static_assert(std::is_same_v<states_of<lstm<>, float>, std::array<xt::xtensor<float, 2>, 2>>);
static_assert(states_of<tested, float>::index("c"_s) == 1);
static_assert(states_of<with_resets<tested>, float>::index("h"_s) == 0);
static_assert(states_of<read_out<tested, output>, double>::index("c"_s) == 1);
static_assert(states_of<test::of_three_arguments, float>::index("b"_s) == 3);
static_assert(states_of<with_resets<test::of_three_arguments>, float>::index("b"_s) == 3);

test::random_run<tested, float> example() { return {7, 3, 5, input{4}, hidden{6}}; }

}  // namespace

TEST_CASE("named_states: a run gives and takes states by name, and is equal to one without names")
{
    auto const with = example();
    test::random_run<lstm<>, float> const plain(7, 3, 5, input{4}, hidden{6});
    bptt run{with.m};
    bptt expected{plain.m};
    CHECK(test::difference(test::results_of(run, with), test::results_of(expected, plain)) == 0);
    xt::xtensor<float, 2> const h0 = with.initial["h"_s];
    xt::xtensor<float, 2> const c0 = with.initial["c"_s];
    CHECK(c0 == plain.initial[1]);
    auto const& y = run.forward(with.x, {.initial = named("c"_s = c0, "h"_s = h0)});
    CHECK(y == expected.forward(plain.x, {.initial = plain.initial}));
    CHECK(run.final_states()["h"_s] == expected.final_states()[0]);
    CHECK(&run.final_states()["c"_s] == &run.final_states()[1]);
    auto const& g = run.backward(with.dy, {.final = named("h"_s = h0, "c"_s = 2.0F * c0)});
    states_of<lstm<>, float> const dfinal{h0, 2.0F * c0};
    CHECK(g.initial["c"_s] == expected.backward(plain.dy, {.final = dfinal}).initial[1]);
}

TEST_CASE("named_states: of a stream and of a truncated run")
{
    auto const with = example();
    states_of<tested, float> one = with.m.zero_states(1);
    one["h"_s].fill(0.25F);
    stream live{with.m};
    live.set_states(one);
    std::array<float, 4> const x{1, 2, 3, 4};
    live.step(x);
    CHECK(live.current_states()["h"_s](0, 0) != 0.25F);
    truncated_bptt cut{with.m, {.every = 7, .over = 7}};
    cut.reset(with.initial);
    cut.forward(with.x);
    CHECK(cut.current_states()["c"_s].shape()[1] == 6);
}

TEST_CASE("named_states: messages, reports and drawings have the names")
{
    auto const with = example();
    bptt run{with.m};
    xt::xtensor<float, 2> const wrong = xt::ones<float>({3, 5});
    CHECK_THROWS_WITH_AS(
        run.forward(with.x, {.initial = named("h"_s = with.initial[0], "c"_s = wrong)}),
        "rondo: the initial state \"c\": expected shape (batch = 3, hidden = 6); found (3, 5)", input_error);
    gradient_report const report = check_gradient<tested>(2, 1, {}, input{2}, hidden{2});
    CHECK(report.agrees());
    CHECK(report.tensors.back().name == "initial state c");
    CHECK(draw_forward<tested>().text.find("c[t-1]") != std::string::npos);
    CHECK(draw_forward<tested>({"y", "z"}).text.find("z[t-1]") != std::string::npos);
}

TEST_CASE("named_states: structs beside single states, and states of start()")
{
    gradient_report const report = check_gradient<test::of_three_arguments>(3, 2, {}, input{2}, hidden{3});
    INFO(report);
    CHECK(report.agrees());
    CHECK(report.tensors[1].name == "first");
}

}  // namespace named_states_test
