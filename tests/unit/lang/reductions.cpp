#include "unit/checked_cell.hpp"
#include "unit/interpreter.hpp"
#include "unit/lang/recording.hpp"

#include <rondo/lang/reductions.hpp>
#include <rondo/run/bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <vector>

namespace reductions_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

static_assert(holds([](recording& r) { return is(r, max(r.h), op::largest, r.h); }));
static_assert(holds([](recording& r) { return is(r, min(r.h), op::negate, max(-r.h)); }));
static_assert(std::is_same_v<decltype(logsumexp(std::declval<vec<hidden>>())), scalar>);
static_assert(std::is_same_v<decltype(norm(std::declval<vec<hidden>>())), scalar>);
static_assert(std::is_same_v<decltype(softmax(std::declval<vec<hidden>>())), vec<hidden>>);
static_assert(holds([](recording& r) {
    return is(r, cumsum(r.h), op::running_sum, r.h) && r[cumsum(r.h)].shape == extents{1};
}));
static_assert(std::is_same_v<decltype(sum(std::declval<vec<hidden>>())), scalar>);
static_assert(std::is_same_v<decltype(mean(std::declval<vec<input>>())), scalar>);
static_assert(
    std::is_same_v<decltype(dot(std::declval<vec<hidden>>(), std::declval<vec<hidden>>())), scalar>);

static_assert(holds([](recording& r) { return is(r, sum(r.h), op::sum, r.h); }));
static_assert(holds([](recording& r) { return is(r, dot(r.h, r.c), op::sum, r.h * r.c); }));
static_assert(holds([](recording& r) {
    scalar const m = mean(r.x);
    node const& count = r.record.nodes[r[m].b];
    return r[m].opcode == op::divide && r[m].a == sum(r.x).id && count.opcode == op::extent &&
           count.index == 2 && count.shape == extents{};  // the size of the second dimension
}));

// Of a matrix they are along the dimensions that are named.
static_assert(std::is_same_v<decltype(sum<input>(std::declval<mat<hidden, input>>())), vec<hidden>>);
static_assert(
    std::is_same_v<decltype(max<hidden>(std::declval<mat<heads, hidden, input>>())), mat<heads, input>>);
static_assert(
    std::is_same_v<decltype(norm<heads, input>(std::declval<mat<heads, hidden, input>>())), vec<hidden>>);
static_assert(
    std::is_same_v<decltype(softmax<input>(std::declval<mat<hidden, input>>())), mat<hidden, input>>);
static_assert(matrix_holds([](matrix_recording& r) {
    return is(r, sum<input>(r.M), op::sum, r.M) && r[sum<input>(r.M)].shape == extents{1} &&
           is(r, max<hidden>(r.S), op::largest, r.S) && r[max<hidden>(r.S)].shape == extents{3, 2} &&
           r[sum<hidden, input>(r.M)].shape == extents{} && r[sum<heads>(r.S)].shape == extents{1, 2} &&
           sum<hidden>(r.h).id == sum(r.h).id && max<hidden>(r.h).id == max(r.h).id;
}));
static_assert(matrix_holds([](matrix_recording& r) {
    return r[cumsum<hidden>(r.M)].index == 1 && r[cumsum<input>(r.M)].index == 2 &&
           r[cumsum<hidden>(r.M)].shape == extents{1, 2} && cumsum<hidden>(r.h).id == cumsum(r.h).id;
}));
// A mean of several dimensions has the product of their sizes as its divisor.
static_assert(matrix_holds([](matrix_recording& r) {
    vec<hidden> const m = mean<heads, input>(r.S);
    node const& count = r.record.nodes[r[m].b];
    return r[m].opcode == op::divide && r[m].a == sum<heads, input>(r.S).id && count.opcode == op::multiply &&
           r.record.nodes[count.a].index == 3 && r.record.nodes[count.b].index == 2;
}));
static_assert(sum(vec<hidden>{}).record == nullptr && mean(vec<hidden>{}).record == nullptr);
static_assert(sum<input>(mat<hidden, input>{}).record == nullptr);
static_assert(max(vec<hidden>{}).record == nullptr);
static_assert(cumsum(vec<hidden>{}).record == nullptr);
static_assert(softmax(vec<hidden>{}).record == nullptr);

/// The functions of `applied`.
enum function {
    take_max,
    take_min,
    take_norm,
    take_logsumexp,
    take_softmax,
    take_masked,
    take_cumsum,
    take_log_softmax,
    take_masked_log
};

/// A cell without states whose output is one of the functions of its input; a scalar is in every entry.
struct applied {
    weight<hidden> mask;
    weight<> which;
    RONDO_MEMBERS(mask, which);

    constexpr auto operator()(vec<hidden> x) const
    {
        auto scalars =
            where(which == take_max, max(x),
                  where(which == take_min, min(x), where(which == take_norm, norm(x), logsumexp(x))));
        auto vectors = where(which == take_softmax, softmax(x),
                             where(which == take_masked, softmax(x, mask), cumsum(x)));
        return next{}.output(where(which < take_softmax, scalars, vectors));
    }
};

/// Logarithms of the softmax. In one cell with it, both would share exponentials under conditions of their
/// own.
struct applied_logarithm {
    weight<hidden> mask;
    weight<> which;
    RONDO_MEMBERS(mask, which);

    constexpr auto operator()(vec<hidden> x) const
    {
        return next{}.output(where(which == take_log_softmax, log_softmax(x), log_softmax(x, mask)));
    }
};

/// Running sums that depend on each other, beside products and reductions, as states and as output; the gates
/// of an ON-LSTM (Shen et al. 2019).
struct ordered {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c) const
    {
        auto a = W * x + U * h + b;
        auto forget = cumsum(softmax(a));
        auto write = 1 - cumsum(softmax(b - a));
        auto overlap = forget * write;
        auto c_next = (sigmoid(a) * overlap + forget - overlap) * c + (write - overlap) * tanh(a);
        return next{tanh(c_next), c_next}.output(cumsum(cumsum(x * 0.1) * sum(h)));
    }
};

/// The output and the gradient of the input for the derivative @p dy; of a scalar, the first entry counts.
template <function F, class T>
std::pair<std::vector<T>, std::vector<T>> outcome(std::vector<T> const& x, std::vector<T> const& mask,
                                                  std::vector<T> const& dy)
{
    using cell_type = std::conditional_t<(F < take_log_softmax), applied, applied_logarithm>;
    model<cell_type, T> m{hidden{x.size()}};
    std::copy(mask.begin(), mask.end(), m["mask"_s].begin());
    m["which"_s] = static_cast<T>(F);
    xt::xtensor<T, 3> in({1, 1, x.size()});
    std::copy(x.begin(), x.end(), in.begin());
    bptt<cell_type, T> run{m};
    auto const& y = run.forward(in);
    xt::xtensor<T, 3> adjoint = xt::zeros<T>(y.shape());
    std::copy(dy.begin(), dy.end(), adjoint.begin());
    std::vector<T> out(y.begin(), y.end());
    out.resize(F < take_softmax ? 1 : out.size());
    auto const& g = run.backward(adjoint);
    return {out, {g.input.begin(), g.input.end()}};
}

/// All of them, inside a loop and beside products.
struct reducing {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto a = W * x + U * h + b;
        auto mixed = softmax(3 * a) * h + softmax(a, a < max(x)) * b;
        auto logs = log_softmax(a) + where(a < max(a), log_softmax(a, a < max(a)), 0);
        return next{tanh(mixed + logsumexp(a) * norm(h) - max(a) * min(x))}.output(norm(a - h) + mixed +
                                                                                   logs);
    }
};

}  // namespace

TEST_CASE("reductions: inside a cell, gradients agree with differences and float with double")
{
    gradient_agrees<reducing>();
    float_agrees<reducing>();
}

TEST_CASE("reductions: running sums inside a cell, gradients agree with differences and float with double")
{
    gradient_agrees<ordered>();
    float_agrees<ordered>();
}

TEST_CASE_TEMPLATE("reductions: a running sum, and its derivative from the other end", T, float, double)
{
    for (std::size_t size : {1U, 7U, 16U, 33U, 10000U}) {
        std::vector<T> x(size);
        std::vector<T> dy(size);
        for (std::size_t k = 0; k < size; ++k) {
            x[k] = static_cast<T>(k % 5) - 1;
            dy[k] = static_cast<T>(k % 3);
        }
        auto const [sums, derivative] = outcome<take_cumsum, T>(x, x, dy);
        T sum = 0;
        T back = 0;
        for (std::size_t k = 0; k < size; ++k) {
            sum += x[k];
            back += dy[size - 1 - k];
            CHECK(sums[k] == sum);
            CHECK(derivative[size - 1 - k] == back);
        }
    }
}

TEST_CASE_TEMPLATE("reductions: the largest and the smallest entry share their derivative evenly", T, float,
                   double)
{
    for (std::size_t size : {5U, 16U, 37U}) {
        std::vector<T> x(size, T(1));
        x[size - 2] = x[1] = T(4);
        x[2] = T(-3);
        auto const [most, to_most] = outcome<take_max, T>(x, x, {6});
        CHECK(most == std::vector<T>{4});
        auto const [least, to_least] = outcome<take_min, T>(x, x, {6});
        CHECK(least == std::vector<T>{-3});
        for (std::size_t k = 0; k < size; ++k) {
            CHECK(to_most[k] == (k == 1 || k == size - 2 ? 3 : 0));
            CHECK(to_least[k] == (k == 2 ? 6 : 0));
        }
    }
}

TEST_CASE_TEMPLATE("reductions: of long rows, whose blocks are combined", T, float, double)
{
    std::vector<T> x(10000);
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = static_cast<T>(k % 97);
    }
    x[7777] = T(1000);
    CHECK(outcome<take_max, T>(x, x, {1}).first[0] == 1000);
    CHECK(outcome<take_max, T>(x, x, {1}).second[7777] == 1);
    x[3] = std::numeric_limits<T>::quiet_NaN();
    CHECK(std::isnan(outcome<take_max, T>(x, x, {1}).first[0]));
    CHECK(std::isnan(outcome<take_max, T>(x, x, {1}).second[5]));
}

TEST_CASE_TEMPLATE("reductions: a norm, and its derivative of zero at zero", T, float, double)
{
    auto const [length, derivative] = outcome<take_norm, T>({3, 0, 4}, {1, 1, 1}, {10});
    CHECK(length[0] == doctest::Approx(5));
    CHECK(derivative[0] == doctest::Approx(6));
    CHECK(derivative[1] == 0);
    auto const [zero, at_zero] = outcome<take_norm, T>({0, 0, 0}, {1, 1, 1}, {10});
    CHECK(zero[0] == 0);
    CHECK(at_zero == std::vector<T>{0, 0, 0});
    CHECK(std::isnan(outcome<take_norm, T>({0, std::numeric_limits<T>::quiet_NaN()}, {1, 1}, {1}).first[0]));
}

TEST_CASE_TEMPLATE("reductions: softmax and logsumexp of entries of any size", T, float, double)
{
    T const large = std::numeric_limits<T>::max();
    T const inf = std::numeric_limits<T>::infinity();
    for (T const by : {T(0), T(1000), T(-1000), large / 4}) {
        auto const [p, dp] = outcome<take_softmax, T>({by, by, by, by}, {1, 1, 1, 1}, {1, 0, 0, 0});
        auto const [l, dl] = outcome<take_logsumexp, T>({by, by, by, by}, {1, 1, 1, 1}, {1});
        for (std::size_t k = 0; k < 4; ++k) {
            CHECK(p[k] == T(0.25));
            CHECK(dp[k] == (k == 0 ? T(0.1875) : T(-0.0625)));
            CHECK(dl[k] == T(0.25));
        }
        CHECK(static_cast<double>(l[0]) == doctest::Approx(static_cast<double>(by) + std::log(4.0)));
    }
    CHECK(outcome<take_softmax, T>({-large, large, 0}, {1, 1, 1}, {1, 2, 3}).first ==
          std::vector<T>{0, 1, 0});
    CHECK(outcome<take_softmax, T>({-inf, 0, 0}, {1, 1, 1}, {1, 2, 3}).first ==
          std::vector<T>{0, T(0.5), T(0.5)});
    CHECK(outcome<take_softmax, T>({-inf, 0, 0}, {1, 1, 1}, {1, 2, 3}).second[0] == 0);
    CHECK(outcome<take_logsumexp, T>({-inf, -inf}, {1, 1}, {1}).first[0] == -inf);
    CHECK(outcome<take_logsumexp, T>({inf, 0}, {1, 1}, {1}).first[0] == inf);
}

TEST_CASE_TEMPLATE("reductions: a masked softmax leaves nothing to masked entries", T, float, double)
{
    T const nan = std::numeric_limits<T>::quiet_NaN();
    T const inf = std::numeric_limits<T>::infinity();
    for (T const hidden_entry : {T(0), T(1e30), nan, inf, -inf}) {
        auto const [p, dp] =
            outcome<take_masked, T>({hidden_entry, 0, 0, T(1000)}, {0, 1, 1, 0}, {5, 1, 0, 5});
        CHECK(p == std::vector<T>{0, T(0.5), T(0.5), 0});
        CHECK(dp == std::vector<T>{0, T(0.25), T(-0.25), 0});
        auto const [q, dq] = outcome<take_masked, T>({hidden_entry, 3}, {0, 0}, {5, 1});
        CHECK(q == std::vector<T>{0, 0});
        CHECK(dq == std::vector<T>{0, 0});
        auto const [one, none] = outcome<take_masked, T>({hidden_entry, 3}, {0, 1}, {5, 1});
        CHECK(one == std::vector<T>{0, 1});
        CHECK(none == std::vector<T>{0, 0});
    }
}

TEST_CASE_TEMPLATE("reductions: the logarithm of a softmax, also where the softmax rounds to 0", T, float,
                   double)
{
    T const inf = std::numeric_limits<T>::infinity();
    T const nan = std::numeric_limits<T>::quiet_NaN();
    for (T const by : {T(0), T(1000), T(-1000)}) {
        auto const [l, dl] = outcome<take_log_softmax, T>({by, by, by, by}, {1, 1, 1, 1}, {1, 0, 0, 0});
        for (std::size_t k = 0; k < 4; ++k) {
            CHECK(static_cast<double>(l[k]) == doctest::Approx(-std::log(4.0)));
            CHECK(static_cast<double>(dl[k]) == doctest::Approx(k == 0 ? 0.75 : -0.25));
        }
    }
    CHECK(outcome<take_log_softmax, T>({-2000, 0, -inf}, {1, 1, 1}, {1, 0, 0}).first ==
          std::vector<T>{-2000, 0, -inf});
    CHECK(outcome<take_log_softmax, T>({-2000, 0, -inf}, {1, 1, 1}, {1, 0, 0}).second ==
          std::vector<T>{1, -1, 0});
    CHECK(std::isnan(outcome<take_log_softmax, T>({nan, 0}, {1, 1}, {1, 0}).first[1]));
    for (T const hidden_entry : {T(0), T(1e30), nan, inf, -inf}) {
        auto const [l, dl] =
            outcome<take_masked_log, T>({hidden_entry, 0, -2000, T(1000)}, {0, 1, 1, 0}, {5, 0, 1, 5});
        CHECK(l == std::vector<T>{-inf, 0, -2000, -inf});
        CHECK(dl == std::vector<T>{0, -1, 1, 0});
        auto const [none, zeros] = outcome<take_masked_log, T>({hidden_entry, 3}, {0, 0}, {5, 1});
        CHECK(none == std::vector<T>{-inf, -inf});
        CHECK(zeros == std::vector<T>{0, 0});
    }
}

TEST_CASE("reductions: what a softmax subtracts is no obstacle to a gradient check")
{
    constexpr auto found = find_gradient_obstacles(compiled<reducing>::differentiable, 1, 3, true);
    CHECK(found.inputs[0].empty());
    CHECK(found.parameters[0].empty());
    CHECK(found.states[0].empty());
}

TEST_CASE("reductions: shared parts of an equation are recorded once")
{
    recording r{};
    vec<hidden> const e = exp(r.h);
    vec<hidden> const softmax = e / sum(e);
    vec<hidden> const again = exp(r.h) / sum(exp(r.h));
    CHECK(softmax.id == again.id);
    CHECK(r.record.nodes.size() == 5 + 3);
}

}  // namespace reductions_test
