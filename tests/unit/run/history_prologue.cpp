#include "unit/context_cells.hpp"
#include "unit/counted_memory.hpp"
#include "unit/failing_pool.hpp"
#include "unit/random_run.hpp"
#include "unit/threads.hpp"

#include <rondo/run/bptt.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace history_prologue_test {

using namespace rondo;
using namespace rondo::exec_internal;
using test::difference;
using test::people;
using test::speaker;
using test::tensor_of;

namespace {

/// A loop that reads a vector, a symbol and a number of its sequence, and begins with a function of the
/// vector. The second state is carried over two steps and begins with a parameter.
struct telling {
    struct given {
        vec<input> x;
        per_sequence<vec<speaker>> context;
        per_sequence<one_hot<people>> who;
        per_sequence<scalar> rate;
        RONDO_MEMBERS(x, context, who, rate);
    };
    gate<hidden, input> f;
    weight<hidden, speaker> C;
    weight<people, hidden> E;
    weight<hidden> first;
    RONDO_MEMBERS(f, C, E, first);

    constexpr auto start(given in) const { return next{tanh(first + C * in.context), 0.5 * first}; }
    constexpr auto operator()(given in, vec<hidden> h, delayed<2, vec<hidden>> c) const
    {
        auto const kept = in.rate * h + 0.3 * c;
        auto const now = tanh(f(in.x, kept) + C * in.context + transpose(E) * in.who);
        return next{now, h * 0.5 + c * in.rate};
    }
};

using sequences = xt::xtensor<double, 3>;
using rows = xt::xtensor<double, 2>;
using lengths = std::vector<std::ptrdiff_t>;
using columns = std::vector<std::ptrdiff_t>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t batch = 3;
constexpr std::size_t every = 4;

template <class Array>
void fill(Array&& to, double from)
{
    for (auto& v : to) {
        v = std::sin(from);
        from += 1.3;
    }
}

/// The arguments of a window, with NaN where nothing is read.
struct window {
    sequences x = sequences::from_shape({every, batch, 2});
    rows context = rows::from_shape({batch, 2});
    xt::xtensor<double, 1> who = xt::xtensor<double, 1>::from_shape({batch});
    xt::xtensor<double, 1> rate = xt::xtensor<double, 1>::from_shape({batch});
    sequences dy = sequences::from_shape({every, batch, 3});

    [[nodiscard]] auto given() const
    {
        return named("x"_s = x, "context"_s = context, "who"_s = who, "rate"_s = rate);
    }
};

model<telling, double> telling_model()
{
    model<telling, double> m{input{2}, hidden{3}, speaker{2}, people{4}};
    fill(m.parameters().flat(), 0.5);
    return m;
}

/// Sequences in windows: all that happens to each row of the batch.
struct course {
    struct row {
        columns begins{};  // windows before which it begins anew
        bool is_restarted(std::size_t w) const
        {
            return std::ranges::find(begins, static_cast<std::ptrdiff_t>(w)) != begins.end();
        }
    };
    std::vector<lengths> steps{};
    std::array<row, batch> of{};

    static course random(std::size_t windows, unsigned seed)
    {
        std::mt19937_64 bits(seed);
        auto const below = [&](std::ptrdiff_t n) {
            return std::uniform_int_distribution<std::ptrdiff_t>(0, n - 1)(bits);
        };
        course c;
        for (std::size_t w = 0; w < windows; ++w) {
            lengths n(batch, every);
            for (std::size_t b = 0; b < batch && w % 4 != 3; ++b) {
                n[b] = below(3) == 0 ? 0 : below(every + 1);
                if (w > 0 && below(3) == 0) {
                    c.of[b].begins.push_back(static_cast<std::ptrdiff_t>(w));
                }
            }
            c.steps.push_back(n);
        }
        return c;
    }
    /// The value that belongs to row @p b in window @p w.
    [[nodiscard]] std::size_t number_of(std::size_t w, std::size_t b) const
    {
        return b + 3 * static_cast<std::size_t>(std::ranges::count_if(
                           of[b].begins, [&](std::ptrdiff_t v) { return v <= std::ptrdiff_t(w); }));
    }
    [[nodiscard]] window at(std::size_t w) const
    {
        window given;
        fill(given.x, 0.1 * static_cast<double>(w));
        fill(given.dy, 0.3 * static_cast<double>(w) + 1);
        for (std::size_t b = 0; b < batch; ++b) {
            bool const is_read = steps[w][b] > 0;
            auto const s = static_cast<double>(number_of(w, b));
            given.context(b, 0) = is_read ? std::sin(s) : nan;
            given.context(b, 1) = is_read ? std::cos(2 * s) : nan;
            given.who(b) = is_read ? static_cast<double>(number_of(w, b) % 4) : nan;
            given.rate(b) = is_read ? 0.6 + 0.3 * std::sin(3 * s) : nan;
            xt::view(given.x, xt::range(steps[w][b], every), b).fill(nan);
            xt::view(given.dy, xt::range(steps[w][b], every), b).fill(nan);
        }
        return given;
    }
};

/// Each row alone: a bptt over the steps of its sequence since column @p stop, from the states that it had
/// there, or from start(). Only the outputs of the last window count.
struct by_hand {
    model<telling, double> const& m;
    course const& all;
    parameters<telling, double> sum{m.bound()};
    states_of<telling, double> last = m.zero_states(batch), first = m.zero_states(batch);
    sequences y = xt::zeros<double>({every, batch, std::size_t{3}});
    sequences dx = xt::zeros<double>({every, batch, std::size_t{2}});
    rows dcontext = xt::zeros<double>({batch, std::size_t{2}});
    rows drate = xt::zeros<double>({batch, std::size_t{1}});

    void compute(std::size_t w, std::ptrdiff_t stop)
    {
        for (std::size_t b = 0; b < batch; ++b) {
            std::size_t begin = 0;
            for (std::ptrdiff_t const v : all.of[b].begins) {
                begin = v <= static_cast<std::ptrdiff_t>(w) ? static_cast<std::size_t>(v) : begin;
            }
            columns before, after;
            for (std::size_t v = begin; v <= w; ++v) {
                for (std::ptrdiff_t t = 0; t < all.steps[v][b]; ++t) {
                    std::ptrdiff_t const column = static_cast<std::ptrdiff_t>(v * every) + t;
                    (column < stop ? before : after).push_back(column);
                }
            }
            run(b, w, before, after, begin > 0 && before.empty() && !after.empty() && after.front() > stop);
        }
    }

   private:
    void run(std::size_t b, std::size_t w, columns const& before, columns const& after, bool begins_later)
    {
        bptt alone{m};
        auto const now = static_cast<std::ptrdiff_t>(w * every);
        if (!before.empty()) {
            set_output(b, now, before, alone.infer(given(b, before)));
            keep(last, b, alone.final_states());
        }
        if (after.empty()) {
            return;
        }
        states_of<telling, double> const states = alone.final_states();
        set_output(b, now, after,
                   before.empty() ? alone.forward(given(b, after))
                                  : alone.forward(given(b, after), {.initial = states}));
        keep(last, b, alone.final_states());
        sequences dy = sequences::from_shape({after.size(), 1, 3});
        for (std::size_t i = 0; i < after.size(); ++i) {
            for (std::size_t k = 0; k < 3; ++k) {
                dy(i, 0, k) = after[i] < now ? 0 : all.at(w).dy(std::size_t(after[i] - now), b, k);
            }
        }
        auto const& g = alone.backward(dy);
        std::ranges::transform(sum.flat(), g.parameters.flat(), sum.flat().begin(), std::plus{});
        for (std::size_t i = 0; i < after.size(); ++i) {
            if (after[i] >= now) {
                xt::view(dx, after[i] - now, b) = xt::view(g.input["x"_s], i, 0);
            }
        }
        xt::view(dcontext, b) = xt::view(g.input["context"_s], 0);
        xt::view(drate, b) = xt::view(g.input["rate"_s], 0);
        if (!begins_later) {
            keep(first, b, g.initial);
        }
    }
    [[nodiscard]] inputs_of<telling, double> given(std::size_t b, columns const& steps) const
    {
        inputs_of<telling, double> one;
        one["x"_s].resize({steps.size(), 1, 2});
        for (std::size_t i = 0; i < steps.size(); ++i) {
            auto const column = static_cast<std::size_t>(steps[i]);
            window const from = all.at(column / every);
            xt::view(one["x"_s], i, 0) = xt::view(from.x, column % every, b);
            one["context"_s] = xt::view(from.context, xt::range(b, b + 1));
            one["who"_s] = rows{{from.who(b)}};
            one["rate"_s] = rows{{from.rate(b)}};
        }
        return one;
    }
    void set_output(std::size_t b, std::ptrdiff_t now, columns const& steps, sequences const& out)
    {
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (steps[i] >= now) {
                xt::view(y, steps[i] - now, b) = xt::view(out, i, 0);
            }
        }
    }
    static void keep(states_of<telling, double>& to, std::size_t b, states_of<telling, double> const& from)
    {
        for (std::size_t k = 0; k < to.size(); ++k) {
            xt::view(to[k], b) = xt::view(from[k], 0);
        }
    }
};

void check_equal(auto const& found, auto const& expected, std::string const& name)
{
    INFO(name);
    CHECK(difference(tensor_of("", found), tensor_of("", expected)) < 1e-11);
}

template <class Run>
void restart(Run& run, course const& all, std::size_t w)
{
    for (std::size_t b = 0; b < batch; ++b) {
        if (all.of[b].is_restarted(w)) {
            run.reset(b);
        }
    }
}

}  // namespace

TEST_CASE("history_prologue: each sequence is as alone, with lengths, pauses and new beginnings")
{
    constexpr std::size_t windows = 9;
    auto const m = telling_model();
    unsigned seed = 0;
    for (std::ptrdiff_t const over : {2, 4, 7, 13, 1000}) {
        for (std::ptrdiff_t const rows : {1, 5, 512}) {
            CAPTURE(over);
            CAPTURE(rows);
            course const all = course::random(windows, ++seed);
            truncated_bptt run{m, {.every = every, .over = over}, {.chunk_rows = rows}};
            for (std::size_t w = 0; w < windows; ++w) {
                CAPTURE(w);
                restart(run, all, w);
                window const given = all.at(w);
                sequences const y = run.forward(given.given(), {.lengths = all.steps[w]});
                auto const& g = run.backward(given.dy);
                by_hand alone{m, all};
                auto const end = static_cast<std::ptrdiff_t>((w + 1) * every);
                alone.compute(w, std::max<std::ptrdiff_t>(end - over, 0));
                check_equal(y, alone.y, "y");
                check_equal(g.input["x"_s], alone.dx, "dx");
                check_equal(g.input["context"_s], alone.dcontext, "dcontext");
                check_equal(g.input["rate"_s], alone.drate, "drate");
                check_equal(g.parameters.flat(), alone.sum.flat(), "parameters");
                for (std::size_t k = 0; k < g.initial.size(); ++k) {
                    check_equal(run.current_states()[k], alone.last[k], "last");
                    check_equal(g.initial[k], alone.first[k], "first");
                }
            }
        }
    }
}

TEST_CASE("history_prologue: gradients that reach to the beginning add up to those of a bptt")
{
    auto const m = telling_model();
    lengths const total{16, 5, 10};
    course all;
    for (std::ptrdiff_t const w : {0, 1, 2, 3}) {
        all.steps.push_back({});
        for (std::ptrdiff_t const n : total) {
            all.steps.back().push_back(std::clamp<std::ptrdiff_t>(n - w * 4, 0, 4));
        }
    }
    window const first = all.at(0);
    sequences x = sequences::from_shape({16, batch, 2}), dy = sequences::from_shape({16, batch, 3});
    for (std::size_t w = 0; w < 4; ++w) {
        xt::view(x, xt::range(w * 4, w * 4 + 4)) = all.at(w).x;
        xt::view(dy, xt::range(w * 4, w * 4 + 4)) = all.at(w).dy;
    }
    bptt whole{m};
    sequences const y = whole.forward(
        named("x"_s = x, "context"_s = first.context, "who"_s = first.who, "rate"_s = first.rate),
        {.lengths = total});
    auto const& expected = whole.backward(dy);

    parameters<telling, double> sum(m.bound());
    rows dcontext = xt::zeros<double>({batch, std::size_t{2}});
    rows drate = xt::zeros<double>({batch, std::size_t{1}});
    truncated_bptt run{m, {.every = every, .over = 16}};
    truncated_bptt of_list{m, {.every = every, .over = 16}};
    for (std::size_t w = 0; w < 4; ++w) {
        window const now = all.at(w);
        sequences const found = run.forward(now.given(), {.lengths = all.steps[w]});
        check_equal(found, sequences(xt::view(y, xt::range(w * 4, w * 4 + 4))), "y");
        auto const& g = run.backward(now.dy);
        std::ranges::transform(sum.flat(), g.parameters.flat(), sum.flat().begin(), std::plus{});
        dcontext += g.input["context"_s];
        drate += g.input["rate"_s];

        std::vector<rows> list;
        for (std::size_t b = 0; b < batch; ++b) {
            list.emplace_back(xt::view(now.x, xt::range(0, all.steps[w][b]), b));
        }
        of_list.forward(
            named("x"_s = list, "context"_s = now.context, "who"_s = now.who, "rate"_s = now.rate));
        sequences const dy_of_list = xt::view(now.dy, xt::range(0, std::ranges::max(all.steps[w])));
        auto const& h = of_list.backward(dy_of_list);
        CHECK(std::ranges::equal(h.parameters.flat(), g.parameters.flat()));
        CHECK(h.input["context"_s] == g.input["context"_s]);
    }
    check_equal(sum.flat(), expected.parameters.flat(), "parameters");
    check_equal(dcontext, expected.input["context"_s], "context");
    check_equal(drate, expected.input["rate"_s], "rate");
}

TEST_CASE("history_prologue: the gradient of a loop that is cut, by difference quotients")
{
    auto m = telling_model();
    course all;
    all.steps = {{4, 4, 4}, {4, 4, 4}, {4, 4, 4}};
    all.of[1].begins = {1};  // begins within the truncation, the others before it
    std::array<window, 3> w{all.at(0), all.at(1), all.at(2)};
    truncated_bptt run{m, {.every = every, .over = 10}};
    for (std::size_t i = 0; i < 3; ++i) {
        restart(run, all, i);
        run.forward(w[i].given());
    }
    auto const& g = run.backward(w[2].dy);

    // The steps in front of the truncation, with the numbers as they are.
    bptt steps{m};
    auto const given = [](window const& from, std::size_t begin, std::size_t b) {
        inputs_of<telling, double> one;
        one["x"_s] = xt::view(from.x, xt::range(begin, every), xt::range(b, b + 1));
        one["context"_s] = xt::view(from.context, xt::range(b, b + 1));
        one["who"_s] = rows{{from.who(b)}};
        one["rate"_s] = rows{{from.rate(b)}};
        return one;
    };
    std::array<states_of<telling, double>, batch> before;
    for (std::size_t const b : {0U, 2U}) {
        auto two = given(w[0], 0, b);
        two["x"_s] = sequences(xt::view(two["x"_s], xt::range(0, 2)));
        steps.infer(two);
        before[b] = steps.final_states();
    }
    auto const loss = [&] {
        double sum = 0;
        for (std::size_t b = 0; b < batch; ++b) {
            if (b == 1) {
                steps.infer(given(w[1], 0, b));
            } else {
                steps.infer(given(w[0], 2, b), {.initial = before[b]});
                states_of<telling, double> const state = steps.final_states();
                steps.infer(given(w[1], 0, b), {.initial = state});
            }
            states_of<telling, double> const state = steps.final_states();
            auto const& y = steps.infer(given(w[2], 0, b), {.initial = state});
            for (std::size_t t = 0; t < every; ++t) {
                for (std::size_t k = 0; k < 3; ++k) {
                    sum += y(t, 0, k) * w[2].dy(t, b, k);
                }
            }
        }
        return sum;
    };
    auto const slope = [&](double& entry) {
        double const value = entry, step = 1e-5;
        entry = value + step;
        double const above = loss();
        entry = value - step;
        double const below = loss();
        entry = value;
        return (above - below) / (2 * step);
    };
    auto const flat = m.parameters().flat();
    for (std::size_t i = 0; i < flat.size(); ++i) {
        CAPTURE(i);
        CHECK(g.parameters.flat()[i] == doctest::Approx(slope(flat[i])).epsilon(1e-6));
    }
    for (std::size_t b = 0; b < batch; ++b) {
        CAPTURE(b);
        auto const of_all = [&](auto const& entry) {  // which each window has a copy of
            double const value = entry(w[2]), step = 1e-5;
            auto const at = [&](double v) {
                for (std::size_t i = b == 1 ? 1 : 0; i < 3; ++i) {
                    entry(w[i]) = v;
                }
                return loss();
            };
            double const difference = at(value + step) - at(value - step);
            at(value);
            return difference / (2 * step);
        };
        double const by_context = of_all([&](window& one) -> double& { return one.context(b, 1); });
        CHECK(g.input["context"_s](b, 1) == doctest::Approx(by_context).epsilon(1e-6));
        double const by_rate = of_all([&](window& one) -> double& { return one.rate(b); });
        CHECK(g.input["rate"_s](b, 0) == doctest::Approx(by_rate).epsilon(1e-6));
    }
}

TEST_CASE("history_prologue: threads give equal bits, and a window that a thread fails in can be repeated")
{
    auto const m = telling_model();
    constexpr std::size_t many = 40;
    sequences x = sequences::from_shape({every, many, 2}), dy = sequences::from_shape({every, many, 3});
    rows context = rows::from_shape({many, 2}), other = rows::from_shape({many, 2});
    rows const who = xt::zeros<double>({many, std::size_t{1}}),
               rate = 0.5 * xt::ones<double>({many, std::size_t{1}});
    fill(x, 1);
    fill(dy, 2);
    fill(context, 3);
    other = context;
    other(7, 0) += 1;
    auto const learn = [&](auto& run, int windows) {
        for (int i = 0; i < windows; ++i) {
            if (i == 2) {
                run.reset(7);
            }
            run.forward(
                named("x"_s = x, "context"_s = i < 2 ? context : other, "who"_s = who, "rate"_s = rate));
            run.backward(dy);
        }
    };
    truncation const k{.every = every, .over = 10};
    truncated_bptt expected{m, k, {.chunk_rows = 64}};
    learn(expected, 3);
    test::threads three(3);
    truncated_bptt parallel{m, k, {.chunk_rows = 64, .pool = &three}};
    learn(parallel, 3);
    auto const equals = [&](auto& run) {
        auto const &a = run.last_gradients(), &b = expected.last_gradients();
        return std::ranges::equal(a.parameters.flat(), b.parameters.flat()) &&
               a.input["context"_s] == b.input["context"_s] && a.initial == b.initial;
    };
    CHECK(equals(parallel));
    CHECK(three.pieces > 0);

    test::failing_pool pool;
    int failures = 0;
    for (std::ptrdiff_t at = 0;; ++at) {
        truncated_bptt run{m, k, {.chunk_rows = 64, .pool = &pool}};
        learn(run, 2);
        run.reset(7);
        auto const window = [&] {
            run.forward(named("x"_s = x, "context"_s = other, "who"_s = who, "rate"_s = rate));
        };
        auto const before = run.current_states();
        bool has_failed = false;
        try {
            pool.fails_at = at;
            window();
            run.backward(dy);
        } catch (test::part_failed const&) {
            has_failed = true;
        }
        pool.fails_at = -1;
        if (!has_failed) {
            break;
        }
        ++failures;
        if (run.current_states() == before) {
            window();
        }
        run.backward(dy);
        CHECK(equals(run));
    }
    CHECK(failures > 5);
}

TEST_CASE("history_prologue: a sequence keeps its value until it is reset")
{
    auto const m = telling_model();
    course all;
    all.steps = {{4, 0, 4}};
    truncated_bptt run{m, {.every = every, .over = 8}};
    window given = all.at(0);
    given.rate(2) = nan;
    run.forward(given.given(), {.lengths = {4, 0, 4}});
    auto const before = run.current_states();
    CHECK(run.backward(given.dy).input["context"_s](1, 0) == 0);
    CHECK_NOTHROW(run.forward(given.given(), {.lengths = {4, 0, 4}}));  // with the NaN of before
    given.rate(2) = 0.5;
    given.context(1, 0) = given.context(1, 1) = given.rate(1) = 0;
    given.who(1) = 0;
    xt::view(given.x, xt::all(), 1) = 1;
    auto const states = run.current_states();
    auto const forward = [&] { run.forward(given.given()); };
    CHECK_THROWS_WITH_AS(
        forward(),
        "rondo: the input \"rate\": expected the value that sequence 2 began with, nan, because only "
        "reset(2) begins a sequence with another one; found 0.5 at (batch 2, feature 0)",
        input_error);
    CHECK(run.current_states()[0](0, 0) == states[0](0, 0));
    run.reset(2);
    CHECK_NOTHROW(forward());
    given.context(1, 1) = -0.0;
    CHECK_THROWS_AS(forward(), input_error);
    given.context(1, 1) = 0;
    given.who(0) = 3;
    CHECK_THROWS_WITH_AS(
        forward(), doctest::Contains("the input \"who\": expected the value that sequence 0"), input_error);
    CHECK_NOTHROW(run.infer(given.given(), {.lengths = {0, 4, 4}}));  // not read where there is no step
    CHECK_THROWS_AS(forward(), input_error);                          // and infer() goes on
    run.reset(0);
    given.who(0) = 4;
    CHECK_THROWS_WITH_AS(forward(),
                         "rondo: the input \"who\": expected integers from 0 to 3; found 4 at (batch 0)",
                         input_error);
    given.who(0) = 2;
    CHECK_NOTHROW(forward());
    given.context = rows::from_shape({2, 2});
    CHECK_THROWS_WITH_AS(
        forward(), "rondo: the input \"context\": expected shape (batch = 3, speaker = 2); found (2, 2)",
        input_error);
    CHECK(before[0](1, 0) == 0);  // until its first step
}

TEST_CASE("history_prologue: all sequences begin anew, with start() or with states that are given")
{
    auto m = telling_model();
    course all;
    all.steps = {{4, 4, 4}, {4, 4, 4}};
    window first = all.at(0), other = all.at(1);
    fill(other.context, 7);
    truncated_bptt run{m, {.every = every, .over = 8}};
    bptt expected{m};
    auto const agree = [&](window const& given, states_view<telling, double> initial) {
        sequences const y = run.forward(given.given());
        check_equal(y, expected.forward(given.given(), {.initial = initial}), "y");
        auto const& g = run.backward(given.dy);
        auto const& h = expected.backward(given.dy);
        check_equal(g.parameters.flat(), h.parameters.flat(), "parameters");
        check_equal(g.input["context"_s], h.input["context"_s], "context");
        check_equal(g.initial[0], h.initial[0], "initial");
        CHECK((g.parameters["first"_s](0) == 0) == (initial.get() != nullptr));
    };
    agree(first, {});
    run.reset();
    agree(other, {});
    states_of<telling, double> states = m.zero_states(batch);
    fill(states[0], 4);
    fill(states[1], 5);
    run.reset(states);
    agree(first, states);
    auto const reached = run.current_states();
    run.reset(run.current_states());
    agree(other, reached);  // with other contexts
    for (double& p : m.parameters().flat()) {
        p *= 0.5;  // which the values that are computed once follow
    }
    auto const now = run.current_states();
    check_equal(run.forward(other.given()), expected.forward(other.given(), {.initial = now}), "y");

    // A sequence that is to begin with start() does so, also if all are reset to the states that they have.
    run.reset(1);
    run.reset(run.current_states());
    sequences const y = run.forward(first.given());
    bptt alone{m};
    sequences const begun = alone.forward(first.given());
    check_equal(sequences(xt::view(y, xt::all(), xt::range(1, 2))),
                sequences(xt::view(begun, xt::all(), xt::range(1, 2))), "y");
    CHECK(y(0, 0, 0) != doctest::Approx(begun(0, 0, 0)));
}

TEST_CASE("history_prologue: only the wanted gradients are computed")
{
    auto const m = telling_model();
    course all;
    all.steps = {{4, 4, 4}};
    window const given = all.at(0);
    truncation const k{.every = every, .over = 8};
    truncated_bptt run{m, k};
    truncated_bptt some{m, k, {.input_gradient = inputs_named(m, "context"_s)}};
    truncated_bptt none{m, k, {.frozen = true, .input_gradient = false}};
    for (int i = 0; i < 2; ++i) {
        run.forward(given.given());
        some.forward(given.given());
        none.forward(given.given());
    }
    auto const& g = run.backward(given.dy);
    auto const& h = some.backward(given.dy);
    CHECK(h.input["context"_s] == g.input["context"_s]);
    CHECK(h.input["rate"_s].size() == 0);
    CHECK(h.input["x"_s].size() == 0);
    auto const& f = none.backward(given.dy);
    CHECK(f.initial == g.initial);
    CHECK(f.input["context"_s].size() == 0);
    CHECK(f.parameters.flat().empty());
}

TEST_CASE("history_prologue: check_finite repeats a sequence with its own value and its start()")
{
    auto const m = telling_model();
    course all;
    all.steps = {{4, 4, 4}, {4, 4, 4}};
    window given = all.at(0);
    truncated_bptt run{m, {.every = every, .over = 8}, {.check_finite = true}};
    run.forward(given.given());
    run.forward(given.given());
    run.reset(1);
    given.rate(1) = 1e200;  // of a state that begins with a number, and not with zero
    auto const forward = [&] { run.forward(given.given()); };
    CHECK_THROWS_WITH_AS(forward(), doctest::Contains("found -inf at (time 2, batch 1, feature"),
                         number_error);
    given.rate(1) = nan;
    CHECK_THROWS_WITH_AS(
        forward(), "rondo: the input \"rate\": expected finite entries; found nan at (batch 1, feature 0)",
        input_error);
    given.rate(1) = 0.5;
    forward();
    given.dy(0, 1, 0) = 1e308;
    CHECK_THROWS_AS(run.backward(sequences(10 * given.dy)), input_error);
    given.dy(0, 1, 0) = 1;
    CHECK_NOTHROW(run.backward(given.dy));
}

TEST_CASE("history_prologue: after prepare(), windows and resets allocate nothing")
{
    auto const m = telling_model();
    course all;
    all.steps = {{4, 4, 4}};
    window const given = all.at(0);
    xt::xtensor<double, 1> const one = given.rate;
    for (truncation const k : {truncation{4, 4}, {4, 14}, {4, 2}}) {
        truncated_bptt run{m, k};
        run.prepare(batch);
        std::size_t const before = test::allocations, bytes = test::bytes_asked;
        for (std::size_t i = 0; i < 30; ++i) {
            run.forward(given.given());
            run.backward(given.dy);
            for (std::size_t b = 0; b < batch; ++b) {
                run.reset(b);
            }
            if (i == 15) {
                run.reset();
            }
        }
        std::size_t const after = test::allocations, bytes_after = test::bytes_asked;
        CHECK(after == before);
        CHECK(bytes_after == bytes);
    }
}

TEST_CASE("history_prologue: a scan reads the values of a sequence")
{
    model<test::drifting, double> m{hidden{11}};
    fill(m.parameters().flat(), 3);
    sequences x = sequences::from_shape({12, batch, 11}), dy = sequences::from_shape({12, batch, 11});
    rows goal = rows::from_shape({batch, 11});
    rows const rate{{0.5}, {-1.0}, {2.0}};
    fill(x, 1);
    fill(dy, 4);
    fill(goal, 2);
    bptt whole{m};
    auto const& y = whole.forward(named("x"_s = x, "goal"_s = goal, "rate"_s = rate));
    auto const& w = whole.backward(named("h"_s = dy));
    truncated_bptt run{m, {.every = 4, .over = 12}, {.chunk_rows = 6}};
    parameters<test::drifting, double> sum(m.bound());
    rows dgoal = xt::zeros<double>({batch, std::size_t{11}});
    for (std::size_t t = 0; t < 12; t += 4) {
        sequences const part = xt::view(x, xt::range(t, t + 4)), d = xt::view(dy, xt::range(t, t + 4));
        auto const& z = run.forward(named("x"_s = part, "goal"_s = goal, "rate"_s = rate));
        check_equal(z["h"_s], sequences(xt::view(y["h"_s], xt::range(t, t + 4))), "h");
        auto const& g = run.backward(named("h"_s = d));
        std::ranges::transform(sum.flat(), g.parameters.flat(), sum.flat().begin(), std::plus{});
        dgoal += g.input["goal"_s];
    }
    check_equal(sum.flat(), w.parameters.flat(), "parameters");
    check_equal(dgoal, w.input["goal"_s], "goal");
}

}  // namespace history_prologue_test
