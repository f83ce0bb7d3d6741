#include "unit/context_cells.hpp"

#include <rondo/cell/read_out.hpp>
#include <rondo/cell/with_resets.hpp>
#include <rondo/cell/with_tangent.hpp>
#include <rondo/check/gradient_check.hpp>
#include <rondo/lang/start.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/state_gradient_norms.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/layer.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace start_test {

using namespace rondo;
using namespace rondo::test;

namespace {

static_assert(lang_internal::has_start<beginning> && !lang_internal::has_start<beginning_at_zero>);
static_assert(lang_internal::has_start<with_resets<decoding>>);
static_assert(!lang_internal::has_start<with_resets<beginning_at_zero>>);

template <class Array>
void fill_by_sine(Array&& to, double from)
{
    for (auto& v : to) {
        v = std::sin(from);
        from += 1.3;
    }
}
double apart(std::span<double const> a, std::span<double const> b)
{
    double most = a.size() == b.size() ? 0 : HUGE_VAL;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        most = std::max(most, std::fabs(a[i] - b[i]));
    }
    return most;
}
template <class A, class B>
double apart(A const& a, B const& b)
{
    return apart(std::span<double const>(a.data(), a.size()), std::span<double const>(b.data(), b.size()));
}

xt::xtensor<double, 3> sequences(std::size_t steps, std::size_t batch, std::size_t features, double from)
{
    xt::xtensor<double, 3> x = xt::zeros<double>({steps, batch, features});
    fill_by_sine(x, from);
    return x;
}

/// The states that `beginning` starts with, by hand.
states_of<beginning, double> first_states(model<beginning, double> const& m, std::size_t batch)
{
    auto states = m.zero_states(batch);
    for (std::size_t b = 0; b < batch; ++b) {
        for (std::size_t i = 0; i < states[0].shape()[1]; ++i) {
            states[0](b, i) = std::tanh(m["first"_s](i));
            states[1](b, i) = 0.5 * m["first"_s](i);
        }
    }
    return states;
}

}  // namespace

TEST_CASE("start: runs begin with its states, and its parameters have the gradient of the chain rule")
{
    model<beginning, double> m{input{2}, hidden{3}};
    fill_by_sine(m.parameters().flat(), 1);
    auto const x = sequences(7, 4, 2, 2);
    auto const dy = sequences(7, 4, 3, 3);
    std::vector<std::ptrdiff_t> const lengths{3, 7, 1, 5};
    auto const states = first_states(m, 4);
    bptt run{m, {.chunk_rows = 3}};
    xt::xtensor<double, 3> const by_hand = run.forward(x, {.lengths = lengths, .initial = states});
    run.backward(dy);
    gradients<beginning, double> const hand = run.last_gradients();
    for (double const slope : hand.parameters["first"_s]) {
        CHECK(slope == 0);  // states that are given override start()
    }
    CHECK(apart(run.forward(x, {.lengths = lengths}), by_hand) == 0);
    auto const& g = run.backward(dy);
    CHECK(apart(g.initial[0], hand.initial[0]) == 0);
    CHECK(apart(g.parameters["f.U"_s], hand.parameters["f.U"_s]) == 0);
    for (std::size_t i = 0; i < 3; ++i) {
        double expected = 0;
        for (std::size_t b = 0; b < 4; ++b) {
            double const y = states[0](b, i);
            expected += hand.initial[0](b, i) * (1 - y * y) + 0.5 * hand.initial[1](b, i);
        }
        CHECK(g.parameters["first"_s](i) == doctest::Approx(expected).epsilon(1e-12));
    }
    CHECK(apart(run.infer(x, {.lengths = lengths}), by_hand) < 1e-14);
    CHECK(apart(state_gradient_norms(m, x, dy), state_gradient_norms(m, x, dy, states)) == 0);
}

TEST_CASE("start: within a memory budget the gradient is the same to the bit")
{
    model<beginning, double> m{input{2}, hidden{3}};
    fill_by_sine(m.parameters().flat(), 1);
    auto const x = sequences(40, 2, 2, 2);
    auto const dy = sequences(40, 2, 3, 3);
    run_options options{.chunk_rows = 2};
    bptt all{m, options};
    options.memory = plan_memory(m, 40, 2, options).bytes - 1;
    bptt little{m, options};
    all.forward(x);
    little.forward(x);
    CHECK(little.plan().segments > 1);
    CHECK(apart(all.backward(dy).parameters.flat(), little.backward(dy).parameters.flat()) == 0);
}

TEST_CASE("start: a stream begins with it, and again after reset()")
{
    model<beginning, double> m{input{2}, hidden{3}};
    fill_by_sine(m.parameters().flat(), 1);
    auto const x = sequences(5, 2, 2, 2);
    bptt run{m};
    auto const& y = run.infer(x);
    stream live{m, 2};
    CHECK(apart(live.current_states()[0], first_states(m, 2)[0]) < 1e-15);
    for (int again = 0; again < 2; ++again) {
        for (std::size_t t = 0; t < 5; ++t) {
            CHECK(apart(live.step(std::span(x.data() + t * 4, 4)), std::span(y.data() + t * 6, 6)) < 1e-15);
        }
        live.reset();
    }
}

TEST_CASE("start: a reset begins a sequence anew with it")
{
    model<with_resets<beginning>, double> m{input{2}, hidden{3}};
    model<beginning, double> plain{input{2}, hidden{3}};
    fill_by_sine(m.parameters().flat(), 1);
    fill_by_sine(plain.parameters().flat(), 1);
    auto const x = sequences(7, 1, 2, 2);
    auto const dy = sequences(7, 1, 3, 3);
    xt::xtensor<double, 2> reset = xt::zeros<double>({7, 1});
    reset(4, 0) = 1;
    bptt run{m};
    bptt apart_run{plain};
    auto const& y = run.forward(named("x"_s = x, "reset"_s = reset));
    auto const& g = run.backward(dy);
    std::vector<double> sum(plain.parameters().flat().size());
    for (auto const& [begin, end] : {std::pair{0, 4}, std::pair{4, 7}}) {
        auto const part = [b = begin, e = end](auto const& of) {
            return xt::xtensor<double, 3>(xt::view(of, xt::range(b, e)));
        };
        CHECK(apart(apart_run.forward(part(x)), part(y)) < 1e-15);
        apart_run.backward(part(dy));
        for (std::size_t i = 0; i < sum.size(); ++i) {
            sum[i] += apart_run.last_gradients().parameters.flat()[i];
        }
    }
    CHECK(apart(g.parameters.flat(), sum) < 1e-13);
}

TEST_CASE("start: differences agree, also where it depends on the context and calls that of a nested cell")
{
    auto const report = check_gradient<decoding>(4, 2, {}, input{2}, hidden{3}, speaker{2});
    CHECK(report.agrees());
    CHECK(report.tensors.back().name == "input context");  // no initial states are given
    CHECK(check_gradient<with_resets<decoding>>(4, 2, {}, input{2}, hidden{2}, speaker{2}).agrees());
    CHECK(check_gradient<read_out<beginning, output>>(3, 2, {}, input{2}, hidden{3}, output{2}).agrees());
    CHECK(check_gradient<with_tangent<decoding>>(3, 2, {}, input{2}, hidden{2}, speaker{2}).agrees());
}

TEST_CASE("start: layers begin with it")
{
    model<beginning, double> forth{input{2}, hidden{3}};
    model<beginning, double> back{input{2}, hidden{3}};
    fill_by_sine(forth.parameters().flat(), 1);
    fill_by_sine(back.parameters().flat(), 2);
    auto const x = sequences(6, 2, 2, 2);
    bidirectional both{bptt{forth}, bptt{back}};
    auto const& y = both.forward(x);
    bptt run{forth};
    auto const& alone = run.forward(x);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(y(0, 1, i) == doctest::Approx(alone(0, 1, i)));
    }
    bptt last{back};
    xt::xtensor<double, 3> const from_the_end = xt::view(x, xt::range(5, 6));
    auto const& first_of_back = last.forward(from_the_end);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(y(5, 1, 3 + i) == doctest::Approx(first_of_back(0, 1, i)));
    }
}

}  // namespace start_test
