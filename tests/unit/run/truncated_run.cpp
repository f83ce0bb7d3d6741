#include "unit/edge_cells.hpp"
#include "unit/failing_pool.hpp"
#include "unit/named_cells.hpp"
#include "unit/random_run.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/cell/with_resets.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace truncated_run_test {

using namespace rondo;
using namespace rondo::exec_internal;
using test::difference;
using test::random_run;
using test::tensor_of;

namespace {

using sequences = xt::xtensor<double, 3>;
using lengths = std::vector<std::ptrdiff_t>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t batch = 3;
constexpr std::ptrdiff_t every = 4;

/// The steps of sequence b in each window, and whether it begins anew before them.
struct course {
    std::vector<lengths> steps;
    std::vector<std::vector<char>> begins;
};

course random_course(std::size_t windows, std::mt19937_64& bits)
{
    auto const below = [&](std::ptrdiff_t n) {
        return std::uniform_int_distribution<std::ptrdiff_t>(0, n - 1)(bits);
    };
    course c;
    for (std::size_t w = 0; w < windows; ++w) {
        lengths n(batch, every);
        std::vector<char> begins(batch, 0);
        for (std::size_t b = 0; b < batch && w % 4 != 3; ++b) {
            n[b] = below(3) == 0 ? 0 : below(every + 1);
            begins[b] = w > 0 && below(5) == 0;
        }
        c.steps.push_back(n);
        c.begins.push_back(begins);
    }
    return c;
}

sequences with_padding(sequences all, lengths const& n)
{
    for (std::size_t b = 0; b < n.size(); ++b) {
        xt::view(all, xt::range(n[b], all.shape(0)), b).fill(nan);
    }
    return all;
}

/// Each sequence alone, with an explicitly truncated graph: a bptt over its steps since column @p stop, from
/// the states that it had there. Only outputs of the last window @p w count.
template <class Cell>
struct by_hand {
    random_run<Cell, double> const& with;
    course const& all;
    parameters<Cell, double> sum{with.m.bound()};
    states_of<Cell, double> last = with.m.zero_states(batch), first = with.m.zero_states(batch);
    sequences y = xt::zeros<double>({std::size_t{every}, batch, with.dy.shape(2)});
    sequences dx = xt::zeros<double>({std::size_t{every}, batch, with.x.shape(2)});

    void compute(std::size_t w, std::ptrdiff_t stop, states_of<Cell, double> const& given)
    {
        for (std::size_t b = 0; b < batch; ++b) {
            std::vector<std::ptrdiff_t> before, after;  // columns of steps
            bool is_new = false, begins_later = false;
            for (std::size_t v = 0; v <= w; ++v) {
                auto const column = static_cast<std::ptrdiff_t>(v) * every;
                if (all.begins[v][b] != 0) {
                    is_new = true;
                    before.clear();
                    after.clear();
                    begins_later = false;
                }
                if (all.steps[v][b] > 0 && is_new && after.empty() && before.empty()) {
                    begins_later = column > stop;
                }
                for (std::ptrdiff_t t = column; t < column + all.steps[v][b]; ++t) {
                    (t < stop ? before : after).push_back(t);
                }
            }
            run(b, static_cast<std::ptrdiff_t>(w) * every, before, after, is_new ? &given : nullptr,
                begins_later);
        }
    }

   private:
    void run(std::size_t b, std::ptrdiff_t window, lengths const& before, lengths const& after,
             states_of<Cell, double> const* given, bool begins_later)
    {
        bptt alone{with.m};
        states_of<Cell, double> state = given != nullptr ? *given : with.m.zero_states(1);
        if (!before.empty()) {
            set_output(window, b, before, alone.infer(steps(with.x, b, before), {.initial = state}));
            state = alone.final_states();
        }
        if (after.empty()) {
            set(last, b, state);
            return;
        }
        set_output(window, b, after, alone.forward(steps(with.x, b, after), {.initial = state}));
        set(last, b, alone.final_states());
        sequences dy = steps(with.dy, b, after);
        for (std::size_t i = 0; i < after.size(); ++i) {
            if (after[i] < window) {
                xt::view(dy, i).fill(0);
            }
        }
        auto const& g = alone.backward(dy);
        std::ranges::transform(sum.flat(), g.parameters.flat(), sum.flat().begin(), std::plus{});
        for (std::size_t i = 0; i < after.size(); ++i) {
            if (after[i] >= window) {
                xt::view(dx, after[i] - window, b) = xt::view(g.input, i, 0);
            }
        }
        if (!begins_later) {
            set(first, b, g.initial);
        }
    }
    void set_output(std::ptrdiff_t window, std::size_t b, lengths const& columns, sequences const& out)
    {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i] >= window) {
                xt::view(y, columns[i] - window, b) = xt::view(out, i, 0);
            }
        }
    }
    static sequences steps(sequences const& from, std::size_t b, lengths const& columns)
    {
        sequences to = sequences::from_shape({columns.size(), 1, from.shape(2)});
        for (std::size_t i = 0; i < columns.size(); ++i) {
            xt::view(to, i, 0) = xt::view(from, columns[i], b);
        }
        return to;
    }
    static void set(states_of<Cell, double>& to, std::size_t b, states_of<Cell, double> const& from)
    {
        for (std::size_t k = 0; k < to.size(); ++k) {
            xt::view(to[k], b) = xt::view(from[k], 0);
        }
    }
};

template <class Cell>
random_run<Cell, double> example(std::size_t windows)
{
    if constexpr (dimensions_of<Cell>::size == 2) {
        return random_run<Cell, double>(windows * every, batch, 5, input{2}, hidden{5});
    } else {
        return random_run<Cell, double>(windows * every, batch, 5, input{2}, hidden{5}, output{3});
    }
}
template <class Cell>
states_of<Cell, double> of_one(states_of<Cell, double> const& all, std::size_t b)
{
    states_of<Cell, double> one;
    for (std::size_t k = 0; k < one.size(); ++k) {
        one[k] = xt::view(all[k], xt::range(b, b + 1));
    }
    return one;
}
sequences window_of(sequences const& all, std::size_t w)
{
    return xt::view(all, xt::range(w * every, (w + 1) * every));
}
void check_equal(auto const& found, auto const& expected)
{
    CHECK(difference(tensor_of("", found), tensor_of("", expected)) < 1e-12);
}

}  // namespace

TEST_CASE_TEMPLATE(
    "truncated_bptt: with lengths each sequence is as alone, in windows with pauses and new "
    "beginnings",
    Cell, elman<>, lstm<>, gru_reset_after<>, test::reading_out)
{
    constexpr std::size_t windows = 9;
    auto const with = example<Cell>(windows);
    auto const given = of_one<Cell>(with.initial, 1);
    std::mt19937_64 bits(7);
    for (std::ptrdiff_t const over : {2, 4, 7, 13, 1000}) {
        for (std::ptrdiff_t const rows : {1, 5, 512}) {
            CAPTURE(over);
            CAPTURE(rows);
            course const all = random_course(windows, bits);
            truncated_bptt run{with.m, {.every = every, .over = over}, {.chunk_rows = rows}};
            for (std::size_t w = 0; w < windows; ++w) {
                CAPTURE(w);
                for (std::size_t b = 0; b < batch; ++b) {
                    if (all.begins[w][b] != 0) {
                        run.reset(b, given);
                    }
                }
                lengths const& n = all.steps[w];
                sequences const y = run.forward(with_padding(window_of(with.x, w), n), {.lengths = n});
                auto const& g = run.backward(with_padding(window_of(with.dy, w), n));
                by_hand<Cell> alone{with, all};
                auto const end = static_cast<std::ptrdiff_t>(w + 1) * every;
                alone.compute(w, std::max<std::ptrdiff_t>(end - over, 0), given);
                check_equal(y, alone.y);
                check_equal(g.input, alone.dx);
                check_equal(g.parameters.flat(), alone.sum.flat());
                for (std::size_t k = 0; k < g.initial.size(); ++k) {
                    check_equal(run.current_states()[k], alone.last[k]);
                    check_equal(g.initial[k], alone.first[k]);
                }
            }
        }
    }
}

TEST_CASE("truncated_bptt: windows over the whole history add up to a bptt with lengths")
{
    auto const with = example<lstm<>>(4);
    lengths const total{16, 5, 10};
    bptt whole{with.m};
    sequences const y = whole.forward(with_padding(with.x, total), {.lengths = total});
    auto const& expected = whole.backward(with_padding(with.dy, total));
    truncated_bptt run{with.m, {.every = every, .over = 16}};
    parameters<lstm<>, double> sum(with.m.bound());
    for (std::size_t w = 0; w < 4; ++w) {
        lengths n = total;
        for (auto& one : n) {
            one = std::clamp<std::ptrdiff_t>(one - static_cast<std::ptrdiff_t>(w) * every, 0, every);
        }
        sequences const x = with_padding(window_of(with.x, w), n);
        check_equal(run.forward(x, {.lengths = n}), window_of(y, w));
        auto const& g = run.backward(window_of(with.dy, w));
        std::ranges::transform(sum.flat(), g.parameters.flat(), sum.flat().begin(), std::plus{});
    }
    check_equal(sum.flat(), expected.parameters.flat());
    check_equal(run.current_states()[1], whole.final_states()[1]);
}

TEST_CASE("truncated_bptt: a list of sequences, which may be empty, is an array with lengths")
{
    auto const with = example<lstm<>>(3);
    truncated_bptt padded{with.m, {.every = every, .over = 7}};
    truncated_bptt listed{with.m, {.every = every, .over = 7}};
    std::vector<lengths> const all{{3, 0, 4}, {4, 4, 4}, {0, 2, 0}};
    for (std::size_t w = 0; w < 3; ++w) {
        std::vector<xt::xtensor<double, 2>> list;
        for (std::size_t b = 0; b < batch; ++b) {
            list.emplace_back(xt::view(
                with.x, xt::range(w * every, w * every + static_cast<std::size_t>(all[w][b])), b, xt::all()));
        }
        std::ptrdiff_t const longest = std::ranges::max(all[w]);
        sequences const x = xt::view(window_of(with.x, w), xt::range(0, longest));
        CHECK(padded.forward(x, {.lengths = all[w]}) == listed.forward(list));
        sequences const dy = xt::view(window_of(with.dy, w), xt::range(0, longest));
        CHECK(difference(test::tensors_of(padded.backward(dy)), test::tensors_of(listed.backward(dy))) == 0);
    }
}

TEST_CASE(
    "truncated_bptt: lengths of all steps, and those of sequences that have ended, give the bits of a run "
    "without them")
{
    auto const with = example<gru_reset_after<>>(4);
    truncated_bptt plain{with.m, {.every = every, .over = 9}};
    truncated_bptt run{with.m, {.every = every, .over = 9}};
    truncated_bptt longer{with.m, {.every = every, .over = 9}};
    sequences more = xt::zeros<double>({std::size_t{every}, batch + 1, with.x.shape(2)});
    sequences more_dy = xt::zeros<double>({std::size_t{every}, batch + 1, with.dy.shape(2)});
    for (std::size_t w = 0; w < 4; ++w) {
        sequences const x = window_of(with.x, w);
        sequences const dy = window_of(with.dy, w);
        sequences const y = plain.forward(x);
        CHECK(run.forward(x, {.lengths = lengths(batch, every)}) == y);
        auto const expected = test::tensors_of(plain.backward(dy));
        CHECK(difference(test::tensors_of(run.backward(dy)), expected) == 0);
        xt::view(more, xt::all(), xt::range(1, batch + 1)) = x;
        xt::view(more_dy, xt::all(), xt::range(1, batch + 1)) = dy;
        sequences const z = longer.forward(more, {.lengths = {0, 4, 4, 4}});
        CHECK(sequences(xt::view(z, xt::all(), xt::range(1, batch + 1))) == y);
        auto const found = test::tensors_of(longer.backward(more_dy));
        CHECK(difference(found[0], expected[0]) == 0);
    }
}

TEST_CASE("truncated_bptt: a window in which no sequence has a step")
{
    auto const with = example<lstm<>>(2);
    truncated_bptt run{with.m, {.every = every, .over = 6}};
    lengths const none(batch, 0);
    sequences const empty = with_padding(window_of(with.x, 0), none);
    for (int call = 0; call < 3; ++call) {  // at first, after a step, and where there is no step any more
        CHECK(run.forward(empty, {.lengths = none}) == xt::zeros<double>({4, 3, 5}));
        auto const before = run.current_states();
        auto const& g = run.backward(window_of(with.dy, 0));
        CHECK(std::ranges::count(g.input, 0.0) == std::ssize(g.input));
        CHECK(run.current_states() == before);
        if (call == 0) {
            run.forward(window_of(with.x, 0));
        }
    }
    auto const states = run.current_states();
    bptt expected{with.m};
    CHECK(run.forward(window_of(with.x, 1)) == expected.forward(window_of(with.x, 1), {.initial = states}));
}

TEST_CASE("truncated_bptt: rejects lengths that do not fit, and nothing changes")
{
    auto const with = example<lstm<>>(2);
    truncated_bptt run{with.m, {.every = every, .over = 8}};
    sequences const x = window_of(with.x, 0);
    std::vector<xt::xtensor<double, 2>> const two(2, xt::ones<double>({2, 2}));
    auto const rejects = [&](auto const& call, std::string const& why) {
        CHECK_THROWS_WITH_AS(call(), doctest::Contains(why.c_str()), input_error);
    };
    rejects([&] { run.forward(x, {.lengths = {1, 2}}); }, "the lengths: expected 3 numbers");
    rejects([&] { run.forward(x, {.lengths = {1, 5, 2}}); }, "the lengths: expected 0 to 4 steps; found 5");
    rejects([&] { run.forward(x, {.lengths = {1, -1, 2}}); }, "found -1 for batch 1");
    rejects([&] { run.forward(two, {.lengths = {1, 2}}); }, "none, as a list has those of its sequences");
    rejects(
        [&] {
            run.forward(std::vector<xt::xtensor<double, 2>>(3, xt::zeros<double>({0, 2})));
        },
        "the input x: expected a step of at least 1 sequence; found sequences without steps");
    run.forward(x);
    rejects([&] { run.forward(two); }, "the input x: expected 3 sequences, as in the calls before; found 2");
    bptt alone{with.m};
    rejects([&] { alone.forward(x, {.lengths = {1, 0, 2}}); }, "the lengths: expected 1 to 4 steps; found 0");
    CHECK(run.forward(x, {.lengths = {0, 4, 4}}).shape(0) == 4);
}

TEST_CASE("truncated_bptt: checks numbers and symbols within the lengths alone")
{
    auto const with = example<lstm<>>(2);
    truncated_bptt run{with.m, {.every = every, .over = 8}, {.check_finite = true}};
    sequences const x = with_padding(window_of(with.x, 0), {1, 0, 3});
    CHECK_NOTHROW(run.forward(x, {.lengths = {1, 0, 3}}));
    CHECK_THROWS_WITH_AS(run.forward(x, {.lengths = {1, 1, 3}}),
                         doctest::Contains("found nan at (time 0, batch 1, feature 0)"), input_error);
    sequences const dy = with_padding(window_of(with.dy, 0), {1, 0, 3});
    CHECK_NOTHROW(run.backward(dy));
    sequences const bad = with_padding(window_of(with.dy, 0), {1, 0, 2});
    CHECK_THROWS_WITH_AS(run.backward(bad), doctest::Contains("found nan at (time 2, batch 2"), input_error);

    struct looking_up {
        weight<hidden, input> W;
        RONDO_MEMBERS(W);
        constexpr auto operator()(one_hot<input> k, vec<hidden> h) const { return next{W * k + h}; }
    };
    model<looking_up> const m{input{3}, hidden{2}};
    truncated_bptt symbols{m, {.every = 2, .over = 2}};
    xt::xtensor<int, 2> const k{{0, 2}, {1, 7}};
    CHECK_NOTHROW(symbols.forward(k, {.lengths = {2, 1}}));
    CHECK_THROWS_AS(symbols.forward(k, {.lengths = {2, 2}}), input_error);
}

TEST_CASE("truncated_bptt: with lengths, a call that fails has run no step, and can be repeated")
{
    auto const with = random_run<test::rectified, double>(8, 32, 3, input{2}, hidden{3});
    test::failing_pool pool;
    lengths n(32);
    for (std::size_t b = 0; b < 32; ++b) {
        n[b] = static_cast<std::ptrdiff_t>(b % 5);
    }
    sequences const x = window_of(with.x, 1), dy = window_of(with.dy, 1);
    int failures = 0;
    for (bool const backwards : {false, true}) {
        for (std::ptrdiff_t k = 0;; ++k) {
            truncated_bptt run{with.m, {.every = 4, .over = 6}, {.chunk_rows = 64, .pool = &pool}};
            truncated_bptt expected{with.m, {.every = 4, .over = 6}, {.chunk_rows = 64}};
            run.forward(window_of(with.x, 0));
            expected.forward(window_of(with.x, 0));
            auto const before = run.current_states();
            bool failed = false;
            try {
                pool.fails_at = backwards ? -1 : k;
                run.forward(x, {.lengths = n});
                pool.fails_at = k;
                run.backward(dy);
            } catch (test::part_failed const&) {
                failed = true;
            }
            pool.fails_at = -1;
            if (!failed) {
                break;
            }
            ++failures;
            if (run.current_states() == before) {
                run.forward(x, {.lengths = n});
            }
            expected.forward(x, {.lengths = n});
            CHECK(run.current_states() == expected.current_states());
            CHECK(difference(test::tensors_of(run.backward(dy)), test::tensors_of(expected.backward(dy))) ==
                  0);
        }
    }
    CHECK(failures > 5);
}

TEST_CASE("truncated_bptt: lengths of a cell with several inputs and outputs, and without gradients")
{
    random_run<test::observing, double> const with(8, 2, 3, input{2}, output{3}, hidden{4});
    lengths const total{8, 6};
    bptt whole{with.m, {.input_gradient = false}};
    auto const y = whole.forward(with.x, {.lengths = total});
    auto const expected = test::tensors_of(whole.backward(with.dy));
    truncated_bptt run{with.m, {.every = 8, .over = 8}, {.input_gradient = false}};
    CHECK(run.forward(with.x, {.lengths = total})["read"_s] == y["read"_s]);
    CHECK(difference(test::tensors_of(run.backward(with.dy)), expected) < 1e-13);
    truncated_bptt frozen{with.m, {.every = 8, .over = 8}, {.frozen = true}};
    CHECK(frozen.forward(with.x, {.lengths = total})["energy"_s] == y["energy"_s]);
    CHECK(frozen.backward(with.dy).input["x"_s].shape(0) == 8);
}

TEST_CASE("truncated_bptt: resets inside a window and lengths go together")
{
    // A row has two documents one after the other, and the second is longer than the window.
    using cell = with_resets<elman<>>;
    random_run<cell, double> const with(8, 2, 3, input{2}, hidden{4});
    auto x = with.x;
    x.at(1).fill(0);
    x.at(1)(2, 0, 0) = 1;
    bptt whole{with.m};
    lengths const total{6, 8};
    sequences const y = whole.forward(x, {.lengths = total});
    auto const& expected = whole.backward(with.dy);
    truncated_bptt run{with.m, {.every = 4, .over = 8}};
    parameters<cell, double> sum(with.m.bound());
    for (std::size_t w = 0; w < 2; ++w) {
        auto const part = named("x"_s = window_of(x.at(0), w), "reset"_s = window_of(x.at(1), w));
        check_equal(run.forward(part, {.lengths = {w == 0 ? 4 : 2, 4}}), window_of(y, w));
        auto const& g = run.backward(window_of(with.dy, w));
        std::ranges::transform(sum.flat(), g.parameters.flat(), sum.flat().begin(), std::plus{});
    }
    check_equal(sum.flat(), expected.parameters.flat());
}

}  // namespace truncated_run_test
