#include "unit/diverging_cells.hpp"

#include <rondo/run/bptt.hpp>
#include <rondo/run/history_check.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

#include <string>

namespace history_check_test {

using namespace rondo;
using namespace rondo::test;

namespace {

using sequences = xt::xtensor<float, 3>;

template <class F>
std::string found(F const& f)
{
    return message_of<number_error>(f);
}

}  // namespace

TEST_CASE("check_finite: truncated_bptt counts the steps of the call, and keeps the states before it")
{
    auto m = diagonal_model<linear_recurrence, float>(0, 10);
    sequences const x = xt::zeros<float>({20, 3, 2});
    states_of<linear_recurrence, float> initial = m.zero_states(3);
    initial[0](2, 1) = 1;  // 10^(t + 1) after step t of all calls, more than 3.4e38 from step 38 on
    truncated_bptt run{m, {.every = 20, .over = 50}, {.check_finite = true}};
    run.reset(initial);
    run.forward(x);
    states_of<linear_recurrence, float> const before = run.current_states();
    std::string const expected =
        "rondo: U * s[t-1] in s[t]: expected finite numbers; found inf at (time 18, batch 2, feature 1)";
    CHECK(found([&] { run.forward(x); }) == expected);
    CHECK(run.current_states() == before);
    CHECK_THROWS_AS(run.backward(x), std::logic_error);  // needs another forward()
    CHECK(found([&] { run.forward(x); }) == expected);   // the call is repeated from these states
    m["U"_s].fill(0);
    CHECK_NOTHROW(run.forward(x));
    CHECK_NOTHROW(run.backward(x));

    m["U"_s](1, 1) = 10;
    run.reset(before);
    CHECK(found([&] { run.forward(x); }) == expected);
    run.reset();
    CHECK_NOTHROW(run.forward(x));
    run.reset(0, states_of<linear_recurrence, float>{xt::xtensor<float, 2>{{0, 1e30F}}});
    CHECK(found([&] { run.forward(x); }).ends_with("found inf at (time 8, batch 0, feature 1)"));
}

TEST_CASE("check_finite: truncated_bptt goes back over earlier calls, up to where a sequence starts anew")
{
    auto const m = diagonal_model<linear_recurrence, float>(1, 10);
    sequences const x = xt::zeros<float>({20, 2, 2});
    sequences dy = xt::zeros<float>({20, 2, 2});
    dy(19, 0, 0) = dy(19, 1, 0) = 1;  // 10^(19 - t) with respect to the state after step t of the last call
    truncated_bptt run{m, {.every = 20, .over = 50}, {.check_finite = true}};
    run.forward(x);
    run.forward(x);
    CHECK_NOTHROW(run.backward(xt::zeros_like(dy)));
    run.forward(x);
    std::string const expected = "s[t-1]: expected finite numbers; found inf at (time -19, batch ";
    CHECK(found([&] { run.backward(dy); }).find(expected + "0, ") != std::string::npos);
    CHECK(found([&] { run.backward(dy); }).find(expected + "0, ") != std::string::npos);  // can be repeated

    run.reset();
    run.forward(x);
    run.forward(x);
    run.reset(0);
    run.forward(x);
    CHECK(found([&] { run.backward(dy); }).find(expected + "1, ") != std::string::npos);
    dy(19, 1, 0) = 0;
    CHECK_NOTHROW(run.backward(dy));

    // The states before a new start, which would overflow in the second call, have no part in it.
    states_of<linear_recurrence, float> initial = m.zero_states(2);
    initial[0](0, 0) = 1;
    run.reset(initial);
    run.forward(x);
    run.reset(0);
    run.forward(x);
    dy(19, 0, 0) = 1e20F;
    CHECK(found([&] {
              run.backward(dy);
          }).find("s[t-1]: expected finite numbers; found inf at (time 1, batch 0, ") != std::string::npos);
    dy(19, 0, 0) = 1;

    truncated_bptt shorter{m, {.every = 20, .over = 38}, {.check_finite = true}};
    dy(19, 1, 0) = 1;
    shorter.forward(x);
    shorter.forward(x);
    shorter.forward(x);
    CHECK_NOTHROW(shorter.backward(dy));
}

TEST_CASE("history_check: finds the states that a gradient ended at")
{
    auto const m = diagonal_model<rooted_gate, float>(1, 1);
    states_of<rooted_gate, float> initial = m.zero_states(1);
    initial[0](0, 1) = 1;
    sequences x = xt::zeros<float>({3, 1, 2});
    truncated_bptt run{m, {.every = 3, .over = 3}, {.check_finite = true}};
    run.reset(initial);
    run.forward(x);
    // Feature 0 finds the state 0 in the first step alone: the state after it is 1.
    CHECK(found([&] {
              run.backward(xt::ones<float>({3, 1, 2}));
          }).find("at (time 0, batch 0, feature 0)") != std::string::npos);
    run.forward(x);
    CHECK_NOTHROW(run.backward(xt::ones<float>({3, 1, 2})));
}

}  // namespace history_check_test
