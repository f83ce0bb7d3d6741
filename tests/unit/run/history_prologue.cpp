#include "unit/context_cells.hpp"
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
/// vector. The second state has a delay of two steps and begins with a parameter.
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
    constexpr auto operator()(given in, vec<hidden> h, vec<hidden> c) const
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

/// What a window is given, with NaN where nothing is read.
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

}  // namespace history_prologue_test
