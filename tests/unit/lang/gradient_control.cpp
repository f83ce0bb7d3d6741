#include "unit/lang/recording.hpp"

#include <rondo/error/number_error.hpp>
#include <rondo/lang/gradient_control.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace gradient_control_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

static_assert(
    std::is_same_v<decltype(with_gradient(std::declval<vec<hidden>>(), std::declval<vec<hidden>>())),
                   vec<hidden>>);
static_assert(std::is_same_v<decltype(stop_gradient(std::declval<scalar>())), scalar>);
static_assert(std::is_same_v<decltype(scale_gradient(std::declval<vec<input>>(), -1)), vec<input>>);

// The value comes first.
static_assert(holds([](recording& r) {
    return is(r, with_gradient(r.h, r.c), op::with_gradient, r.h, r.c);
}));
static_assert(holds([](recording& r) {
    return is(r, with_gradient(r.c, r.h), op::with_gradient, r.c, r.h);
}));

// The others are composed of it.
static_assert(holds([](recording& r) { return is(r, stop_gradient(r.h), op::with_gradient, r.h, 0.0); }));
static_assert(holds([](recording& r) {
    return is(r, scale_gradient(r.h, -2), op::with_gradient, r.h, -2 * r.h);
}));
static_assert(holds([](recording& r) {
    return is(r, scale_gradient(r.h, r.s), op::with_gradient, r.h, stop_gradient(r.s) * r.h);
}));
static_assert(holds([](recording& r) { return is(r, clip_gradient(r.h, 2), op::clip_gradient, r.h, 2.0); }));
static_assert(holds([](recording& r) {
    return is(r, clip_gradient(r.h, r.s), op::clip_gradient, r.h, r.s);
}));
static_assert(holds([](recording& r) { return r[stop_gradient(r.s)].shape == extents{}; }));
static_assert(holds([](recording& r) { return r[stop_gradient(r.h)].shape == extents{1}; }));

// Nothing is recorded for a value that is unknown to tracing.
static_assert(stop_gradient(vec<hidden>{}).record == nullptr);
static_assert(holds([](recording& r) {
    return with_gradient(r.h, vec<hidden>{}).record == &r.record && r.record.met_unlisted;
}));

/// A leaky integrate-and-fire neuron, whose spikes have the gradient of a steep logistic function.
struct neuron {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> v, vec<hidden> s) const
    {
        auto charged = 0.9 * v * (1 - s) + W * x;
        auto above = charged - 1;
        auto spike = with_gradient(above > 0, sigmoid(4.0 * above));
        return next{charged, spike}.output(spike);
    }
};

/// The logistic function, written so that its own derivative is another formula; each edge is controlled.
struct written_out {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto a = W * x + with_gradient(U * h, U * h + 0.0 * h);
        return next{with_gradient(1 / (1 + exp(-a)), sigmoid(a))};
    }
};
struct squashed {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{sigmoid(W * x + U * h)}; }
};

/// The gradient with respect to the input, and on its way back through the state, is clipped.
struct clipped {
    weight<> a;
    constant<> limit;
    RONDO_MEMBERS(a, limit);

    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const
    {
        return next{a * clip_gradient(x, limit) + 3 * clip_gradient(h, 2)};
    }
};

/// A derivative that is infinite at zero, of a value that is finite.
struct risky {
    weight<hidden> w;
    RONDO_MEMBERS(w);

    constexpr auto operator()(vec<hidden> x, vec<hidden>) const
    {
        return next{with_gradient(w * x, sqrt(w * x))};
    }
};

/// The gradient on its way back through the state is multiplied by a parameter, or reversed.
struct scaled {
    weight<> factor;
    RONDO_MEMBERS(factor);

    constexpr auto operator()(scalar x, scalar h, scalar c) const
    {
        return next{x + scale_gradient(h, factor), x - scale_gradient(c, -1)};
    }
};

}  // namespace

TEST_CASE("gradient_control: the gradient of a spiking neuron is that of a loop written by hand")
{
    model<neuron, double> m{input{1}, hidden{1}};
    m["W"_s](0, 0) = 0.7;
    constexpr std::size_t steps = 9;
    xt::xtensor<double, 3> x = xt::ones<double>({steps, std::size_t{1}, std::size_t{1}});
    for (std::size_t t = 0; t < steps; ++t) {
        x(t, 0, 0) = 0.3 + 0.2 * static_cast<double>(t % 4);
    }
    std::array<double, steps + 1> v{};
    std::array<double, steps + 1> s{};
    int spikes = 0;
    for (std::size_t t = 0; t < steps; ++t) {
        v[t + 1] = 0.9 * v[t] * (1 - s[t]) + 0.7 * x(t, 0, 0);
        s[t + 1] = v[t + 1] > 1 ? 1 : 0;
        spikes += v[t + 1] > 1;
    }
    REQUIRE(spikes > 1);
    double dw = 0;
    double dv = 0;
    double ds = 0;
    for (std::size_t t = steps; t-- > 0;) {
        double const like = 1 / (1 + std::exp(-4 * (v[t + 1] - 1)));
        dv += (ds + 1) * 4 * like * (1 - like);  // the loss is the sum of all spikes
        dw += dv * x(t, 0, 0);
        ds = -0.9 * v[t] * dv;
        dv = 0.9 * (1 - s[t]) * dv;
    }

    bptt run{m};
    auto const& y = run.forward(x);
    for (std::size_t t = 0; t < steps; ++t) {
        CHECK(y(t, 0, 0) == s[t + 1]);
    }
    auto const& g = run.backward(xt::ones<double>({steps, std::size_t{1}, std::size_t{1}}));
    CHECK(g.parameters["W"_s](0, 0) == doctest::Approx(dw).epsilon(1e-12));
    CHECK(g.initial[1](0, 0) == doctest::Approx(ds));
}

TEST_CASE("gradient_control: values that are like what their gradient is like have the gradient of that")
{
    model<written_out, double> m{input{2}, hidden{3}};
    model<squashed, double> other{input{2}, hidden{3}};
    double at = 0;
    auto const fill = [&](auto&& entries) {
        std::ranges::generate(entries, [&at] { return std::sin(at += 1); });
    };
    fill(m.parameters().entries(0));
    fill(m.parameters().entries(1));
    std::ranges::copy(m.parameters().flat(), other.parameters().flat().begin());
    xt::xtensor<double, 3> x = xt::zeros<double>({5, 2, 2});
    fill(x);
    bptt run{m};
    bptt expected{other};
    xt::xtensor<double, 3> dy = run.forward(x);
    CHECK(xt::allclose(dy, expected.forward(x), 1e-13, 1e-14));
    auto const& a = run.backward(dy);
    auto const& b = expected.backward(dy);
    CHECK(xt::allclose(a.parameters["W"_s], b.parameters["W"_s], 1e-12, 1e-14));
    CHECK(xt::allclose(a.parameters["U"_s], b.parameters["U"_s], 1e-12, 1e-14));
    CHECK(xt::allclose(a.input, b.input, 1e-12, 1e-14));
}

TEST_CASE("gradient_control: a gradient is clipped entry by entry at every step, and the limit has none")
{
    model<clipped, double> m{hidden{2}};
    m["a"_s] = 1;
    m["limit"_s] = 0.75;
    bptt run{m};
    xt::xtensor<double, 3> x = xt::ones<double>({2, 1, 2});
    xt::xtensor<double, 3> dy = xt::zeros<double>({2, 1, 2});
    dy(1, 0, 0) = 0.5;
    dy(1, 0, 1) = -4;
    CHECK(run.forward(x)(1, 0, 0) == 4);
    auto const& g = run.backward(dy);
    CHECK(g.input(1, 0, 0) == 0.5);
    CHECK(g.input(1, 0, 1) == -0.75);
    CHECK(g.input(0, 0, 0) == 0.75);  // of 3 * 0.5
    CHECK(g.initial[0](0, 0) == 2);   // of 3 * 1.5
    CHECK(g.initial[0](0, 1) == -2);  // of 3 * -2
    CHECK(g.parameters["a"_s] == 0.5 - 4 + 1.5 - 2);
}

TEST_CASE("gradient_control: a factor is applied at every step, and has no gradient of its own")
{
    model<scaled, double> m{};
    m["factor"_s] = 0.5;
    bptt run{m};
    xt::xtensor<double, 3> const x = xt::ones<double>({3, 1, 1});
    run.forward(x);
    CHECK(run.final_states()[0](0, 0) == 3);
    auto const& g = run.backward(
        xt::zeros<double>({3, 1, 1}),
        {.final = states_of<scaled, double>{xt::ones<double>({1, 1}), xt::ones<double>({1, 1})}});
    CHECK(g.initial[0](0, 0) == 0.125);
    CHECK(g.initial[1](0, 0) == 1);  // reversed three times, and subtracted three times
    CHECK(g.parameters["factor"_s] == 0);
    CHECK(g.input(0, 0, 0) == 0.25 + 1);
}

TEST_CASE("gradient_control: a chosen derivative that is not finite is found where it arises")
{
    model<risky, double> m{hidden{2}};
    m["w"_s](0) = 1;
    bptt run{m, {.check_finite = true}};
    xt::xtensor<double, 3> const x = xt::ones<double>({3, 1, 2});
    run.forward(x);
    CHECK_THROWS_WITH_AS(
        run.backward(x),
        "rondo: the derivative with respect to w * x[t] in s[t]: expected finite numbers; found "
        "inf at (time 2, batch 0, feature 1), through sqrt(w * x[t]) in s[t]",
        number_error);
    m["w"_s](1) = -1;
    CHECK_NOTHROW(run.forward(x));  // the root of -1 is not a value of the step
}

TEST_CASE("gradient_control: the same value is recorded once")
{
    recording r{};
    CHECK(stop_gradient(r.h * r.c).id == stop_gradient(r.h * r.c).id);
}

}  // namespace gradient_control_test
