// Random calls of runs, in any order and with arrays of any shape and layout, against plain loops.
#include "plain_tiny.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <random>
#include <span>
#include <utility>
#include <vector>

using namespace rondo;
using namespace rondo::test;
using namespace rondo::literals;

namespace {

constexpr int seed = 20240;
constexpr float not_finite = std::numeric_limits<float>::quiet_NaN();

/// Random choices.
struct choices {
    std::mt19937_64 bits{seed};

    std::size_t from(std::size_t first, std::size_t last)
    {
        return std::uniform_int_distribution<std::size_t>(first, last)(bits);
    }
    bool one_in(std::size_t n) { return from(1, n) == 1; }
};

/// The arguments of a run, and what plain loops make of them.
struct batch_of_sequences {
    std::vector<std::size_t> lengths{};
    bool has_states = false, has_final_gradient = false;
    sequence x{}, dy{};  ///< with NaN after the end of each sequence, which must not be read
    states initial{}, dfinal{};
    std::vector<plain_sequence> plain{};
    plain_gradient gradient{};

    batch_of_sequences(parameters<tiny, float> const& p, choices& random, std::size_t most)
    {
        bool const equal = random.one_in(3);
        std::size_t const count = random.from(1, 4);
        lengths.assign(count, most);
        for (std::size_t b = 1; !equal && b < count; ++b) {
            lengths[b] = random.from(1, most);
        }
        std::shuffle(lengths.begin(), lengths.end(), random.bits);
        has_states = random.one_in(2);
        has_final_gradient = random.one_in(2);
        x = filled({most, count, features}, random.bits());
        dy = filled({most, count, features}, random.bits());
        initial = some_states(count, random.bits());
        dfinal = some_states(count, random.bits());
        for (std::size_t b = 0; b < count; ++b) {
            plain_sequence& s = plain.emplace_back();
            s.steps.resize(lengths[b]);
            s.dy.resize(lengths[b]);
            for (std::size_t t = 0; t < lengths[b]; ++t) {
                for (std::size_t i = 0; i < features; ++i) {
                    s.steps[t].x[i] = x(t, b, i);
                    s.dy[t][i] = dy(t, b, i);
                }
            }
            for (std::size_t i = 0; i < width; ++i) {
                s.h[i] = has_states ? initial[0](b, i) : 0;
                s.c[i] = has_states ? initial[1](b, i) : 0;
                s.dh[i] = has_final_gradient ? dfinal[0](b, i) : 0;
                s.dc[i] = has_final_gradient ? dfinal[1](b, i) : 0;
            }
            run_plainly(p, s);
            go_back_plainly(p, s, gradient);
            xt::view(x, xt::range(lengths[b], most), b) = not_finite;
            xt::view(dy, xt::range(lengths[b], most), b) = not_finite;
        }
    }

    /// The sequences without padding, as a list.
    [[nodiscard]] std::vector<xt::xtensor<float, 2>> list() const
    {
        std::vector<xt::xtensor<float, 2>> all;
        for (std::size_t b = 0; b < lengths.size(); ++b) {
            all.emplace_back(xt::view(x, xt::range(0, lengths[b]), b, xt::all()));
        }
        return all;
    }
    [[nodiscard]] states_view<tiny, float> given_states() const
    {
        return has_states ? states_view<tiny, float>(initial) : states_view<tiny, float>();
    }
};

/// The largest difference between the arrays of a run and plain loops.
struct difference {
    double largest = 0;

    void add(double a, double b) { largest = std::max(largest, std::isfinite(a) ? std::fabs(a - b) : 1e9); }
    void add_output(xt::xtensor<float, 3> const& y, batch_of_sequences const& q)
    {
        for (std::size_t b = 0; b < q.lengths.size(); ++b) {
            for (std::size_t t = 0; t < y.shape()[0]; ++t) {
                for (std::size_t i = 0; i < features; ++i) {
                    add(y(t, b, i), t < q.lengths[b] ? q.plain[b].steps[t].y[i] : 0);
                }
            }
        }
    }
    void add_final_states(states const& s, batch_of_sequences const& q)
    {
        for (std::size_t b = 0; b < q.lengths.size(); ++b) {
            for (std::size_t i = 0; i < width; ++i) {
                add(s[0](b, i), q.plain[b].h[i]);
                add(s[1](b, i), q.plain[b].c[i]);
            }
        }
    }
    void add_gradient(gradients<tiny, float> const& g, batch_of_sequences const& q)
    {
        for (std::size_t b = 0; b < q.lengths.size(); ++b) {
            for (std::size_t t = 0; t < g.input.shape()[0]; ++t) {
                for (std::size_t i = 0; i < features; ++i) {
                    add(g.input(t, b, i), t < q.lengths[b] ? q.plain[b].dx[t][i] : 0);
                }
            }
            for (std::size_t i = 0; i < width; ++i) {
                add(g.initial[0](b, i), q.plain[b].dh[i]);
                add(g.initial[1](b, i), q.plain[b].dc[i]);
            }
        }
        for (std::size_t i = 0; i < width; ++i) {
            add(g.parameters["b"_s](i), q.gradient.b[i]);
            for (std::size_t j = 0; j < features; ++j) {
                add(g.parameters["W"_s](i, j), q.gradient.W[i][j]);
                add(g.parameters["V"_s](j, i), q.gradient.V[j][i]);
            }
            for (std::size_t j = 0; j < width; ++j) {
                add(g.parameters["U"_s](i, j), q.gradient.U[i][j]);
            }
        }
    }
};

constexpr double tolerance = 2e-5;  // some 30 steps of float arithmetic on numbers of about 3

/// Calls @p call with @p array in one of many forms; the memory dies with the call.
template <class F>
void call_with_form(sequence const& array, choices& random, F&& call)
{
    std::size_t const steps = array.shape()[0], count = array.shape()[1];
    switch (random.from(0, 8)) {
        case 0: return call(sequence(array));
        case 1: return call(xt::xtensor<float, 3, xt::layout_type::column_major>(array));
        case 2: return call(xt::xarray<double>(array));
        case 3: return call(2 * array - array);
        case 4: {
            std::vector<float> const numbers(array.begin(), array.end());
            return call(shaped(numbers, steps, count, features));
        }
        case 5: {
            sequence wide = filled({2 * steps, count, features + 2});
            auto view = xt::view(wide, xt::range(0, 2 * steps, 2), xt::all(), xt::range(1, features + 1));
            view = array;
            return call(view);
        }
        case 6: {
            sequence const turned = xt::transpose(array, {1, 0, 2});
            return call(xt::transpose(turned, {1, 0, 2}));
        }
        case 7: {
            sequence const reversed = xt::flip(array, 0);
            return call(xt::flip(reversed, 0));
        }
        default: {
            sequence tall = filled({steps + 3, count, features});
            auto view = xt::view(tall, xt::range(2, steps + 2));
            view = array;
            return call(view);
        }
    }
}

/// One forward() and its backward() in random forms.
void train_randomly(bptt<tiny>& run, batch_of_sequences const& q, choices& random, difference& d)
{
    if (random.one_in(3)) {
        d.add_output(run.forward(q.list(), {.initial = q.given_states()}), q);
    } else {
        call_with_form(q.x, random, [&](auto const& x) {
            d.add_output(run.forward(x, {.lengths = q.lengths, .initial = q.given_states()}), q);
        });
    }
    d.add_final_states(run.final_states(), q);
    if (random.one_in(4)) {
        bptt<tiny> moved = std::move(run);
        run = std::move(moved);
    }
    if (random.one_in(4)) {
        CHECK_THROWS_AS(run.backward(filled({7, 1, features})), input_error);
    }
    for (std::size_t again = random.from(1, 2); again > 0; --again) {
        call_with_form(q.dy, random, [&](auto const& dy) {
            states_view<tiny, float> final{};
            if (q.has_final_gradient) {
                final = q.dfinal;
            }
            d.add_gradient(run.backward(dy, {.final = final}), q);
        });
    }
}

/// One infer() in a random form, after which there is no backward().
void infer_randomly(bptt<tiny>& run, batch_of_sequences const& q, choices& random, difference& d)
{
    auto const infer = [&](auto const& x, lengths_view lengths) {
        auto const wanted = static_cast<output_steps>(random.from(0, 2));
        auto const& y = run.infer(x, {.lengths = lengths, .initial = q.given_states(), .outputs = wanted});
        if (wanted == output_steps::all) {
            d.add_output(y, q);
        } else if (wanted == output_steps::last) {
            for (std::size_t b = 0; b < q.lengths.size(); ++b) {
                for (std::size_t i = 0; i < features; ++i) {
                    d.add(y(0, b, i), q.plain[b].steps.back().y[i]);
                }
            }
        }
    };
    if (random.one_in(3)) {
        infer(q.list(), {});
    } else {
        call_with_form(q.x, random, [&](auto const& x) { infer(x, q.lengths); });
    }
    d.add_final_states(run.final_states(), q);
    if (random.one_in(4)) {
        CHECK_THROWS_AS(run.backward(q.dy), std::logic_error);
    }
}

}  // namespace

TEST_CASE("random calls of a run are those of plain loops")
{
    choices random;
    model<tiny> const m = tiny_model();
    std::vector<bptt<tiny>> runs;
    runs.emplace_back(m);
    runs.emplace_back(m, run_options{.check_finite = true, .chunk_rows = 3});
    bptt<tiny> bounded{m, {.chunk_rows = 2, .memory = 41000}};
    int recomputed = 0;
    for (int call = 0; call < 1500; ++call) {
        CAPTURE(call);
        bool const is_bounded = random.one_in(10);
        bptt<tiny>& run = is_bounded ? bounded : runs[random.from(0, runs.size() - 1)];
        std::size_t const longest = is_bounded ? random.from(40, 60) : random.from(1, 6);
        batch_of_sequences const q(m.parameters(), random, longest);
        difference d;
        if (random.one_in(5)) {
            infer_randomly(run, q, random, d);
        } else {
            train_randomly(run, q, random, d);
        }
        CHECK(d.largest < tolerance);
        recomputed += bounded.plan().steps_again > 0 ? 1 : 0;
    }
    CHECK(recomputed > 0);
}
