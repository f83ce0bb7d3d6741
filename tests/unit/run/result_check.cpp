#include "unit/diverging_cells.hpp"

#include <rondo/run/bptt.hpp>
#include <rondo/run/result_check.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

namespace result_check_test {

using namespace rondo;
using namespace rondo::test;

namespace {

using sequences = xt::xtensor<float, 3>;
constexpr float infinity = std::numeric_limits<float>::infinity();

template <class F>
std::string found(F const& f)
{
    return message_of<number_error>(f);
}

}  // namespace

TEST_CASE("check_finite: names the value of the gate, the step, the sequence and the feature")
{
    auto m = diagonal_model<rooted_gate, float>(1, 0);
    bptt run{m, {.check_finite = true}};
    sequences x = xt::ones<float>({6, 3, 2});
    CHECK_NOTHROW(run.forward(x));
    x(4, 1, 1) = -0.25F;
    x(5, 0, 0) = -1;
    std::string const expected =
        "rondo: f[t] = sqrt(f.U * s[t-1] + f.W * x[t] + f.b): expected finite numbers; found nan at (time 4, "
        "batch 1, feature 1)";
    CHECK(found([&] { run.forward(x); }) == expected);
    CHECK_THROWS_AS(run.backward(x), std::logic_error);  // no saved values
    CHECK(found([&] { run.infer(x); }) == expected);
    CHECK(
        found([&] { run.infer(x, {.outputs = output_steps::last}); }) ==
        "rondo: f[t] = sqrt(f.U * s[t-1] + f.W * x[t] + f.b): expected finite numbers; found nan at (time 5, "
        "batch 0, feature 0)");
    CHECK_NOTHROW(bptt{m}.forward(x));
}

TEST_CASE("check_finite: counts steps and sequences as the caller does, with lengths and in lists")
{
    auto const m = diagonal_model<rooted_gate, float>(1, 0);
    bptt run{m, {.check_finite = true, .chunk_rows = 4}};
    sequences x = xt::ones<float>({6, 3, 2});
    x(3, 0, 0) = -1;
    std::string const place = "found nan at (time 3, batch 0, feature 0)";
    CHECK(found([&] { run.forward(x, {.lengths = {4, 6, 5}}); }).ends_with(place));
    CHECK(found([&] {
              run.infer(x, {.lengths = {4, 6, 5}, .outputs = output_steps::none});
          }).ends_with(place));
    CHECK_NOTHROW(run.forward(x, {.lengths = {3, 6, 5}}));

    std::vector<xt::xtensor<float, 2>> list{xt::ones<float>({2, 2}), xt::ones<float>({7, 2}),
                                            xt::ones<float>({5, 2})};
    list[2](4, 1) = -1;
    CHECK(found([&] { run.forward(list); }).ends_with("found nan at (time 4, batch 2, feature 1)"));
}

TEST_CASE("check_finite: a parameter that is not finite is named with its entry")
{
    auto m = diagonal_model<rooted_gate, float>(1, 0);
    bptt run{m, {.check_finite = true}};
    sequences const x = xt::ones<float>({2, 2, 2});
    m["f.b"_s](1) = infinity;
    CHECK(found([&] { run.forward(x); }) ==
          "rondo: parameter 'f.b': expected finite numbers; found inf at entry 1, at (time 0, batch 0)");
    m["f.U"_s](1, 0) = -infinity;
    CHECK(
        found([&] { run.infer(x); }) ==
        "rondo: parameter 'f.U': expected finite numbers; found -inf at entry (1, 0), at (time 0, batch 0)");
}

TEST_CASE(
    "check_finite: finds where a linear recurrence overflows, from any initial states and within any "
    "memory budget")
{
    auto const m = diagonal_model<linear_recurrence, float>(0, 10);
    sequences const x = xt::zeros<float>({60, 3, 2});
    states_of<linear_recurrence, float> initial = m.zero_states(3);
    initial[0](2, 1) = 1;  // 10^(t + 1) after step t, more than 3.4e38 from step 38 on
    std::string const expected =
        "rondo: U * s[t-1] in s[t]: expected finite numbers; found inf at (time 38, batch 2, feature 1)";
    bptt all{m, {.check_finite = true, .chunk_rows = 3}};
    CHECK(found([&] { all.forward(x, {.initial = initial}); }) == expected);
    bptt within{m, {.check_finite = true, .chunk_rows = 3, .memory = all.plan().bytes - 1}};
    CHECK(found([&] { within.forward(x, {.initial = initial}); }) == expected);
    CHECK(within.plan().segments > 1);
    CHECK(found([&] { within.forward(x, {.lengths = {60, 38, 50}, .initial = initial}); }) == expected);
    CHECK_NOTHROW(within.forward(x, {.lengths = {60, 38, 38}, .initial = initial}));

    // The initial states may be the run's own final states, which it overwrites.
    all.forward(xt::view(x, xt::range(0, 30)), {.initial = initial});
    CHECK(found([&] {
              all.forward(x, {.initial = all.final_states()});
          }).ends_with("found inf at (time 8, batch 2, feature 1)"));
}

TEST_CASE("check_finite: an infinity that leaves no trace is not reported")
{
    auto const m = diagonal_model<plain_sigmoid, float>(1, 0);
    bptt run{m, {.check_finite = true}};
    sequences x = xt::ones<float>({5, 1, 2});
    x(1, 0, 0) = 1000;
    CHECK_NOTHROW(run.forward(x));
    x(3, 0, 0) = 1000;  // nor where another value of the step is NaN
    x(3, 0, 1) = -50;
    CHECK(found([&] { run.forward(x); }) ==
          "rondo: y[t] = log(W * x[t] + s[t-1] + 1): expected finite numbers; found nan at (time 3, batch 0, "
          "feature 1)");
}

TEST_CASE("check_finite: backwards, names the value whose derivative is not finite and what it came through")
{
    auto const m = diagonal_model<rooted_gate, float>(1, 0);
    bptt run{m, {.check_finite = true}};
    sequences x = xt::ones<float>({6, 3, 2});
    x(2, 0, 1) = x(4, 2, 0) = 0;
    run.forward(x);
    CHECK(found([&] {
              run.backward(xt::ones<float>({6, 3, 2}));
          }) ==
          "rondo: the derivative with respect to f.U * s[t-1] + f.W * x[t] + f.b in f[t]: expected finite "
          "numbers; found -inf at (time 4, batch 2, feature 0), through f[t] = sqrt(f.U * s[t-1] + f.W * "
          "x[t] + f.b)");
    CHECK_THROWS_AS(run.backward(x), std::logic_error);  // no saved values
    run.forward(x, {.lengths = {5, 6, 4}});
    CHECK(found([&] {
              run.backward(xt::ones<float>({6, 3, 2}));
          }).find("found -inf at (time 2, batch 0, feature 1), through") != std::string::npos);
}

TEST_CASE("check_finite: backwards, finds where adjoints overflow, within any memory budget")
{
    auto const m = diagonal_model<linear_recurrence, float>(1, 10);
    sequences const x = xt::zeros<float>({60, 3, 2});
    sequences dy = xt::zeros<float>({60, 3, 2});
    dy(59, 1, 0) = 1;  // 10^(59 - t) with respect to the state after step t
    std::string const expected =
        "rondo: the derivative with respect to s[t-1]: expected finite numbers; found inf at (time 21, batch "
        "1, feature 0), through U * s[t-1] in s[t]";
    bptt all{m, {.check_finite = true, .chunk_rows = 3}};
    all.forward(x);
    CHECK(found([&] { all.backward(dy); }) == expected);
    bptt within{m, {.check_finite = true, .chunk_rows = 3, .memory = all.plan().bytes - 1}};
    within.forward(x);
    CHECK(within.plan().segments > 1);
    CHECK(found([&] { within.backward(dy); }) == expected);

    states_of<linear_recurrence, float> dfinal = m.zero_states(3);
    dfinal[0](0, 1) = 1;
    within.forward(x, {.lengths = {50, 60, 10}});
    CHECK(found([&] {
              within.backward(xt::zeros_like(dy), {.final = dfinal});
          }).find("s[t-1]: expected finite numbers; found inf at (time 11, batch 0, feature 1)") !=
          std::string::npos);
}

TEST_CASE("check_finite: backwards, the gradient of a parameter alone")
{
    auto const m = diagonal_model<linear_recurrence, float>(0, 0);
    bptt run{m, {.check_finite = true}};
    sequences x = xt::zeros<float>({4, 2, 2});
    sequences dy = xt::zeros<float>({4, 2, 2});
    x(2, 1, 1) = 1e20F;
    dy(2, 1, 0) = 1e30F;
    run.forward(x);
    CHECK(found([&] { run.backward(dy); }) ==
          "rondo: the derivative with respect to parameter 'W': expected finite numbers; found inf at entry "
          "(0, 1), at (time 2, batch 1), through W * x[t] in s[t]");
    x(2, 1, 1) = x(1, 0, 1) = 1;
    dy(2, 1, 0) = dy(1, 0, 0) = 3e38F;
    run.forward(x);
    CHECK(found([&] { run.backward(dy); }) ==
          "rondo: the gradient of parameter 'W': expected finite numbers; found inf at entry (0, 1), where "
          "terms that are finite were added over steps and sequences");
}

}  // namespace result_check_test
