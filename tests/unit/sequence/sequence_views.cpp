#include "unit/checked_cell.hpp"
#include "unit/named_cells.hpp"
#include "unit/threads.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/model/model.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/state_gradient_norms.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/sequence/given_sequences.hpp>
#include <rondo/sequence/sequence_views.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace sequence_views_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

using inputs = step_inputs_of<test::observing>;

xt::xtensor<double, 3> array(std::size_t steps, std::size_t batch, std::size_t features)
{
    return xt::ones<double>({steps, batch, features});
}

std::string rejection_of(sequence_views<inputs, double> views)
{
    model<test::observing, double> const m{input{2}, output{3}, hidden{5}};
    try {
        check_sequences<inputs, double>(views, m.bound(), 0, 0);
    } catch (input_error const& e) {
        return e.what();
    }
    return "none";
}

test::random_run<test::observing, double> example(std::size_t steps, std::size_t batch)
{
    return {steps, batch, 4, input{3}, output{5}, hidden{9}};
}

}  // namespace

TEST_CASE("sequence_views: by name in any order, or as arrays of the cell")
{
    auto const x = array(4, 2, 2);
    auto const mask = array(4, 2, 3);
    auto const gap = array(4, 2, 1);
    auto const views = views_of<inputs, double>(named("gap"_s = gap, "mask"_s = mask, "x"_s = x));
    CHECK(views[0].rows() == x.data());
    CHECK(views[1].rows() == mask.data());
    CHECK(views[2].rows() == gap.data());

    inputs_of<test::observing, double> all;
    all["x"_s] = x;
    all["mask"_s] = mask;
    all["gap"_s] = gap;
    CHECK(views_of<inputs, double>(all)[2].rows() == all["gap"_s].data());
    CHECK(rejection_of(views_of<inputs, double>(all)) == "none");
    CHECK(overlaps_any<inputs>(views_of<inputs, double>(all)[1], all));
    CHECK(!overlaps_any<inputs>(views[1], all));

    auto const single = views_of<step_inputs_of<lstm<>>, double>(x);
    CHECK(single[0].rows() == x.data());
}

TEST_CASE("sequence_views: a shape that differs from the others is rejected with its name")
{
    auto const x = array(4, 2, 2);
    auto const gap = array(4, 2, 1);
    auto const with_mask = [&](auto const& mask) {
        return rejection_of(views_of<inputs, double>(named("x"_s = x, "mask"_s = mask, "gap"_s = gap)));
    };
    CHECK(with_mask(array(4, 2, 3)) == "none");
    CHECK(
        with_mask(array(5, 2, 3)) ==
        "rondo: the input \"mask\": expected shape (time = 4, batch = 2, output = 3), no extent of 0; found "
        "(5, 2, 3)");
    CHECK(
        with_mask(array(4, 1, 3)) ==
        "rondo: the input \"mask\": expected shape (time = 4, batch = 2, output = 3), no extent of 0; found "
        "(4, 1, 3)");
    CHECK(
        with_mask(array(4, 2, 1)) ==
        "rondo: the input \"mask\": expected shape (time = 4, batch = 2, output = 3), no extent of 0; found "
        "(4, 2, 1)");
    std::vector<xt::xtensor<double, 2>> const list{xt::ones<double>({4, 3}), xt::ones<double>({4, 3})};
    CHECK(with_mask(list) ==
          "rondo: the input \"mask\": expected one array, as the others are; found a list");
}

TEST_CASE("sequence_views: an array that was moved from is rejected, and a temporary is owned")
{
    auto given = named("x"_s = array(4, 2, 2), "mask"_s = array(4, 2, 3), "gap"_s = array(4, 2, 1));
    CHECK(rejection_of(views_of<inputs, double>(given)) == "none");
    auto const taken = std::move(given);
    CHECK(rejection_of(views_of<inputs, double>(taken)) == "none");
    CHECK(rejection_of(views_of<inputs, double>(given)) ==  // NOLINT: moved from on purpose
          "rondo: the input \"x\": expected an array with entries; found an array that was moved from");
}

TEST_CASE("sequence_views: lists have equal lengths")
{
    using list = std::vector<xt::xtensor<double, 2>>;
    list const x{xt::ones<double>({4, 2}), xt::ones<double>({2, 2})};
    list const gap{xt::ones<double>({4, 1}), xt::ones<double>({2, 1})};
    auto const with_mask = [&](list const& mask) {
        return rejection_of(views_of<inputs, double>(named("x"_s = x, "mask"_s = mask, "gap"_s = gap)));
    };
    CHECK(with_mask({xt::ones<double>({4, 3}), xt::ones<double>({2, 3})}) == "none");
    CHECK(with_mask({xt::ones<double>({4, 3}), xt::ones<double>({3, 3})}) ==
          "rondo: the input \"mask\": expected 2 steps, as in the first list; found 3 for sequence 1");
    CHECK(with_mask({xt::ones<double>({4, 3})}) ==
          "rondo: the input \"mask\": expected 2 sequences, as the first list has; found 1");
    CHECK(with_mask({xt::ones<double>({4, 3}), xt::ones<double>({2, 2})}) ==
          "rondo: the input \"mask\": expected sequences of shape (time, output = 3), no extent of 0; found "
          "(2, 2) for sequence 1");
}

TEST_CASE("sequence_views: gradients of all inputs and outputs agree with differences")
{
    test::gradient_agrees<test::observing>(true);
    test::gradient_agrees<test::ignoring>();
    test::float_agrees<test::observing>();
}

TEST_CASE("sequence_views: one input and one output with names give the bits of those without")
{
    test::random_run<test::with_names<lstm<>>, double> const with(7, 3, 5, input{4}, hidden{9});
    test::random_run<lstm<>, double> const plain(7, 3, 5, input{4}, hidden{9});
    bptt named_run{with.m};
    bptt plain_run{plain.m};
    test::tensors const found = test::results_of(named_run, with);
    test::tensors const expected = test::results_of(plain_run, plain);
    CHECK(test::difference(found, expected) == 0);
    CHECK(found[0].name == "output y");
}

TEST_CASE("sequence_views: an input that is not used has a gradient of zeros, and one may be an output")
{
    test::random_run<test::ignoring, double> const with(4, 2, 5, input{3}, output{2}, hidden{4});
    bptt run{with.m};
    auto const& y = run.forward(with.x);
    CHECK(y["again"_s] == with.x["passed"_s]);
    auto const& g = run.backward(with.dy);
    CHECK(g.input["ignored"_s] == xt::zeros<double>({4, 2, 2}));
    CHECK(g.input["passed"_s] == with.dy["again"_s]);
}

TEST_CASE("sequence_views: lengths, budgets, chunks and threads give the results of the plain run")
{
    auto const with = example(12, 8);
    std::array<int, 8> const lengths{12, 3, 7, 1, 12, 5, 9, 2}, full{12, 12, 12, 12, 12, 12, 12, 12};
    auto const results = [&](run_options const& options, bool padded) {
        bptt run{with.m, options};
        test::tensors out;
        forward_arguments<test::observing, double> arguments{.initial = with.initial};
        if (padded) {
            arguments.lengths = lengths;
        }
        test::append_sequences<step_outputs_of<test::observing>, double>(
            out, "output", run.forward(with.x, std::move(arguments)));
        test::tensors const g = test::tensors_of(run.backward(with.dy, {.final = with.dfinal}));
        out.insert(out.end(), g.begin(), g.end());
        return out;
    };
    test::threads pool(3);
    for (bool const padded : {false, true}) {
        CAPTURE(padded);
        test::tensors const expected = results({}, padded);
        CHECK(test::difference(results({.pool = &pool}, padded), expected) == 0);
        CHECK(test::difference(results({.chunk_rows = 10}, padded), expected) < 1e-13);
        run_options tight{.chunk_rows = 8};
        tight.memory = plan_memory(with.m, lengths_view(padded ? lengths : full), tight).bytes - 1;
        CHECK(test::difference(results(tight, padded), expected) < 1e-13);
    }
    // A list of sequences is an array with their lengths.
    using list = std::vector<xt::xtensor<double, 2>>;
    std::array<list, 3> lists;
    for (std::size_t k = 0; k < 3; ++k) {
        for (std::size_t b = 0; b < 8; ++b) {
            lists[k].push_back(xt::view(with.x.at(k), xt::range(0, lengths[b]), b, xt::all()));
        }
    }
    bptt run{with.m};
    auto const padded = run.forward(with.x, {.lengths = lengths});
    auto const& y = run.forward(named("x"_s = lists[0], "mask"_s = lists[1], "gap"_s = lists[2]));
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(y.at(k) == padded.at(k));
    }
}

TEST_CASE("sequence_views: inference gives all outputs, the last ones or none")
{
    auto const with = example(6, 3);
    bptt run{with.m};
    auto const y = run.forward(with.x, {.initial = with.initial});
    auto const all = run.infer(with.x, {.initial = with.initial});
    auto const last = run.infer(with.x, {.initial = with.initial, .outputs = output_steps::last});
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(test::difference(test::tensor_of("", all.at(k)), test::tensor_of("", y.at(k))) < 1e-13);
        CHECK(last.at(k).shape()[0] == 1);
        CHECK(xt::view(last.at(k), 0) == xt::view(all.at(k), 5));
    }
    CHECK(run.infer(with.x, {.outputs = output_steps::none}).at(1).size() == 0);
}

TEST_CASE("sequence_views: a truncated run over all steps, a stream and the norms agree with bptt")
{
    auto const with = example(6, 2);
    bptt run{with.m};
    auto const y = run.forward(with.x);
    auto const expected = test::tensors_of(run.backward(with.dy));
    truncated_bptt truncated{with.m, {.every = 6, .over = 9}};
    auto const& again = truncated.forward(with.x);
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(again.at(k) == y.at(k));
    }
    CHECK(test::difference(test::tensors_of(truncated.backward(with.dy)), expected) < 1e-13);
    CHECK_THROWS_AS(
        truncated.forward(named("x"_s = array(7, 2, 3), "mask"_s = array(7, 2, 5), "gap"_s = array(7, 2, 1))),
        input_error);

    stream live{with.m, 2};
    for (std::size_t t = 0; t < 6; ++t) {
        auto const step_of = [&](std::size_t k) {
            std::size_t const size = with.x.at(k).size() / 6;
            return std::span<double const>(with.x.at(k).data() + t * size, size);
        };
        auto const out = live.step(named("mask"_s = step_of(1), "gap"_s = step_of(2), "x"_s = step_of(0)));
        for (std::size_t i = 0; i < 10; ++i) {
            CHECK(out["read"_s][i] == doctest::Approx(y["read"_s].data()[t * 10 + i]).epsilon(1e-12));
        }
        CHECK(out["energy"_s].size() == 2);
    }
    std::array<double, 6> const x{};
    CHECK_THROWS_WITH_AS(
        live.step(named("x"_s = x, "mask"_s = x, "gap"_s = x)),
        "rondo: the input \"mask\" of a stream: expected 10 numbers (voices = 2, 5 features); "
        "found 6",
        input_error);

    auto const norms = state_gradient_norms(with.m, with.x, with.dy);
    double sum = 0;
    for (std::size_t i = 0; i < 9; ++i) {
        double const d = run.backward(with.dy).initial[0](0, i);
        sum += d * d;
    }
    CHECK(norms(0, 0, 0) == doctest::Approx(std::sqrt(sum)).epsilon(1e-12));
}

TEST_CASE("sequence_views: a number that is not finite is named with its input")
{
    auto with = example(4, 2);
    bptt run{with.m, {.check_finite = true}};
    with.x["gap"_s](2, 1, 0) = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(run.forward(with.x),
                         "rondo: the input \"gap\": expected finite entries; found nan at (time 2, batch 1, "
                         "feature 0)",
                         input_error);
    with.x["gap"_s](2, 1, 0) = 1e300;
    with.m["V"_s].fill(1.7e308);
    try {
        run.forward(with.x);
        FAIL("nothing was thrown");
    } catch (number_error const& e) {
        CHECK(std::string(e.what()) ==
              "rondo: V * s_1[t] in read[t]: expected finite numbers; found inf at (time 0, batch 0, feature "
              "0)");
    }
}

TEST_CASE("sequence_views: the memory of a run is known before it")
{
    auto const with = example(20, 3);
    bptt run{with.m};
    run.forward(with.x);
    CHECK(run.plan().bytes == plan_memory(with.m, 20, 3).bytes);
}

}  // namespace sequence_views_test
