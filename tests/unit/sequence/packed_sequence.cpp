#include "unit/edge_cells.hpp"
#include "unit/random_run.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/model/xtensor.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <stdexcept>
#include <vector>

namespace packed_sequence_test {

using namespace rondo;
using namespace rondo::exec_internal;
using test::difference;
using test::random_run;
using test::tensor_of;
using test::tensors_of;

namespace {

using sequences = xt::xtensor<double, 3>;
using matrix = xt::xtensor<double, 2>;

std::vector<int> const lengths{5, 12, 1, 12, 7, 3, 11};
constexpr std::size_t batch_size = 7;
constexpr std::size_t longest = 12;

template <class Cell>
random_run<Cell, double> example(std::size_t steps = longest)
{
    if constexpr (dimensions_of<Cell>::size == 1) {
        return random_run<Cell, double>(steps, batch_size, 7, input{4});
    } else if constexpr (dimensions_of<Cell>::size == 2) {
        return random_run<Cell, double>(steps, batch_size, 7, input{4}, hidden{9});
    } else {
        return random_run<Cell, double>(steps, batch_size, 7, input{4}, hidden{9}, output{2});
    }
}

/// Sequence @p b alone, up to its end.
sequences alone(sequences const& all, std::size_t b)
{
    return xt::view(all, xt::range(0, lengths[b]), xt::range(b, b + 1));
}
template <std::size_t N>
std::array<matrix, N> alone(std::array<matrix, N> const& all, std::size_t b)
{
    std::array<matrix, N> one;
    for (std::size_t k = 0; k < N; ++k) {
        one[k] = xt::view(all[k], xt::range(b, b + 1));
    }
    return one;
}
/// Whether all entries after the end of each sequence are zero.
bool is_zero_behind(sequences const& all)
{
    double sum = 0;
    for (std::size_t b = 0; b < batch_size; ++b) {
        for (auto t = static_cast<std::size_t>(lengths[b]); t < all.shape(0); ++t) {
            for (std::size_t i = 0; i < all.shape(2); ++i) {
                sum += std::fabs(all(t, b, i));
            }
        }
    }
    return sum == 0;
}

}  // namespace

TEST_CASE_TEMPLATE("packed_sequence: sequences of different lengths give the results of each alone", Cell,
                   elman<>, lstm<>, gru_reset_after<>, test::peephole, test::reading_out, test::delay_line)
{
    auto with = example<Cell>(longest + 2);  // padded for more than the longest
    for (std::size_t b = 0; b < batch_size; ++b) {
        for (auto t = static_cast<std::size_t>(lengths[b]); t < longest + 2; ++t) {
            xt::view(with.x, t, b).fill(std::numeric_limits<double>::quiet_NaN());  // not read
            xt::view(with.dy, t, b).fill(std::numeric_limits<double>::quiet_NaN());
        }
    }
    for (std::ptrdiff_t const rows : {1, 10, 512}) {
        CAPTURE(rows);
        bptt run{with.m, {.check_finite = true, .chunk_rows = rows}};
        sequences const y = run.forward(with.x, {.lengths = lengths, .initial = with.initial});
        CHECK(y.shape(0) == longest + 2);
        CHECK(is_zero_behind(y));
        auto const& g = run.backward(with.dy, {.final = with.dfinal});
        CHECK(g.input.shape() == with.x.shape());
        CHECK(is_zero_behind(g.input));

        parameters<Cell, double> sum(with.m.bound());
        for (std::size_t b = 0; b < batch_size; ++b) {
            CAPTURE(b);
            bptt single{with.m};
            sequences const x = alone(with.x, b);
            CHECK(difference(tensor_of("", alone(y, b)),
                             tensor_of("", single.forward(x, {.initial = alone(with.initial, b)}))) < 1e-13);
            auto const final_states = alone(run.final_states(), b);
            for (std::size_t k = 0; k < state_count<Cell>; ++k) {
                CHECK(difference(tensor_of("", final_states[k]), tensor_of("", single.final_states()[k])) <
                      1e-13);
            }
            auto const& of_b = single.backward(alone(with.dy, b), {.final = alone(with.dfinal, b)});
            CHECK(difference(tensor_of("", alone(g.input, b)), tensor_of("", of_b.input)) < 1e-13);
            auto const initial = alone(g.initial, b);
            for (std::size_t k = 0; k < state_count<Cell>; ++k) {
                CHECK(difference(tensor_of("", initial[k]), tensor_of("", of_b.initial[k])) < 1e-13);
            }
            std::ranges::transform(sum.flat(), of_b.parameters.flat(), sum.flat().begin(), std::plus{});
        }
        CHECK(difference(tensor_of("", g.parameters.flat()), tensor_of("", sum.flat())) < 1e-12);
    }
}

TEST_CASE_TEMPLATE("packed_sequence: equal to the last bit if the arithmetic is the same", Cell, lstm<>,
                   gru_reset_after<>)
{
    // All rows of a loop round alike, except a single row. So all steps except the last ones
    // of the longest sequence agree with a batch of full length.
    auto const with = example<Cell>();
    std::vector<int> const two_longest{5, 12, 1, 12, 7, 3, 11};
    bptt ragged{with.m};
    bptt full{with.m};
    sequences const y = ragged.forward(with.x, {.lengths = two_longest, .initial = with.initial});
    sequences const all = full.forward(with.x, {.initial = with.initial});
    for (std::size_t b = 0; b < batch_size; ++b) {
        CHECK(alone(y, b) == alone(all, b));
    }
    bptt inference{with.m};
    CHECK(inference.infer(with.x, {.lengths = two_longest, .initial = with.initial}) == y);
    CHECK(inference.final_states() == ragged.final_states());
}

TEST_CASE_TEMPLATE("packed_sequence: a list of sequences agrees with an array with lengths", Cell, elman<>,
                   lstm<>, gru_reset_after<>, test::reading_out)
{
    auto const with = example<Cell>();
    std::vector<matrix> list;
    for (std::size_t b = 0; b < batch_size; ++b) {
        list.push_back(xt::view(with.x, xt::range(0, lengths[b]), b));
    }
    bptt padded{with.m};
    bptt listed{with.m, {.check_finite = true}};
    sequences const y = padded.forward(with.x, {.lengths = lengths, .initial = with.initial});
    CHECK(listed.forward(list, {.initial = with.initial}) == y);
    CHECK(listed.final_states() == padded.final_states());
    CHECK(difference(tensors_of(listed.backward(with.dy, {.final = with.dfinal})),
                     tensors_of(padded.backward(with.dy, {.final = with.dfinal}))) == 0);
    CHECK(listed.infer(list) == padded.infer(with.x, {.lengths = lengths}));

    std::vector<xt::xtensor<float, 2>> floats(list.begin(), list.end());  // random entries are exact
    CHECK(listed.forward(floats, {.initial = with.initial}) == y);
    // Equal lengths are no special case.
    std::vector<matrix> const equal(3, list[4]);
    sequences const expected = padded.forward(sequences(xt::view(with.x, xt::range(0, 7), xt::range(4, 5))));
    sequences const found = listed.forward(equal);
    CHECK(difference(tensor_of("", sequences(xt::view(found, xt::all(), xt::range(2, 3)))),
                     tensor_of("", expected)) < 1e-13);
}

TEST_CASE_TEMPLATE("packed_sequence: equal bits within a memory budget", Cell, lstm<>, test::reading_out)
{
    auto const with = example<Cell>();
    run_options options{.chunk_rows = 6};
    bptt storing{with.m, options};
    sequences const y = storing.forward(with.x, {.lengths = lengths, .initial = with.initial});
    auto const expected = tensors_of(storing.backward(with.dy, {.final = with.dfinal}));
    CHECK(storing.plan() == plan_memory(with.m, lengths, options));
    int plans = 0;
    for (std::size_t budget = storing.plan().bytes;;) {
        options.memory = budget;
        try {
            bptt run{with.m, options};
            sequences const found = run.forward(with.x, {.lengths = lengths, .initial = with.initial});
            CHECK(found == y);
            CAPTURE(run.plan());
            CHECK(run.plan() == plan_memory(with.m, lengths, options));
            CHECK(run.plan().bytes <= budget);
            CHECK(run.final_states() == storing.final_states());
            CHECK(difference(tensors_of(run.backward(with.dy, {.final = with.dfinal})), expected) == 0);
            CHECK(difference(tensors_of(run.backward(with.dy, {.final = with.dfinal})), expected) == 0);
            budget = run.plan().bytes - 1;
            ++plans;
        } catch (std::invalid_argument const&) {
            break;
        }
    }
    CHECK(plans > 3);
}

TEST_CASE("packed_sequence: one object works with and without lengths")
{
    auto const with = example<lstm<>>();
    bptt run{with.m};
    bptt fresh{with.m};
    auto const expected = test::results_of(fresh, with);
    run.forward(with.x, {.lengths = lengths});
    run.backward(with.dy);
    CHECK(difference(test::results_of(run, with), expected) == 0);
    run.forward(with.x,
                {.lengths = xt::xtensor<unsigned, 1>{12, 12, 12, 12, 12, 12, 12}, .initial = with.initial});
    CHECK(difference(tensors_of(run.backward(with.dy, {.final = with.dfinal})),
                     {expected.begin() + 3, expected.end()}) == 0);
}

TEST_CASE("packed_sequence: rejects wrong arguments, with what was expected, found and where")
{
    auto const with = example<lstm<>>();
    bptt run{with.m, {.check_finite = true}};
    CHECK_THROWS_WITH_AS(run.forward(with.x, {.lengths = std::vector{1, 2, 3}}),
                         "rondo: the lengths: expected 7 numbers, one for each sequence of the batch; "
                         "found 3",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(run.forward(with.x, {.lengths = std::vector{1, 2, 3, 0, 5, 6, 7}}),
                         "rondo: the lengths: expected 1 to 12 steps; found 0 for batch 3",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(run.infer(with.x, {.lengths = std::vector{1, 2, 3, 4, 5, 13, 7}}),
                         doctest::Contains("expected 1 to 12 steps; found 13 for batch 5"),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(run.forward(with.x, {.lengths = std::vector<unsigned long>{1, 2, 3, ~0UL, 5, 6, 7}}),
                         doctest::Contains("found 9223372036854775807 for batch 3"), std::invalid_argument);
    CHECK_THROWS_AS(run.backward(with.dy), std::logic_error);
    CHECK_THROWS_WITH_AS(run.forward(std::vector<matrix>{}),
                         "rondo: the input x: expected at least 1 sequence; found an empty list",
                         std::invalid_argument);
    std::vector<matrix> list(2, xt::zeros<double>({3, 4}));
    list.push_back(xt::zeros<double>({3, 5}));
    CHECK_THROWS_WITH_AS(run.forward(list),
                         "rondo: the input x: expected sequences of shape (time, input = 4), no extent "
                         "of 0; found (3, 5) for sequence 2",
                         std::invalid_argument);
    list[2] = xt::zeros<double>({0, 4});
    CHECK_THROWS_WITH_AS(run.forward(list), doctest::Contains("found (0, 4) for sequence 2"),
                         std::invalid_argument);
    list[2] = xt::zeros<double>({1, 4});
    list[1](2, 3) = std::numeric_limits<double>::infinity();
    CHECK_THROWS_WITH_AS(run.forward(list),
                         "rondo: the input x: expected finite entries; found inf at (time 2, batch 1, "
                         "feature 3)",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(plan_memory(with.m, std::vector<int>{}),
                         "rondo: plan_memory: expected at least 1 length; found none", std::invalid_argument);
    CHECK_THROWS_WITH_AS(plan_memory(with.m, std::vector{3, -1}), doctest::Contains("found -1"),
                         std::invalid_argument);

    auto bad = with;
    bad.dy(4, 0, 1) = std::numeric_limits<double>::quiet_NaN();
    run.forward(with.x, {.lengths = lengths});
    CHECK_THROWS_WITH_AS(run.backward(bad.dy),
                         doctest::Contains("the output gradient dy: expected finite entries; found nan "
                                           "at (time 4, batch 0, feature 1)"),
                         std::invalid_argument);
    CHECK_NOTHROW(run.backward(with.dy));
}

}  // namespace packed_sequence_test
