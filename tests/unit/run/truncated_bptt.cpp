#include "unit/edge_cells.hpp"
#include "unit/failing_pool.hpp"
#include "unit/random_run.hpp"
#include "unit/sample_cells.hpp"
#include "unit/threads.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace truncated_bptt_test {

using namespace rondo;
using namespace rondo::exec_internal;
using test::difference;
using test::random_run;
using test::tensors;

namespace {

using sequences = xt::xtensor<double, 3>;

constexpr std::ptrdiff_t steps = 23;
constexpr std::ptrdiff_t batch_size = 3;

template <class Cell>
random_run<Cell, double> example(std::size_t t = steps, std::size_t b = batch_size)
{
    if constexpr (dimensions_of<Cell>::size == 2) {
        return random_run<Cell, double>(t, b, 5, input{4}, hidden{9});
    } else {
        return random_run<Cell, double>(t, b, 5, input{4}, hidden{9}, output{2});
    }
}

sequences part(sequences const& s, std::ptrdiff_t begin, std::ptrdiff_t end)
{
    return xt::view(s, xt::range(begin, end));
}

/// The gradient of one call by an explicitly truncated graph: bptt over the last steps alone, from
/// the final states of a run over the steps before. Only outputs from @p loss on count.
template <class Cell>
tensors cut_by_hand(random_run<Cell, double> const& with, std::ptrdiff_t begin, std::ptrdiff_t loss,
                    std::ptrdiff_t end)
{
    bptt run{with.m};
    auto initial = with.m.zero_states(with.x.shape(1));
    if (begin > 0) {
        run.infer(part(with.x, 0, begin));
        initial = run.final_states();
    }
    std::ptrdiff_t const first = std::max(begin, loss);
    sequences const x = part(with.x, begin, end);
    run.forward(x, {.initial = initial});
    sequences dy = part(with.dy, begin, end);
    xt::view(dy, xt::range(0, first - begin)).fill(0);
    auto g = run.backward(dy);
    // The truncated run gives the gradient of its last input: that of the steps of the loss.
    sequences dx = xt::zeros<double>(part(with.x, loss, end).shape());
    xt::view(dx, xt::range(first - loss, end - loss)) =
        xt::view(g.input, xt::range(first - begin, end - begin));
    g.input = dx;
    return test::tensors_of(g);
}

}  // namespace

TEST_CASE_TEMPLATE("truncated_bptt: agrees with the gradient of an explicitly truncated graph", Cell, elman<>,
                   lstm<>, gru_reset_after<>, test::peephole, test::reading_out)
{
    auto const with = example<Cell>();
    bptt whole{with.m};
    sequences const y = whole.forward(with.x);
    for (truncation const lengths :
         {truncation{1, 1}, {1, 7}, {5, 5}, {4, 8}, {4, 10}, {7, 3}, {6, 1000}, {1000, 4}, {1000, 1000}}) {
        for (std::ptrdiff_t rows : {std::ptrdiff_t{1}, 2 * batch_size, std::ptrdiff_t{512}}) {
            CAPTURE(lengths.every);
            CAPTURE(lengths.over);
            CAPTURE(rows);
            truncated_bptt run{with.m, lengths, {.chunk_rows = rows}};
            for (std::ptrdiff_t t = 0; t < steps;) {
                std::ptrdiff_t const end = std::min(t + lengths.every, steps);
                CHECK(run.forward(part(with.x, t, end)) == part(y, t, end));
                auto const found = test::tensors_of(run.backward(part(with.dy, t, end)));
                auto const expected =
                    cut_by_hand(with, std::max<std::ptrdiff_t>(end - lengths.over, 0), t, end);
                INFO(test::worst_of(found, expected));
                CHECK(difference(found, expected) < 1e-13);
                t = end;
            }
            CHECK(run.current_states() == whole.final_states());
        }
    }
}

TEST_CASE("truncated_bptt: calls of unequal lengths")
{
    auto const with = example<lstm<>>();
    truncated_bptt run{with.m, {.every = 6, .over = 8}};
    std::ptrdiff_t t = 0;
    for (std::ptrdiff_t n : {6, 1, 2, 6, 3, 5}) {
        run.forward(part(with.x, t, t + n));
        auto const found = test::tensors_of(run.backward(part(with.dy, t, t + n)));
        t += n;
        auto const expected = cut_by_hand(with, std::max<std::ptrdiff_t>(t - 8, 0), t - n, t);
        CHECK(difference(found, expected) < 1e-13);
    }
    CHECK(t == steps);
}

static_assert(!std::is_copy_constructible_v<truncated_bptt<lstm<>, double>>);
static_assert(std::is_nothrow_move_constructible_v<truncated_bptt<lstm<>, double>>);

TEST_CASE("truncated_bptt: packs frozen matrices once")
{
    auto with = example<lstm<>>();
    truncated_bptt fresh{with.m, {.every = 6, .over = 8}};
    run_options const options{.frozen = true};
    truncated_bptt run{with.m, {.every = 6, .over = 8}, options};
    auto const go_on = [&](auto& one, std::ptrdiff_t t) {
        one.forward(part(with.x, t, t + 6));
        return test::tensors_of(one.backward(part(with.dy, t, t + 6)));
    };
    CHECK(difference(go_on(run, 0), test::without(go_on(fresh, 0), options)) == 0);
    auto const expected = test::without(go_on(fresh, 6), options);
    for (std::size_t i = 0; i < with.m.parameters().count; ++i) {
        if (with.m.parameters().info(i).shape.is_matrix()) {
            std::ranges::fill(with.m.parameters().entries(i), std::numeric_limits<double>::quiet_NaN());
        }
    }
    CHECK(difference(go_on(run, 6), expected) == 0);
}

TEST_CASE_TEMPLATE("truncated_bptt: gradients that reach to the beginning add up to the full gradient", Cell,
                   elman<>, lstm<>, gru_reset_after<>, test::reading_out)
{
    auto const with = example<Cell>();
    bptt whole{with.m};
    whole.forward(with.x);
    auto const& expected = whole.backward(with.dy);
    truncated_bptt run{with.m, {.every = 5, .over = 25}};
    parameters<Cell, double> sum(with.m.bound());
    for (std::ptrdiff_t t = 0; t < steps; t += 5) {
        std::ptrdiff_t const end = std::min(t + 5, steps);
        run.forward(part(with.x, t, end));
        auto const& g = run.backward(part(with.dy, t, end));
        std::ranges::transform(sum.flat(), g.parameters.flat(), sum.flat().begin(), std::plus{});
    }
    CHECK(difference(test::tensor_of("", sum.flat()), test::tensor_of("", expected.parameters.flat())) <
          1e-13);
}

TEST_CASE("truncated_bptt: the gradient of frozen states, by difference quotients")
{
    // The loss of the last 4 outputs of 15 as a function of the parameters, with constant states 6 steps
    // before the end.
    auto with = example<lstm<>>(15, 2);
    bptt run{with.m};
    run.infer(part(with.x, 0, 9));
    auto const frozen = run.final_states();
    auto const loss = [&] {
        sequences const& y = run.infer(part(with.x, 9, 15), {.initial = frozen});
        sequences const products = part(y, 2, 6) * part(with.dy, 11, 15);
        return std::accumulate(products.begin(), products.end(), 0.0);
    };
    truncated_bptt truncated{with.m, {.every = 4, .over = 6}};
    for (auto const& [begin, end] : {std::pair{0, 3}, {3, 7}, {7, 11}, {11, 15}}) {
        truncated.forward(part(with.x, begin, end));
    }
    auto const& g = truncated.backward(part(with.dy, 11, 15)).parameters;
    for (std::size_t i = 0; i < with.m.parameters().flat().size(); ++i) {
        double& p = with.m.parameters().flat()[i];
        double const here = p;
        p = here + 1e-5;
        double const above = loss();
        p = here - 1e-5;
        double const below = loss();
        p = here;
        CHECK(g.flat()[i] == doctest::Approx((above - below) / 2e-5).epsilon(1e-6));
    }
}

TEST_CASE_TEMPLATE("truncated_bptt: a sequence of the batch is reset, and no gradient crosses the reset",
                   Cell, elman<>, lstm<>, gru_reset_after<>, test::peephole)
{
    // Sequence 1 is reset after 8 steps and after 12, sequence 2 after 12, to given states.
    auto const with = example<Cell>();
    std::vector<std::vector<std::ptrdiff_t>> const beginnings{{0}, {0, 8, 12}, {0, 12}};
    states_of<Cell, double> given;
    for (std::size_t k = 0; k < given.size(); ++k) {
        given[k] = xt::view(with.initial[k], xt::range(2, 3));
    }
    for (truncation const lengths : {truncation{4, 4}, {4, 7}, {4, 9}, {4, 40}}) {
        CAPTURE(lengths.over);
        truncated_bptt run{with.m, lengths};
        for (std::ptrdiff_t t = 0; t < 20; t += 4) {
            CAPTURE(t);
            if (t == 8 || t == 12) {
                run.reset(1);
                CHECK(run.current_states()[0](1, 0) == 0);
            }
            if (t == 12) {
                run.reset(2, given);
            }
            sequences const y = run.forward(part(with.x, t, t + 4));
            auto const& g = run.backward(part(with.dy, t, t + 4));
            parameters<Cell, double> sum(with.m.bound());
            for (std::size_t b = 0; b < batch_size; ++b) {
                CAPTURE(b);
                // Alone, from its last reset.
                std::ptrdiff_t const begin = *std::find_if(beginnings[b].rbegin(), beginnings[b].rend(),
                                                           [&](std::ptrdiff_t i) { return i <= t; });
                auto const of_b = [&](sequences const& all, std::ptrdiff_t from, std::ptrdiff_t to) {
                    return sequences(xt::view(all, xt::range(from, to), xt::range(b, b + 1)));
                };
                auto const initial = b == 2 && begin == 12 ? given : with.m.zero_states(1);
                std::ptrdiff_t const frozen = std::max(begin, t + 4 - lengths.over);
                bptt alone{with.m};
                states_of<Cell, double> at_frozen = initial;
                if (frozen > begin) {
                    alone.infer(of_b(with.x, begin, frozen), {.initial = initial});
                    at_frozen = alone.final_states();
                }
                sequences const x = of_b(with.x, frozen, t + 4);
                sequences const expected = alone.forward(x, {.initial = at_frozen});
                sequences dy = of_b(with.dy, frozen, t + 4);
                xt::view(dy, xt::range(0, t - frozen)).fill(0);
                auto const& of_alone = alone.backward(dy);
                sequences const last = part(expected, t - frozen, t + 4 - frozen);
                CHECK(difference(test::tensor_of("", sequences(xt::view(y, xt::all(), xt::range(b, b + 1)))),
                                 test::tensor_of("", last)) < 1e-13);
                sequences const dx = part(of_alone.input, t - frozen, t + 4 - frozen);
                CHECK(difference(
                          test::tensor_of("", sequences(xt::view(g.input, xt::all(), xt::range(b, b + 1)))),
                          test::tensor_of("", dx)) < 1e-13);
                std::ranges::transform(sum.flat(), of_alone.parameters.flat(), sum.flat().begin(),
                                       std::plus{});
            }
            CHECK(difference(test::tensor_of("", g.parameters.flat()), test::tensor_of("", sum.flat())) <
                  1e-12);
        }
    }
}

TEST_CASE("truncated_bptt: resets all sequences, to zeros or to given states")
{
    auto const with = example<lstm<>>();
    truncated_bptt run{with.m, {.every = 6, .over = 12}};
    auto const same_as_fresh = [&](sequences const& x, states_of<lstm<>, double> const& initial) {
        bptt fresh{with.m};
        CHECK(run.forward(x) == fresh.forward(x, {.initial = initial}));
        CHECK(run.current_states() == fresh.final_states());
        sequences const dy = part(with.dy, 0, 6);
        sequences const of_batch = xt::view(dy, xt::all(), xt::range(0, x.shape(1)));
        CHECK(difference(test::tensors_of(run.backward(of_batch)),
                         test::tensors_of(fresh.backward(of_batch))) < 1e-13);
    };
    sequences const x = part(with.x, 0, 6);
    same_as_fresh(x, with.m.zero_states(batch_size));
    run.reset();
    same_as_fresh(x, with.m.zero_states(batch_size));
    run.reset(with.initial);
    CHECK(run.current_states() == with.initial);
    same_as_fresh(x, with.initial);
    run.reset();  // and now a smaller batch
    same_as_fresh(xt::view(x, xt::all(), xt::range(0, 1)), with.m.zero_states(1));
}

TEST_CASE("truncated_bptt: threads give equal bits")
{
    class one_by_one final : public thread_pool {
       public:
        std::ptrdiff_t count() const noexcept override { return 3; }
        void run(std::ptrdiff_t parts, part_function f) override
        {
            for (std::ptrdiff_t i = parts; i-- > 0;) {
                f(i);
            }
        }
    } pool;
    auto const with = example<lstm<>>(steps, 20);
    truncated_bptt single{with.m, {.every = 5, .over = 10}};
    truncated_bptt shared{with.m, {.every = 5, .over = 10}, {.pool = &pool}};
    for (std::ptrdiff_t t = 0; t < 20; t += 5) {
        CHECK(single.forward(part(with.x, t, t + 5)) == shared.forward(part(with.x, t, t + 5)));
        auto const& dy = part(with.dy, t, t + 5);
        CHECK(difference(test::tensors_of(single.backward(dy)), test::tensors_of(shared.backward(dy))) == 0);
    }
}

TEST_CASE("truncated_bptt: rejects wrong arguments without changing anything")
{
    double const nan = std::numeric_limits<double>::quiet_NaN();
    auto const with = example<lstm<>>();
    using run_type = truncated_bptt<lstm<>, double>;
    CHECK_THROWS_WITH_AS(run_type(with.m, {.every = 0, .over = 3}),
                         "rondo: truncation: every: expected at least 1 step; found 0",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(run_type(with.m, {.every = 3, .over = -2}),
                         "rondo: truncation: over: expected at least 1 step; found -2",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(run_type(with.m, {.every = 3, .over = 2}, {.memory = 1000}),
                         doctest::Contains("expected no memory budget"), std::invalid_argument);

    run_type run(with.m, {.every = 4, .over = 8}, {.check_finite = true});
    CHECK_THROWS_AS(run.reset(0), std::invalid_argument);
    CHECK_THROWS_WITH_AS(run.prepare(0), "rondo: prepare: expected a batch of at least 1; found 0",
                         std::invalid_argument);
    CHECK_THROWS_AS(run.backward(part(with.dy, 0, 4)), std::logic_error);
    run.reset(with.m.zero_states(2));
    CHECK_THROWS_WITH_AS(run.forward(part(with.x, 0, 4)),
                         doctest::Contains("the initial state number 1: expected shape (batch = 3"),
                         std::invalid_argument);
    run.reset();

    run_type untroubled(with.m, {.every = 4, .over = 8});
    run.forward(part(with.x, 0, 4));
    untroubled.forward(part(with.x, 0, 4));
    CHECK_THROWS_WITH_AS(run.forward(part(with.x, 4, 9)),
                         "rondo: the input x: expected at most 4 steps at once; found 5",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(run.forward(sequences::from_shape({4, 2, 4})),
                         doctest::Contains("expected shape (time, batch = 3, input = 4)"),
                         std::invalid_argument);
    sequences bad = part(with.x, 4, 8);
    bad(3, 2, 1) = nan;
    CHECK_THROWS_WITH_AS(run.forward(bad), doctest::Contains("found nan at (time 3, batch 2"),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(run.reset(3),
                         "rondo: reset: expected a sequence of a batch of 3, counted from 0; found 3",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(run.reset(1, with.initial),
                         doctest::Contains("rondo: reset: the initial state number 1: expected shape "
                                           "(batch = 1, hidden = 9); found (3, 9)"),
                         std::invalid_argument);
    CHECK_THROWS_AS(run.backward(part(with.dy, 0, 3)), std::invalid_argument);
    CHECK(run.forward(part(with.x, 4, 8)) == untroubled.forward(part(with.x, 4, 8)));
    CHECK(difference(test::tensors_of(run.backward(part(with.dy, 4, 8))),
                     test::tensors_of(untroubled.backward(part(with.dy, 4, 8)))) == 0);
    run.reset();
    CHECK_THROWS_WITH_AS(run.backward(part(with.dy, 4, 8)), doctest::Contains("no reset()"),
                         std::logic_error);
}

TEST_CASE(
    "truncated_bptt: a run that was moved takes the history along, and any call of the other is rejected")
{
    auto const with = random_run<test::rectified, double>(12, 2, 3, input{2}, hidden{3});
    truncated_bptt expected{with.m, {.every = 4, .over = 8}};
    truncated_bptt run{with.m, {.every = 4, .over = 8}};
    for (std::ptrdiff_t begin : {0, 4}) {
        expected.forward(part(with.x, begin, begin + 4));
        run.forward(part(with.x, begin, begin + 4));
    }
    truncated_bptt moved = std::move(run);
    sequences const dy = part(with.dy, 4, 8);
    CHECK(difference(test::tensors_of(moved.backward(dy)), test::tensors_of(expected.backward(dy))) == 0);
    CHECK(moved.forward(part(with.x, 8, 12)) == expected.forward(part(with.x, 8, 12)));

    char const* const why = "rondo: this object was moved from";
    CHECK_THROWS_WITH_AS(run.forward(with.x), why, std::logic_error);
    CHECK_THROWS_WITH_AS(run.backward(dy), why, std::logic_error);
    CHECK_THROWS_WITH_AS(run.last_gradients(), why, std::logic_error);
    CHECK_THROWS_WITH_AS((void)run.current_states(), why, std::logic_error);
    CHECK_THROWS_WITH_AS(run.reset(), why, std::logic_error);
    CHECK_THROWS_WITH_AS(run.reset(with.initial), why, std::logic_error);
    CHECK_THROWS_WITH_AS(run.reset(0), why, std::logic_error);
    CHECK_THROWS_WITH_AS(run.reset(0, with.initial), why, std::logic_error);
    CHECK_THROWS_WITH_AS(run.prepare(2), why, std::logic_error);
    run = std::move(moved);
    CHECK(difference(test::tensors_of(run.backward(dy)), test::tensors_of(expected.backward(dy))) == 0);
}

TEST_CASE("truncated_bptt: a call that fails has run no step, and can be repeated")
{
    auto const with = random_run<test::rectified, double>(12, 32, 3, input{2}, hidden{3});
    test::failing_pool pool;
    run_options const options{.chunk_rows = 64, .pool = &pool};
    int failures = 0;
    for (std::ptrdiff_t const call : {0, 1, 2}) {
        for (bool const backwards : {false, true}) {
            for (std::ptrdiff_t k = 0;; ++k) {
                CAPTURE(k);
                truncated_bptt run{with.m, {.every = 4, .over = 6}, options};
                truncated_bptt expected{with.m, {.every = 4, .over = 6}, {.chunk_rows = 64}};
                for (std::ptrdiff_t i = 0; i < call; ++i) {
                    run.forward(part(with.x, 4 * i, 4 * i + 4));
                    expected.forward(part(with.x, 4 * i, 4 * i + 4));
                }
                sequences const x = part(with.x, 4 * call, 4 * call + 4);
                sequences const dy = part(with.dy, 4 * call, 4 * call + 4);
                auto const before = run.current_states();
                bool failed = false;
                try {
                    pool.fails_at = backwards ? -1 : k;
                    run.forward(x);
                    pool.fails_at = k;
                    run.backward(dy);
                } catch (test::part_failed const&) {
                    failed = true;
                }
                bool const all_ran = pool.fails_at >= 0;
                pool.fails_at = -1;
                if (!failed) {
                    CHECK(all_ran);
                    break;
                }
                ++failures;
                if (!backwards && run.current_states() == before) {
                    CHECK_THROWS_AS(run.backward(dy), std::logic_error);
                    run.forward(x);
                }
                sequences const y = expected.forward(x);
                CHECK(run.current_states() == expected.current_states());
                CHECK(difference(test::tensors_of(run.backward(dy)),
                                 test::tensors_of(expected.backward(dy))) == 0);
                sequences const later = part(with.x, 0, 3);
                sequences const later_dy = part(with.dy, 0, 3);
                CHECK(run.forward(later) == expected.forward(later));
                CHECK(difference(test::tensors_of(run.backward(later_dy)),
                                 test::tensors_of(expected.backward(later_dy))) == 0);
            }
        }
    }
    CHECK(failures > 100);
}

TEST_CASE("truncated_bptt: a first call that fails leaves the batch and the initial states open")
{
    auto const with = random_run<test::rectified, double>(4, 32, 3, input{2}, hidden{3});
    test::failing_pool pool;
    truncated_bptt run{with.m, {.every = 4, .over = 4}, {.chunk_rows = 64, .pool = &pool}};
    truncated_bptt expected{with.m, {.every = 4, .over = 4}};
    run.reset(with.initial);
    expected.reset(with.initial);
    pool.fails_at = 0;
    CHECK_THROWS_AS(run.forward(with.x), test::part_failed);
    CHECK(run.forward(with.x) == expected.forward(with.x));
    run.reset();
    pool.fails_at = 0;
    CHECK_THROWS_AS(run.forward(with.x), test::part_failed);
    CHECK_NOTHROW(run.forward(sequences(xt::view(with.x, xt::all(), xt::range(0, 1)))));
}

TEST_CASE("truncated_bptt: sequences start anew from the states that they have reached")
{
    auto const with = random_run<test::rectified, double>(8, 2, 3, input{2}, hidden{3});
    truncated_bptt whole{with.m, {.every = 8, .over = 8}};
    sequences const y = whole.forward(with.x);
    truncated_bptt run{with.m, {.every = 4, .over = 8}};
    run.reset(run.current_states());  // zeros
    CHECK(run.forward(part(with.x, 0, 4)) == part(y, 0, 4));
    run.reset(run.current_states());
    CHECK(run.forward(part(with.x, 4, 8)) == part(y, 4, 8));
    bptt second{with.m};
    states_of<test::rectified, double> const reached = run.current_states();
    truncated_bptt first{with.m, {.every = 4, .over = 8}};
    first.forward(part(with.x, 0, 4));
    sequences const later = part(with.x, 4, 8);
    second.forward(later, {.initial = first.current_states()});
    // The gradient ends where the sequences started anew.
    CHECK(difference(test::tensors_of(run.backward(part(with.dy, 4, 8))),
                     test::tensors_of(second.backward(part(with.dy, 4, 8)))) < 1e-14);
    run.reset(run.current_states());
    run.reset(run.current_states());
    CHECK(run.current_states() == reached);

    truncated_bptt alone{with.m, {.every = 4, .over = 8}};
    sequences const x = xt::view(with.x, xt::all(), xt::range(0, 1));
    alone.forward(part(x, 0, 4));
    alone.reset(0, alone.current_states());
    CHECK(difference(test::tensor_of("", alone.forward(part(x, 4, 8))),
                     test::tensor_of("", sequences(xt::view(y, xt::range(4, 8), xt::range(0, 1))))) < 1e-14);
}

TEST_CASE("truncated_bptt: parameters change between calls, but not between forward and backward")
{
    auto with = random_run<test::rectified, double>(8, 2, 3, input{2}, hidden{3});
    for (bool const check : {false, true}) {
        truncated_bptt run{with.m, {.every = 4, .over = 8}, {.check_finite = check}};
        run.forward(part(with.x, 0, 4));
        with.m["b"_s](0) += 1;
        CHECK_THROWS_WITH_AS(run.backward(part(with.dy, 0, 4)),
                             doctest::Contains("the parameter 'b' has changed"), std::logic_error);
        with.m["b"_s](0) -= 1;
        with.m["b"_s](0) = 0.5;
        run.forward(part(with.x, 4, 8));
        CHECK_NOTHROW(run.backward(part(with.dy, 4, 8)));
    }
}

TEST_CASE("truncated_bptt: a pool without threads is rejected")
{
    model<test::rectified> const m{input{2}, hidden{3}};
    test::threads none(0);
    CHECK_THROWS_AS((truncated_bptt{m, {.every = 2, .over = 2}, {.pool = &none}}), input_error);
}

TEST_CASE("truncated_bptt: results may be arguments of the next call, and the input may die")
{
    random_run<elman<>, double> const with(12, 3, 5, input{5}, hidden{5});
    auto const results = [&](auto&& with_results) {
        truncated_bptt run{with.m, {.every = 4, .over = 8}};
        tensors out;
        sequences const first = run.forward(part(with.x, 0, 4));
        run.backward(part(with.dy, 0, 4));
        sequences const dx = run.last_gradients().input;
        out.push_back(test::tensor_of("second output", with_results
                                                           ? run.forward(run.forward(first))
                                                           : run.forward(sequences(run.forward(first)))));
        for (auto const& t :
             test::tensors_of(with_results ? run.backward(run.last_gradients().input) : run.backward(dx))) {
            out.push_back(t);
        }
        return out;
    };
    CHECK(difference(results(true), results(false)) == 0);
}

}  // namespace truncated_bptt_test
