#include "unit/edge_cells.hpp"
#include "unit/failing_pool.hpp"
#include "unit/random_run.hpp"
#include "unit/sample_cells.hpp"
#include "unit/threads.hpp"

#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/gru_reset_before.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/cell/min_gru.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/train/sgd.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace bptt_test {

using namespace rondo;
using namespace rondo::exec_internal;
using namespace rondo::check_internal;
using test::difference;
using test::random_run;
using test::results_of;
using test::tensor_of;
using test::threads;

namespace {

using sequences = xt::xtensor<double, 3>;
using lstm_run = random_run<lstm<>, double>;

constexpr std::size_t steps = 7;
constexpr std::size_t batch_size = 3;

lstm_run example(std::size_t t = steps, std::size_t b = batch_size)
{
    return lstm_run(t, b, 1, input{5}, hidden{9});
}

/// Sequence @p b of a batch, alone.
template <class Tensor>
Tensor alone(Tensor const& all, std::size_t b)
{
    if constexpr (std::tuple_size_v<typename Tensor::shape_type> == 3) {
        return xt::view(all, xt::all(), xt::range(b, b + 1), xt::all());
    } else {
        return xt::view(all, xt::range(b, b + 1), xt::all());
    }
}

}  // namespace

TEST_CASE("bptt: shapes")
{
    auto const with = example();
    bptt run{with.m};
    std::array<std::size_t, 3> const shape{steps, batch_size, 9};
    CHECK(run.forward(with.x).shape() == shape);
    CHECK(run.final_states()[0].shape() == with.initial[0].shape());
    CHECK(run.final_states()[1].shape() == with.initial[1].shape());
    auto const& g = run.backward(with.dy);
    CHECK(g.input.shape() == with.x.shape());
    CHECK(g.initial[0].shape() == with.initial[0].shape());
    CHECK(g.initial[1].shape() == with.initial[1].shape());
    CHECK(g.parameters.flat().size() == with.m.parameters().flat().size());
}

TEST_CASE("bptt: initial states and their gradients are zero if left out")
{
    auto with = example();
    with.initial = with.m.zero_states(batch_size);
    with.dfinal = with.m.zero_states(batch_size);
    bptt run{with.m};
    auto const given = results_of(run, with);
    run.forward(with.x);
    auto const left_out = test::tensors_of(run.backward(with.dy));
    CHECK(difference(left_out, {given.begin() + 3, given.end()}) == 0);
}

TEST_CASE("bptt: rejects a wrong shape, with what was expected, found and where")
{
    auto const with = example();
    bptt run{with.m};
    CHECK_THROWS_WITH_AS(
        run.forward(sequences::from_shape({7, 3, 4})),
        "rondo: the input x: expected shape (time, batch, input = 5), no extent of 0; found (7, 3, 4)",
        std::invalid_argument);
    CHECK_THROWS_WITH_AS(run.forward(xt::xarray<double>::from_shape({7, 5})),
                         doctest::Contains("found (7, 5)"), std::invalid_argument);
    CHECK_THROWS_WITH_AS(run.forward(sequences::from_shape({0, 3, 5})),
                         doctest::Contains("no extent of 0; found (0, 3, 5)"), std::invalid_argument);
    CHECK_THROWS_WITH_AS(run.infer(sequences::from_shape({7, 0, 5})),
                         doctest::Contains("no extent of 0; found (7, 0, 5)"), std::invalid_argument);
    auto wrong = with.initial;
    wrong[1].resize({3, 8});
    CHECK_THROWS_WITH_AS(run.forward(with.x, {.initial = wrong}),
                         "rondo: the initial state number 2: expected shape (batch = 3, hidden = 9); "
                         "found (3, 8)",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(run.infer(with.x, {.initial = with.m.zero_states(4)}),
                         doctest::Contains("number 1: expected shape (batch = 3, hidden = 9); found "
                                           "(4, 9)"),
                         std::invalid_argument);

    run.forward(with.x);
    CHECK_THROWS_WITH_AS(run.backward(sequences::from_shape({6, 3, 9})),
                         "rondo: the output gradient dy: expected shape (time = 7, batch = 3, hidden "
                         "= 9), no extent of 0; found (6, 3, 9)",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(run.backward(with.dy, {.final = wrong}),
                         doctest::Contains("the gradient of the final state number 2: expected"),
                         std::invalid_argument);
    // Rejected calls changed nothing.
    auto const& g = run.backward(with.dy, {.final = with.dfinal});
    bptt fresh{with.m};
    fresh.forward(with.x);
    CHECK(difference(test::tensors_of(g),
                     test::tensors_of(fresh.backward(with.dy, {.final = with.dfinal}))) == 0);
}

TEST_CASE("bptt: rejects entries that are not finite if the option is set")
{
    double const nan = std::numeric_limits<double>::quiet_NaN();
    auto const with = example();
    bptt run{with.m, {.check_finite = true}};
    auto bad = with;
    bad.x(6, 2, 4) = nan;
    CHECK_THROWS_WITH_AS(run.forward(bad.x, {.initial = with.initial}),
                         "rondo: the input x: expected finite entries; found nan at (time 6, batch 2, "
                         "feature 4)",
                         std::invalid_argument);
    bad.initial[1](1, 8) = -std::numeric_limits<double>::infinity();
    CHECK_THROWS_WITH_AS(run.infer(with.x, {.initial = bad.initial}),
                         "rondo: the initial state number 2: expected finite entries; found -inf at "
                         "(batch 1, feature 8)",
                         std::invalid_argument);
    run.forward(with.x, {.initial = with.initial});
    bad.dy(0, 1, 0) = nan;
    CHECK_THROWS_WITH_AS(run.backward(bad.dy),
                         doctest::Contains("the output gradient dy: expected finite entries; found "
                                           "nan at (time 0, batch 1, feature 0)"),
                         std::invalid_argument);
    bad.dfinal[0](0, 0) = nan;
    CHECK_THROWS_WITH_AS(run.backward(with.dy, {.final = bad.dfinal}),
                         doctest::Contains("the gradient of the final state number 1: expected "
                                           "finite entries"),
                         std::invalid_argument);

    bptt unchecked{with.m};
    auto const& y = unchecked.forward(bad.x, {.initial = with.initial});
    CHECK(std::isnan(y(6, 2, 0)));
    CHECK_FALSE(std::isnan(y(6, 1, 0)));
}

TEST_CASE("bptt: a backward run needs a forward run before it")
{
    auto const with = example();
    bptt run{with.m};
    CHECK_THROWS_WITH_AS(run.backward(with.dy), doctest::Contains("needs a forward() before it"),
                         std::logic_error);
    run.infer(with.x);
    CHECK_THROWS_AS(run.backward(with.dy), std::logic_error);
    run.forward(with.x);
    CHECK_NOTHROW(run.backward(with.dy));
    CHECK_NOTHROW(run.backward(with.dy));
    CHECK_THROWS_AS(run.forward(sequences::from_shape({1, 1, 1})), std::invalid_argument);
    CHECK_THROWS_AS(run.backward(with.dy), std::logic_error);
}

TEST_CASE("bptt: inference gives the output of the forward run")
{
    auto const with = example();
    bptt run{with.m};
    sequences const y = run.forward(with.x, {.initial = with.initial});
    auto const final_states = run.final_states();
    for (std::ptrdiff_t rows : {1, 6, 512}) {
        bptt inference{with.m, {.chunk_rows = rows}};
        CHECK(inference.infer(with.x, {.initial = with.initial}) == y);
        CHECK(inference.final_states() == final_states);
    }
}

TEST_CASE_TEMPLATE("bptt: inference of a batch that fills tiles agrees with the forward run", Cell, lstm<>,
                   gru_reset_after<>, gru_reset_before<>, test::normalised, min_gru<>)
{
    // The order of additions may differ if a cell does more with sums than add them.
    for (std::size_t const batch : {16U, 37U}) {
        CAPTURE(batch);
        random_run<Cell, double> const with(9, batch, 3, input{5}, hidden{19});
        std::vector<int> lengths(batch, 9);
        lengths[3] = 4;
        lengths[11] = 1;
        bptt run{with.m};
        bptt inference{with.m, {.chunk_rows = 50}};
        auto const compare = [&](lengths_view of_batch, states_view<Cell, double> initial) {
            auto const y = tensor_of("", run.forward(with.x, {.lengths = of_batch, .initial = initial}));
            CHECK(difference(
                      tensor_of("", inference.infer(with.x, {.lengths = of_batch, .initial = initial})), y) <
                  1e-14);
            for (std::size_t k = 0; k < state_count<Cell>; ++k) {
                CHECK(difference(tensor_of("", inference.final_states()[k]),
                                 tensor_of("", run.final_states()[k])) < 1e-14);
            }
        };
        compare({}, with.initial);
        compare({}, {});
        compare(lengths, with.initial);
    }
}

TEST_CASE_TEMPLATE("bptt: chunks of time change only the gradients of parameters, by rounding", Cell, lstm<>,
                   test::stacked, test::reading_out, test::input_normalised)
{
    auto const check = [](std::size_t b, auto... bound) {
        CAPTURE(b);
        random_run<Cell, double> const with(29, b, 4, bound...);
        bptt whole{with.m, {.chunk_rows = 1 << 20}};
        auto const expected = results_of(whole, with);
        auto const n = static_cast<std::ptrdiff_t>(b);
        for (std::ptrdiff_t rows : {std::ptrdiff_t{1}, n, 3 * n + 1, 28 * n, 29 * n}) {
            CAPTURE(rows);
            bptt run{with.m, {.chunk_rows = rows}};
            auto const found = results_of(run, with);
            // The output and the final states, the gradients of the input and of the initial states.
            for (std::size_t i = 0; i < 1 + state_count<Cell>; ++i) {
                std::size_t const from_end = found.size() - 1 - i;
                CHECK(difference(found[i], expected[i]) == 0);
                CHECK(difference(found[from_end], expected[from_end]) == 0);
            }
            INFO(test::worst_of(found, expected));
            CHECK(difference(found, expected) < 1e-13);
        }
    };
    for (std::size_t b : {1U, 3U, 11U}) {
        if constexpr (dimensions_of<Cell>::size == 2) {
            check(b, input{5}, hidden{9});
        } else if constexpr (dimensions_of<Cell>::size == 3) {
            check(b, input{5}, hidden{9}, output{3});
        } else {
            check(b, input{5}, hidden{9}, test::attention{4}, output{3});
        }
    }
}

TEST_CASE("bptt: gradients of more rows than a block of the inner dimension")
{
    // gradient_kc is 256 or 512 rows; 1300 is not a multiple, and the number of blocks is odd.
    auto const with = example(1300, 1);
    bptt at_once{with.m, {.chunk_rows = 1 << 20}};
    bptt by_parts{with.m, {.chunk_rows = 100}};
    CHECK(difference(results_of(by_parts, with), results_of(at_once, with)) < 1e-12);
}

TEST_CASE("bptt: threads give equal bits")
{
    auto const check = [](auto const& with) {
        bptt single{with.m};
        auto const expected = results_of(single, with);
        for (int const count : {1, 2, 3, 7}) {
            CAPTURE(count);
            threads pool(count);
            bptt run{with.m, {.pool = &pool}};
            auto const found = results_of(run, with);
            INFO(test::worst_of(found, expected));
            CHECK(difference(found, expected) == 0);
            CHECK((pool.pieces > 0) == (count > 1));
        }
    };
    for (std::size_t b : {1U, 9U, 40U}) {
        CAPTURE(b);
        check(
            random_run<test::stacked, double>(12, b, 4, input{5}, hidden{19}, test::attention{8}, output{3}));
        check(random_run<test::reading_out, double>(13, b, 4, input{5}, hidden{9}, output{3}));
        check(random_run<test::input_normalised, double>(13, b, 4, input{5}, hidden{19}));
        check(random_run<lstm<>, double>(12, b, 4, input{1}, hidden{39}));
    }
}

TEST_CASE("bptt: threads give equal bits, also with lengths and in inference")
{
    random_run<lstm<>, double> const with(12, 40, 4, input{5}, hidden{19});
    std::vector<int> lengths;
    for (int b = 0; b < 40; ++b) {
        lengths.push_back(1 + b * 7 % 12);
    }
    bptt single{with.m, {.chunk_rows = 100}};
    sequences const y = single.forward(with.x, {.lengths = lengths, .initial = with.initial});
    auto const g = test::tensors_of(single.backward(with.dy, {.final = with.dfinal}));
    sequences const inferred = single.infer(with.x, {.lengths = lengths, .initial = with.initial});
    for (int const count : {2, 3}) {
        CAPTURE(count);
        threads pool(count);
        bptt run{with.m, {.chunk_rows = 100, .pool = &pool}};
        CHECK(run.forward(with.x, {.lengths = lengths, .initial = with.initial}) == y);
        CHECK(difference(test::tensors_of(run.backward(with.dy, {.final = with.dfinal})), g) == 0);
        pool.pieces = 0;
        CHECK(run.infer(with.x, {.lengths = lengths, .initial = with.initial}) == inferred);
        CHECK(pool.pieces > 0);
    }
}

TEST_CASE("bptt: takes any xtensor of the right shape as input")
{
    auto const with = example();
    bptt run{with.m};
    auto const expected = results_of(run, with);
    auto const check = [&](auto const& x, auto const& dy, double tolerance = 0) {
        run.forward(x, {.initial = with.initial});
        auto const g = test::tensors_of(run.backward(dy, {.final = with.dfinal}));
        CHECK(difference(g, {expected.begin() + 3, expected.end()}) <= tolerance);
    };

    xt::xtensor<double, 3, xt::layout_type::column_major> const columns = with.x;
    check(columns, with.dy);
    xt::xarray<double> const dynamic = with.x;
    check(dynamic, xt::xarray<double>(with.dy));
    check(1.0 * with.x + 0.0, -(-with.dy));

    // A window of a larger tensor, with gaps in every direction.
    sequences large = xt::ones<double>({std::size_t{2 * steps}, batch_size + 1, std::size_t{7}});
    auto window = xt::view(large, xt::range(0, 2 * steps, 2), xt::range(1, batch_size + 1), xt::range(1, 6));
    window = with.x;
    check(window, with.dy);
    // A window without gaps, from the middle.
    sequences longer = xt::zeros<double>({steps + 4, batch_size, std::size_t{5}});
    xt::view(longer, xt::range(3, 3 + steps)) = with.x;
    check(xt::view(longer, xt::range(3, 3 + steps), xt::all(), xt::all()), with.dy);
    // Memory that xtensor does not own.
    std::vector<double> const memory(with.x.begin(), with.x.end());
    std::array<std::size_t, 3> const shape{steps, batch_size, 5};
    check(xt::adapt(memory, shape), with.dy);
    // Batch and time in the other order.
    sequences const by_batch = xt::transpose(with.x, {1, 0, 2});
    check(xt::transpose(by_batch, {1, 0, 2}), with.dy);
    // Random entries are exact in float.
    check(xt::xtensor<float, 3>(with.x), xt::xtensor<float, 3>(with.dy));
}

TEST_CASE("bptt: a run in float takes doubles")
{
    random_run<lstm<>, float> const with(steps, batch_size, 1, input{5}, hidden{9});
    bptt run{with.m};
    xt::xtensor<float, 3> const y = run.forward(with.x);
    CHECK(run.forward(xt::xtensor<double, 3>(with.x)) == y);
    auto const g = test::tensors_of(run.backward(with.dy));
    CHECK(difference(test::tensors_of(run.backward(xt::xtensor<double, 3>(with.dy))), g) == 0);
}

TEST_CASE("bptt: one object works with other sizes and other parameters")
{
    auto with = example();
    bptt run{with.m};
    for (auto const& [t, b] :
         std::vector<std::pair<std::size_t, std::size_t>>{{7, 3}, {2, 9}, {1, 1}, {13, 2}, {7, 3}}) {
        CAPTURE(t);
        auto other = example(t, b);
        bptt fresh{with.m};
        CHECK(difference(results_of(run, other), results_of(fresh, other)) == 0);
        with.m["f.U"_s](3, 4) += 0.125;
    }
}

TEST_CASE("bptt: packs frozen matrices once, and has nothing to train")
{
    for (std::size_t const b : {1U, 3U, 20U}) {  // one row, a few, and enough for tiles in infer()
        CAPTURE(b);
        auto with = example(steps, b);
        auto const other = example(steps + 4, b);
        bptt fresh{with.m};
        run_options const options{.frozen = true};
        bptt run{with.m, options};
        auto const inferred = tensor_of("", fresh.infer(other.x, {.initial = other.initial}));
        auto const expected = test::without(results_of(fresh, other), options);
        CHECK(fresh.parameter_groups()[0].parameters.size() == with.m.parameters().flat().size());
        CHECK(run.parameter_groups()[0].parameters.empty());
        CHECK(difference(tensor_of("", run.infer(with.x)), tensor_of("", fresh.infer(with.x))) == 0);
        CHECK(difference(results_of(run, with), test::without(results_of(fresh, with), options)) == 0);
        for (std::size_t i = 0; i < with.m.parameters().count; ++i) {
            if (with.m.parameters().info(i).shape.is_matrix()) {
                std::ranges::fill(with.m.parameters().entries(i), std::numeric_limits<double>::quiet_NaN());
            }
        }
        CHECK(difference(tensor_of("", run.infer(other.x, {.initial = other.initial})), inferred) == 0);
        CHECK(difference(results_of(run, other), expected) == 0);
        CHECK(std::isnan(fresh.infer(with.x)(0, 0, 0)));
    }
}

TEST_CASE("bptt: two runs give equal bits")
{
    auto const with = example();
    bptt run{with.m};
    auto const first = results_of(run, with);
    CHECK(difference(results_of(run, with), first) == 0);
    // A second backward run after one forward run.
    auto const again = test::tensors_of(run.backward(with.dy, {.final = with.dfinal}));
    CHECK(difference(again, {first.begin() + 3, first.end()}) == 0);
}

TEST_CASE("bptt: gradients are linear in the output's gradient")
{
    auto const with = example();
    auto other = with;
    std::mt19937_64 bits(99);
    fill_randomly(other.dy, bits, 1);
    fill_randomly(other.dfinal[0], bits, 1);
    fill_randomly(other.dfinal[1], bits, 1);
    auto both = with;
    both.dy = 2 * with.dy - 3 * other.dy;
    for (std::size_t k = 0; k < 2; ++k) {
        both.dfinal[k] = 2 * with.dfinal[k] - 3 * other.dfinal[k];
    }
    bptt run{with.m};
    auto sum = results_of(run, with);
    auto const second = results_of(run, other);
    auto const found = results_of(run, both);
    for (std::size_t i = 3; i < sum.size(); ++i) {
        CAPTURE(sum[i].name);
        for (std::size_t j = 0; j < sum[i].entries.size(); ++j) {
            sum[i].entries[j] = 2 * sum[i].entries[j] - 3 * second[i].entries[j];
        }
        CHECK(difference(found[i], sum[i]) < 1e-13);
    }
}

TEST_CASE("bptt: the sequences of a batch are independent")
{
    auto const with = example();
    bptt together{with.m};
    auto const all = results_of(together, with);
    sequences const y = together.forward(with.x, {.initial = with.initial});
    gradients<lstm<>, double> const g = together.backward(with.dy, {.final = with.dfinal});
    auto sum = test::tensors_of(g);
    for (auto& t : sum) {
        t.entries.assign(t.entries.size(), 0);
    }
    bptt run{with.m};
    for (std::size_t b = 0; b < batch_size; ++b) {
        auto one = with;
        one.x = alone(with.x, b);
        one.dy = alone(with.dy, b);
        for (std::size_t k = 0; k < 2; ++k) {
            one.initial[k] = alone(with.initial[k], b);
            one.dfinal[k] = alone(with.dfinal[k], b);
        }
        auto const found = results_of(run, one);
        CHECK(difference(found[0], test::tensor_of("", alone(y, b))) < 1e-14);
        CHECK(difference(found[found.size() - 3], test::tensor_of("", alone(g.input, b))) < 1e-13);
        CHECK(difference(found[found.size() - 2], test::tensor_of("", alone(g.initial[0], b))) < 1e-13);
        CHECK(difference(found[found.size() - 1], test::tensor_of("", alone(g.initial[1], b))) < 1e-13);
        for (std::size_t i = 0; i < g.parameters.count; ++i) {
            for (std::size_t j = 0; j < sum[i].entries.size(); ++j) {
                sum[i].entries[j] += found[3 + i].entries[j];
            }
        }
    }
    for (std::size_t i = 0; i < g.parameters.count; ++i) {
        CAPTURE(sum[i].name);
        CHECK(difference(sum[i], all[3 + i]) < 1e-13);
    }
}

TEST_CASE("bptt: in a batch of two or more, a sequence gives equal bits whatever the others are")
{
    lstm_run const with = example(steps, 9);
    bptt run{with.m};
    sequences const y = run.forward(with.x);
    sequences const dx = run.backward(with.dy).input;
    for (std::size_t size = 2; size < 9; ++size) {
        CAPTURE(size);
        auto const some = [&](sequences const& all) -> sequences {
            return xt::view(all, xt::all(), xt::range(std::size_t{1}, 1 + size), xt::all());
        };
        CHECK(run.forward(some(with.x)) == some(y));
        CHECK(run.backward(some(with.dy)).input == some(dx));
    }
}

TEST_CASE("bptt: two runs one after the other are one long run, forwards and backwards")
{
    auto const with = example();
    bptt whole{with.m};
    auto const expected = results_of(whole, with);
    auto const part = [](sequences const& s, std::size_t begin, std::size_t end) {
        return sequences(xt::view(s, xt::range(begin, end)));
    };
    bptt first{with.m};
    bptt second{with.m};
    // The parts must outlive the backward run, which reads them again.
    sequences const x1 = part(with.x, 0, 3);
    sequences const x2 = part(with.x, 3, steps);
    sequences const y = whole.forward(with.x, {.initial = with.initial});
    CHECK(first.forward(x1, {.initial = with.initial}) == part(y, 0, 3));
    CHECK(second.forward(x2, {.initial = first.final_states()}) == part(y, 3, steps));
    CHECK(second.final_states() == whole.final_states());

    auto const& g2 = second.backward(part(with.dy, 3, steps), {.final = with.dfinal});
    auto const& g1 = first.backward(part(with.dy, 0, 3), {.final = g2.initial});
    auto sum = test::tensors_of(g1);
    auto const later = test::tensors_of(g2);
    for (std::size_t i = 0; i < g1.parameters.count; ++i) {
        for (std::size_t j = 0; j < sum[i].entries.size(); ++j) {
            sum[i].entries[j] += later[i].entries[j];
        }
    }
    auto& input_gradient = sum[g1.parameters.count].entries;
    auto const& rest = later[g1.parameters.count].entries;
    input_gradient.insert(input_gradient.end(), rest.begin(), rest.end());
    CHECK(difference(sum, {expected.begin() + 3, expected.end()}) < 1e-13);
}

TEST_CASE("bptt: gradients can be changed in place until the next run")
{
    auto const with = example();
    bptt run{with.m};
    run.forward(with.x);
    auto const& g = run.backward(with.dy);
    run.last_gradients().parameters.fill(7);
    CHECK(g.parameters["i.b"_s](0) == 7);
    bptt fresh{with.m};
    fresh.forward(with.x);
    CHECK(difference(test::tensors_of(run.backward(with.dy)), test::tensors_of(fresh.backward(with.dy))) ==
          0);
}

TEST_CASE("bptt: a run that was moved takes the saved values along, and any call of the other is rejected")
{
    auto const with = test::random_run<test::rectified, double>(6, 2, 3, input{2}, hidden{3});
    bptt expected{with.m, {.memory = plan_memory(with.m, 6, 2).bytes}};
    auto const wanted = test::results_of(expected, with);
    auto m = with.m;
    bptt run{m};
    run.forward(with.x, {.initial = with.initial});
    bptt moved = std::move(run);
    auto g = test::tensors_of(moved.backward(with.dy, {.final = with.dfinal}));
    CHECK(difference(g, test::tensors_of(expected.last_gradients())) == 0);
    bptt assigned{with.m};
    assigned.infer(with.x);
    assigned = std::move(moved);
    CHECK(assigned.runs() == 1);
    CHECK(difference(test::tensors_of(assigned.backward(with.dy, {.final = with.dfinal})), g) == 0);
    CHECK(difference(test::results_of(assigned, with), wanted) == 0);
    CHECK(assigned.parameter_groups()[0].parameters.data() == m.parameters().flat().data());

    for (bptt<test::rectified, double>* gone : {&run, &moved}) {
        char const* const why = "rondo: this object was moved from";
        CHECK_THROWS_WITH_AS(gone->forward(with.x), why, std::logic_error);
        CHECK_THROWS_WITH_AS(gone->infer(with.x, {.initial = with.initial}), why, std::logic_error);
        CHECK_THROWS_WITH_AS(gone->backward(with.dy), why, std::logic_error);
        CHECK_THROWS_WITH_AS((void)gone->final_states(), why, std::logic_error);
        CHECK_THROWS_WITH_AS(gone->last_gradients(), why, std::logic_error);
        CHECK_THROWS_WITH_AS(gone->parameter_groups(), why, std::logic_error);
        CHECK_THROWS_WITH_AS((void)gone->plan(), why, std::logic_error);
    }
    run = std::move(assigned);
    CHECK(difference(test::results_of(run, with), wanted) == 0);
}

TEST_CASE("bptt: after a thread has failed there are no saved values, whichever part it was")
{
    auto const with = test::random_run<test::rectified, double>(24, 32, 3, input{2}, hidden{3});
    test::failing_pool pool;
    run_options options{.chunk_rows = 64, .memory = 1, .pool = &pool};
    try {
        plan_memory(with.m, 24, 32, options);
    } catch (std::invalid_argument const& e) {  // it says the least that fits
        std::string const text = e.what();
        options.memory = std::stoul(text.substr(text.find_first_of("0123456789"))) + 10000;
    }
    bptt run{with.m, options};
    auto const expected = test::results_of(run, with);
    REQUIRE(run.plan().checkpoints > 1);
    int failures = 0;
    for (bool const forwards : {true, false}) {
        for (std::ptrdiff_t k = 0;; ++k) {
            CAPTURE(k);
            if (!forwards) {
                run.forward(with.x, {.initial = with.initial});
            }
            pool.fails_at = k;
            bool failed = false;
            try {
                if (forwards) {
                    run.forward(with.x, {.initial = with.initial});
                } else {
                    run.backward(with.dy, {.final = with.dfinal});
                }
            } catch (test::part_failed const&) {
                failed = true;
            }
            pool.fails_at = -1;
            if (!failed) {
                break;
            }
            ++failures;
            CHECK_THROWS_WITH_AS(run.backward(with.dy, {.final = with.dfinal}),
                                 "rondo: backward() needs a forward() before it; the last run of this object "
                                 "kept nothing, or failed",
                                 std::logic_error);
            CHECK(difference(test::results_of(run, with), expected) == 0);
        }
    }
    CHECK(failures > 100);
}

TEST_CASE("bptt: arguments that backward() rejects do not lose the saved values")
{
    auto const with = test::random_run<test::rectified, double>(6, 2, 3, input{2}, hidden{3});
    bptt run{with.m, {.check_finite = true}};
    auto const expected = test::results_of(run, with);
    run.forward(with.x, {.initial = with.initial});
    sequences wrong = with.dy;
    wrong(1, 1, 1) = NAN;
    CHECK_THROWS_AS(run.backward(wrong), std::invalid_argument);
    CHECK_THROWS_AS(run.backward(sequences(xt::zeros<double>({5, 2, 3}))), std::invalid_argument);
    CHECK_THROWS_AS(run.backward(with.dy, {.final = with.m.zero_states(3)}), std::invalid_argument);
    CHECK(difference(test::tensors_of(run.backward(with.dy, {.final = with.dfinal})),
                     {expected.begin() + 2, expected.end()}) == 0);
    CHECK(difference(test::tensors_of(run.backward(with.dy, {.final = with.dfinal})),
                     {expected.begin() + 2, expected.end()}) == 0);
}

TEST_CASE("bptt: a pool without threads is rejected")
{
    model<test::rectified> m{input{2}, hidden{3}};
    threads none(0);
    CHECK_THROWS_WITH_AS((bptt{m, {.pool = &none}}),
                         "rondo: the thread pool: expected a count() of at least 1; found 0", input_error);
    CHECK_THROWS_AS(plan_memory(m, 3, 2, {.pool = &none}), input_error);
}

TEST_CASE("bptt: parameters that change between forward and backward are noticed")
{
    auto with = test::random_run<test::rectified, double>(6, 2, 3, input{2}, hidden{3});
    for (bool const check : {false, true}) {
        bptt run{with.m, {.check_finite = check}};
        auto const expected = test::results_of(run, with);
        run.forward(with.x, {.initial = with.initial});
        auto const [parameters, gradients] = run.parameter_groups()[0];
        model<test::rectified, double> const before = with.m;
        sgd<double>{{.rate = 0.1}}.update(parameters, gradients);
        CHECK_THROWS_WITH_AS(run.backward(with.dy, {.final = with.dfinal}),
                             doctest::Contains("the parameter 'W' has changed"), std::logic_error);
        with.m = before;
        CHECK(difference(test::tensors_of(run.backward(with.dy, {.final = with.dfinal})),
                         {expected.begin() + 2, expected.end()}) == 0);
        with.m["U"_s](0, 1) += 1;  // neither first, middle nor last
        if (check) {
            CHECK_THROWS_AS(run.backward(with.dy), std::logic_error);
        } else {
            CHECK_NOTHROW(run.backward(with.dy));
        }
        with.m = before;
        // infer() and the next forward() take the parameters as they are.
        with.m["b"_s](0) += 1;
        CHECK_NOTHROW(run.infer(with.x));
        CHECK_NOTHROW(test::results_of(run, with));
        with.m = before;
    }
}

}  // namespace bptt_test
