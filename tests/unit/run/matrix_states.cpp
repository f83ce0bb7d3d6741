#include "unit/matrix_cells.hpp"
#include "unit/random_run.hpp"
#include "unit/threads.hpp"

#include <rondo/cell/with_resets.hpp>
#include <rondo/check/gradient_check.hpp>
#include <rondo/run/matrix_states.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/tangent_run.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <vector>

namespace matrix_states_test {

using namespace rondo;
using namespace rondo::exec_internal;
using test::difference;
using test::heads;
using test::keys;
using test::linear_attention;
using test::mlstm;
using test::random_run;
using test::results_of;
using test::values;

// All states have one rank, or each has its own.
static_assert(std::is_same_v<states_of<linear_attention, float>, std::array<xt::xtensor<float, 3>, 1>>);
static_assert(
    std::is_same_v<std::remove_cvref_t<decltype(states_of<mlstm, float>()["n"_s])>, xt::xarray<float>>);
static_assert(std::is_same_v<outputs_of<mlstm>, xt::xtensor<float, 4>>);
static_assert(has_matrix_states<mlstm>() && !has_matrix_states<test::attending_to_memory>());

namespace {

constexpr std::size_t steps = 9;
constexpr std::size_t batch_size = 3;

template <class Cell, class T = double>
random_run<Cell, T> example(std::size_t t = steps, std::size_t b = batch_size)
{
    if constexpr (std::is_same_v<Cell, mlstm>) {
        return random_run<Cell, T>(t, b, 5, input{3}, heads{2}, keys{5}, values{4});
    } else {
        return random_run<Cell, T>(t, b, 5, input{3}, keys{9}, values{4});
    }
}

/// The sum of products of row @p r of a matrix of @p n columns with @p v.
double product(std::span<double const> w, std::size_t r, double const* v, std::size_t n)
{
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) {
        sum += w[r * n + j] * v[j];
    }
    return sum;
}

/// One step of linear attention, written as a loop. @p S is replaced by the new state.
std::vector<double> plain_step(model<linear_attention, double> const& m, double const* x, double* S)
{
    auto const& p = m.parameters();
    std::size_t const n = p.shape(0)[1];
    std::size_t const k = p.shape(0)[0];
    std::vector<double> y(p.shape(2)[0]);
    for (std::size_t i = 0; i < y.size(); ++i) {
        double const decay = 1 / (1 + std::exp(-p.entries(3)[i]));
        for (std::size_t j = 0; j < k; ++j) {
            S[i * k + j] =
                decay * S[i * k + j] + product(p.entries(2), i, x, n) * product(p.entries(1), j, x, n);
            y[i] += S[i * k + j] * product(p.entries(0), j, x, n);
        }
    }
    return y;
}

/// One step of a head of the mLSTM.
void plain_head(model<mlstm, double> const& m, double const* x, std::size_t h, double* C, double* n,
                double& before, double* y)
{
    auto const& p = m.parameters();
    std::size_t const inputs = p.shape(0)[2];
    std::size_t const k = p.shape(0)[1];
    std::size_t const v = p.shape(2)[1];
    double const in = product(p.entries(3), h, x, inputs) + p.entries(5)[h];
    double const forget = product(p.entries(4), h, x, inputs) + p.entries(6)[h];
    double const decayed = -std::log1p(std::exp(-forget)) + before;
    double const largest = std::max(decayed, in);
    double const kept = std::exp(decayed - largest);
    double const taken = std::exp(in - largest);
    double norm = 0;
    for (std::size_t j = 0; j < k; ++j) {
        n[j] = kept * n[j] + taken * product(p.entries(1), h * k + j, x, inputs);
        norm += n[j] * product(p.entries(0), h * k + j, x, inputs);
    }
    for (std::size_t i = 0; i < v; ++i) {
        y[i] = 0;
        for (std::size_t j = 0; j < k; ++j) {
            double const added =
                product(p.entries(2), h * v + i, x, inputs) * product(p.entries(1), h * k + j, x, inputs);
            C[i * k + j] = kept * C[i * k + j] + taken * added;
            y[i] += C[i * k + j] * product(p.entries(0), h * k + j, x, inputs);
        }
        y[i] /= std::max(std::fabs(norm), std::exp(-largest));
    }
    before = largest;
}

/// Step @p t of sequence @p b of @p all.
template <class Array>
auto* row(Array& all, std::size_t t, std::size_t b)
{
    return all.data() + (t * all.shape()[1] + b) * (all.size() / all.shape()[0] / all.shape()[1]);
}

/// Sequence @p b of @p all, (time, batch, ...), its first @p length steps alone.
template <class Array>
Array alone(Array const& all, std::size_t b, std::size_t length)
{
    Array one;
    auto shape = all.shape();
    shape[0] = length;
    shape[1] = 1;
    one.resize(shape);
    for (std::size_t t = 0; t < length; ++t) {
        std::copy_n(row(all, t, b), one.size() / length, row(one, t, 0));
    }
    return one;
}

/// The states of sequence @p b.
template <class States>
States states_alone(States const& all, std::size_t b)
{
    States one;
    for (std::size_t k = 0; k < all.size(); ++k) {
        auto shape = all[k].shape();
        shape[0] = 1;
        one[k].resize(shape);
        std::copy_n(all[k].data() + b * one[k].size(), one[k].size(), one[k].data());
    }
    return one;
}

}  // namespace

TEST_CASE("matrix_states: linear attention and the mLSTM agree with loops")
{
    auto const attention = example<linear_attention>();
    bptt run{attention.m};
    auto const y = run.forward(attention.x, {.initial = attention.initial});
    auto S = attention.initial[0];
    auto const of_heads = example<mlstm>();
    bptt heads_run{of_heads.m};
    auto const heads_y = heads_run.forward(of_heads.x, {.initial = of_heads.initial});
    auto s = of_heads.initial;
    std::array<std::size_t, 4> const shape{steps, batch_size, 2, 4};
    CHECK(heads_y.shape() == shape);
    std::vector<double> expected(4);
    for (std::size_t t = 0; t < steps; ++t) {
        for (std::size_t b = 0; b < batch_size; ++b) {
            expected = plain_step(attention.m, row(attention.x, t, b), S.data() + b * 36);
            for (std::size_t i = 0; i < 4; ++i) {
                CHECK(y(t, b, i) == doctest::Approx(expected[i]).epsilon(1e-12));
            }
            for (std::size_t h = 0; h < 2; ++h) {
                plain_head(of_heads.m, row(of_heads.x, t, b), h, &s["C"_s](b, h, 0, 0), &s["n"_s](b, h, 0),
                           s["m"_s](b, h), expected.data());
                for (std::size_t i = 0; i < 4; ++i) {
                    CHECK(heads_y(t, b, h, i) == doctest::Approx(expected[i]).epsilon(1e-12));
                }
            }
        }
    }
    CHECK(difference(test::tensor_of("S", run.final_states()[0]), test::tensor_of("S", S)) < 1e-13);
    test::tensors found;
    test::tensors wanted;
    test::append<mlstm, double>(found, "state", heads_run.final_states());
    test::append<mlstm, double>(wanted, "state", s);
    CHECK(difference(found, wanted) < 1e-13);
}

TEST_CASE("matrix_states: the derived gradients agree with differences")
{
    for (gradient_report const& report :
         {check_gradient<linear_attention>(4, 2, {}, input{3}, keys{5}, values{4}),
          check_gradient<mlstm>(4, 2, {}, input{3}, heads{2}, keys{5}, values{4}),
          check_gradient<test::attending_to_memory>(4, 2, {}, input{3}, keys{5}, test::positions{7}),
          check_gradient<test::filtering>(5, 2, {}, keys{5}, values{4})}) {
        INFO(report);
        CHECK(report.agrees());
    }
}

TEST_CASE_TEMPLATE("matrix_states: threads, chunks and checkpoints change no bit", Cell, linear_attention,
                   mlstm)
{
    auto const with = example<Cell>(40, batch_size);
    bptt run{with.m};
    auto const expected = results_of(run, with);
    for (std::ptrdiff_t const rows : {1, 12, 512}) {
        for (std::ptrdiff_t const count : {1, 3}) {
            CAPTURE(rows);
            CAPTURE(count);
            test::threads pool(count);
            run_options options{.chunk_rows = rows, .pool = &pool};
            bptt chunked{with.m, options};
            auto const found = results_of(chunked, with);
            INFO(test::worst_of(found, expected));
            CHECK(difference(found, expected) < 1e-12);  // gradients are added up by chunks
            test::threads other(2);
            options.pool = &other;
            options.memory = plan_memory(with.m, 40, batch_size, options).bytes * 3 / 4;
            if (rows < 512) {
                bptt bounded{with.m, options};
                CHECK(difference(results_of(bounded, with), found) == 0);
                CHECK(bounded.plan().segments > 1);
            }
        }
    }
}

TEST_CASE_TEMPLATE("matrix_states: padded sequences and lists are the sequences alone", Cell,
                   linear_attention, mlstm)
{
    auto const with = example<Cell>();
    std::vector<std::size_t> const lengths{4, 9, 6};
    bptt run{with.m};
    auto const y = run.forward(with.x, {.lengths = lengths, .initial = with.initial});
    auto const final = run.final_states();
    auto const g = run.backward(with.dy, {.final = with.dfinal});
    std::vector<xt::xtensor<double, 2>> list;
    auto sum = g.parameters;
    sum.fill(0);
    for (std::size_t b = 0; b < batch_size; ++b) {
        bptt single{with.m};
        auto const x = alone(with.x, b, lengths[b]);
        list.emplace_back(xt::view(x, xt::all(), 0));
        auto const own = single.forward(x, {.initial = states_alone(with.initial, b)});
        CHECK(difference(test::tensor_of("y", own), test::tensor_of("y", alone(y, b, lengths[b]))) < 1e-13);
        for (std::size_t k = 0; k < final.size(); ++k) {
            CHECK(difference(test::tensor_of("s", single.final_states()[k]),
                             test::tensor_of("s", states_alone(final, b)[k])) < 1e-13);
        }
        auto const& d =
            single.backward(alone(with.dy, b, lengths[b]), {.final = states_alone(with.dfinal, b)});
        CHECK(difference(test::tensor_of("dx", d.input),
                         test::tensor_of("dx", alone(g.input, b, lengths[b]))) < 1e-12);
        std::transform(sum.flat().begin(), sum.flat().end(), d.parameters.flat().begin(), sum.flat().begin(),
                       std::plus<>());
    }
    CHECK(difference(test::tensor_of("sum", sum.flat()), test::tensor_of("g", g.parameters.flat())) < 1e-12);
    CHECK(run.forward(list, {.initial = with.initial}) == y);
    CHECK(run.infer(list, {.initial = with.initial, .outputs = output_steps::last}).shape()[0] == 1);
}

TEST_CASE_TEMPLATE("matrix_states: a stream gives the outputs and states of inference", Cell,
                   linear_attention, mlstm)
{
    for (std::size_t const voices : {1U, 3U}) {
        auto const with = example<Cell>(steps, voices);
        bptt run{with.m};
        auto const y = run.infer(with.x, {.initial = with.initial});
        stream live{with.m, voices};
        live.set_states(with.initial);
        for (std::size_t t = 0; t < steps; ++t) {
            auto const now = live.step({row(with.x, t, 0), with.x.size() / steps});
            CHECK(now.size() == y.size() / steps);
            CHECK(difference(test::tensor_of("y", now),
                             test::tensor_of("y", std::span(row(y, t, 0), now.size()))) < 1e-12);
        }
        for (std::size_t k = 0; k < with.initial.size(); ++k) {
            CHECK(live.current_states()[k].shape() == with.initial[k].shape());
            CHECK(difference(test::tensor_of("s", live.current_states()[k]),
                             test::tensor_of("s", run.final_states()[k])) < 1e-12);
        }
    }
}

TEST_CASE("matrix_states: truncation cuts the gradient and nothing else")
{
    auto const with = example<mlstm>();
    auto const part = [](auto const& all, std::size_t begin, std::size_t end) {
        return std::remove_cvref_t<decltype(all)>(xt::view(all, xt::range(begin, end)));
    };
    bptt whole{with.m};
    auto const y = whole.forward(with.x, {.initial = with.initial});
    auto const last = whole.final_states();
    truncated_bptt run{with.m, {.every = 3, .over = 3}};
    run.reset(with.initial);
    auto states = with.initial;
    for (std::size_t t = 0; t < steps; t += 3) {
        CHECK(run.forward(part(with.x, t, t + 3)) == part(y, t, t + 3));
        auto const found = test::tensors_of(run.backward(part(with.dy, t, t + 3)));
        bptt window{with.m};
        window.forward(part(with.x, t, t + 3), {.initial = states});
        auto const& g = window.backward(part(with.dy, t, t + 3));
        states = window.final_states();
        for (std::size_t i = 0; i < g.parameters.count; ++i) {
            CHECK(difference(found[i], test::tensor_of("g", g.parameters.entries(i))) < 1e-13);
        }
    }
    CHECK(run.current_states() == last);
}

TEST_CASE("matrix_states: a reset begins with zeros inside a batch")
{
    auto with = example<with_resets<linear_attention>>(steps, 1);
    with.x["reset"_s].fill(0);
    with.x["reset"_s](4, 0, 0) = 1;
    bptt run{with.m};
    auto const y = run.forward(with.x, {.initial = with.initial});
    model<linear_attention, double> m{input{3}, keys{9}, values{4}};
    std::ranges::copy(with.m.parameters().flat(), m.parameters().flat().begin());
    bptt alone{m};
    auto const& rest = alone.forward(xt::view(with.x["x"_s], xt::range(4, steps)));
    CHECK(difference(test::tensor_of("y", xt::eval(xt::view(y, xt::range(4, steps)))),
                     test::tensor_of("y", rest)) < 1e-13);
    CHECK(difference(test::tensor_of("S", run.final_states()[0]),
                     test::tensor_of("S", alone.final_states()[0])) < 1e-13);
}

TEST_CASE("matrix_states: a tangent is the change along a direction")
{
    auto const with = example<linear_attention>();
    auto const direction =
        random_run<linear_attention, double>(steps, batch_size, 8, input{3}, keys{9}, values{4});
    tangent_run run{with.m};
    gradients<linear_attention, double> along{parameter_gradients<linear_attention, double>(with.m.bound())};
    std::ranges::copy(direction.m.parameters().flat(), along.parameters.flat().begin());
    along.input = 0.5 * with.x;
    along.initial = direction.dfinal;
    auto const y = run.forward(with.x, along, {.initial = with.initial});
    auto const hessian = test::tensors_of(run.backward(with.dy, xt::zeros_like(with.dy)));
    double const h = 1e-5;
    auto const moved = [&](double by) {
        auto at = example<linear_attention>();
        for (std::size_t i = 0; i < at.m.parameters().flat().size(); ++i) {
            at.m.parameters().flat()[i] += by * along.parameters.flat()[i];
        }
        at.x += by * along.input;
        at.initial[0] += by * along.initial[0];
        bptt one{at.m};
        test::tensors out{test::tensor_of("y", one.forward(at.x, {.initial = at.initial}))};
        auto const g = test::tensors_of(one.backward(at.dy));
        out.insert(out.end(), g.begin(), g.end());
        return out;
    };
    auto difference_quotient = moved(h);
    auto const before = moved(-h);
    for (std::size_t i = 0; i < before.size(); ++i) {
        for (std::size_t k = 0; k < before[i].entries.size(); ++k) {
            double& entry = difference_quotient[i].entries[k];
            entry = (entry - before[i].entries[k]) / (2 * h);
        }
    }
    CHECK(difference(test::tensor_of("J v", y["y.tangent"_s]), difference_quotient[0]) < 1e-7);
    difference_quotient.erase(difference_quotient.begin());
    INFO(test::worst_of(hessian, difference_quotient));
    CHECK(difference(hessian, difference_quotient) < 1e-7);
}

TEST_CASE("matrix_states: messages name all dimensions")
{
    auto const with = example<mlstm>();
    bptt run{with.m};
    auto wrong = with.initial;
    wrong["C"_s].resize(std::vector<std::size_t>{batch_size, 2, 20});
    CHECK_THROWS_WITH_AS(run.forward(with.x, {.initial = wrong}),
                         doctest::Contains("the initial state \"C\": expected shape (batch = 3, "),
                         input_error);
    CHECK_THROWS_WITH_AS(run.forward(with.x, {.initial = wrong}), doctest::Contains("heads = 2, "),
                         input_error);
    CHECK_THROWS_WITH_AS(run.forward(with.x, {.initial = wrong}), doctest::Contains("found (3, 2, 20)"),
                         input_error);
    run.forward(with.x);
    CHECK_THROWS_WITH_AS(run.backward(xt::xtensor<double, 3>::from_shape({steps, batch_size, 8})),
                         doctest::Contains("found (9, 3, 8)"), input_error);
}

TEST_CASE("matrix_states: a training run takes no gigabytes of saved values unasked")
{
    model<mlstm> const m{input{8}, heads{4}, keys{64}, values{64}};
    memory_plan const unasked = plan_memory(m, 1000, 32);
    memory_plan const all = plan_memory(m, 1000, 32, {.memory = std::numeric_limits<std::size_t>::max()});
    CAPTURE(unasked);
    CAPTURE(all);
    CHECK(all.strategy == checkpointing::store_all);
    CHECK(all.bytes > 2'000'000'000);
    CHECK(unasked.strategy != checkpointing::store_all);
    CHECK(unasked.bytes < 1'000'000'000);
    CHECK(plan_memory(m, 20, 4).strategy == checkpointing::store_all);
}

}  // namespace matrix_states_test
