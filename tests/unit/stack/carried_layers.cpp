#include "unit/context_cells.hpp"
#include "unit/random_run.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/model/initialize.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/stack/dropout.hpp>
#include <rondo/stack/residual.hpp>
#include <rondo/stack/stack.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace carried_layers_test {

using namespace rondo;

namespace {

using sequences = xt::xtensor<double, 3>;
using lengths = std::vector<std::ptrdiff_t>;
constexpr std::size_t batch = 3;
constexpr std::size_t every = 4;

struct models {
    model<lstm<>, double> first{input{2}, hidden{4}};
    model<gru_reset_after<>, double> second{input{4}, hidden{4}};
    model<elman<>, double> third{input{4}, hidden{3}};

    models()
    {
        initialize_uniform(first.parameters(), 1);
        initialize_uniform(second.parameters(), 2);
        initialize_uniform(third.parameters(), 3);
    }
    auto whole(mask_scope each)
    {
        return stack{bptt{first}, dropout<double>{{.rate = 0.3, .seed = 1, .each = each}},
                     residual{stack{bptt{second}, dropout<double>{{.rate = 0.2, .seed = 2, .each = each}}}},
                     bptt{third}};
    }
    auto carrying(mask_scope each, truncation k, run_options const& options = {})
    {
        return stack{truncated_bptt{first, k, options},
                     dropout<double>{{.rate = 0.3, .seed = 1, .each = each}},
                     residual{stack{truncated_bptt{second, k},
                                    dropout<double>{{.rate = 0.2, .seed = 2, .each = each}}}},
                     truncated_bptt{third, k}};
    }
};

sequences random_sequences(std::size_t steps, std::size_t features, unsigned seed)
{
    sequences x = sequences::from_shape({steps, batch, features});
    std::mt19937_64 bits(seed);
    check_internal::fill_randomly(x, bits, 1);
    return x;
}
sequences window_of(sequences const& all, std::size_t w)
{
    return xt::view(all, xt::range(w * every, (w + 1) * every));
}
lengths window_of(lengths total, std::size_t w)
{
    for (auto& one : total) {
        one = std::clamp<std::ptrdiff_t>(one - static_cast<std::ptrdiff_t>(w * every), 0, every);
    }
    return total;
}
std::vector<double> gradients_of(auto& net)
{
    std::vector<double> all;
    for (auto const& group : net.parameter_groups()) {
        all.insert(all.end(), group.gradients.begin(), group.gradients.end());
    }
    return all;
}
void check_equal(auto const& found, auto const& expected)
{
    CHECK(test::difference(test::tensor_of("", found), test::tensor_of("", expected)) < 1e-12);
}

}  // namespace

TEST_CASE("stack: windows whose history covers everything are the stack over the joined sequences")
{
    models m;
    sequences const x = random_sequences(3 * every, 2, 5), dy = random_sequences(3 * every, 3, 6);
    for (mask_scope const each : {mask_scope::step, mask_scope::sequence}) {
        for (lengths const& total : {lengths{12, 12, 12}, {12, 5, 8}}) {
            auto whole = m.whole(each);
            auto net = m.carrying(each, {.every = every, .over = 3 * every});
            sequences const y = whole.forward(x, {.lengths = total});
            for (std::size_t w = 0; w < 3; ++w) {
                check_equal(net.forward(window_of(x, w), {.lengths = window_of(total, w)}), window_of(y, w));
                sequences given = window_of(dy, w);
                for (std::size_t b = 0; b < batch; ++b) {  // padding is not read
                    xt::view(given, xt::range(window_of(total, w)[b], every), b)
                        .fill(std::numeric_limits<double>::quiet_NaN());
                }
                sequences const dx = net.backward(given).input;
                sequences of_window = xt::zeros<double>(dy.shape());
                xt::view(of_window, xt::range(w * every, (w + 1) * every)) = window_of(dy, w);
                sequences const expected = whole.backward(of_window).input;
                check_equal(dx, window_of(expected, w));
                check_equal(gradients_of(net), gradients_of(whole));
            }
            check_equal(std::get<0>(net.current_states())[1], whole.template get<0>().final_states()[1]);
            check_equal(std::get<2>(net.current_states())[0], whole.template get<3>().final_states()[0]);
        }
    }
}

TEST_CASE("stack: a truncated gradient ends at the same step in all layers")
{
    models m;
    sequences const x = random_sequences(4 * every, 2, 5), dy = random_sequences(4 * every, 3, 6);
    for (std::size_t const over : {2U, 4U, 6U, 9U}) {
        CAPTURE(over);
        truncation const k{.every = every, .over = static_cast<std::ptrdiff_t>(over)};
        stack net{truncated_bptt{m.first, k}, residual{truncated_bptt{m.second, k}},
                  truncated_bptt{m.third, k}};
        for (std::size_t w = 0; w < 4; ++w) {
            net.forward(window_of(x, w));
            sequences const dx = net.backward(window_of(dy, w)).input;
            std::size_t const end = (w + 1) * every;
            std::size_t const stop = end - std::min(over, end);
            // Three runs, from the states at the step where the gradient ends.
            bptt a{m.first};
            bptt b{m.second};
            bptt c{m.third};
            if (stop > 0) {
                sequences const h = a.infer(xt::view(x, xt::range(0, stop)));
                c.infer(h + b.infer(h));
            } else {
            }
            auto const from = [&](auto& run, auto const& of) {
                return stop > 0 ? run.final_states() : of.zero_states(batch);
            };
            auto const sa = from(a, m.first);
            auto const sb = from(b, m.second);
            auto const sc = from(c, m.third);
            sequences const last = xt::view(x, xt::range(stop, end));
            sequences const h = a.forward(last, {.initial = sa});
            sequences const v = h + b.forward(h, {.initial = sb});
            c.forward(v, {.initial = sc});
            sequences given = xt::view(dy, xt::range(stop, end));
            std::size_t const before = end - stop > every ? end - stop - every : 0;
            xt::view(given, xt::range(0, before)).fill(0);
            sequences const dv = c.backward(given).input;
            sequences const dh = dv + b.backward(dv).input;
            sequences const expected = a.backward(dh).input;
            std::vector<double> all;
            for (auto const& flat :
                 {a.last_gradients().parameters.flat(), b.last_gradients().parameters.flat(),
                  c.last_gradients().parameters.flat()}) {
                all.insert(all.end(), flat.begin(), flat.end());
            }
            check_equal(gradients_of(net), all);
            std::size_t const shown = std::min<std::size_t>(every, end - stop);
            check_equal(sequences(xt::view(dx, xt::range(every - shown, every))),
                        sequences(xt::view(expected, xt::range(end - stop - shown, end - stop))));
        }
    }
}

TEST_CASE("stack: a sequence begins anew in all layers, with another mask")
{
    models m;
    sequences const x = random_sequences(3 * every, 2, 5), dy = random_sequences(every, 3, 6);
    auto net = m.carrying(mask_scope::sequence, {.every = every, .over = 100});
    auto other = m.carrying(mask_scope::sequence, {.every = every, .over = 100});
    net.forward(window_of(x, 0));
    net.backward(dy);
    net.reset(1);
    net.backward(dy);  // of the window before
    CHECK(std::get<0>(net.current_states())[0](1, 0) == 0);
    CHECK(std::get<1>(net.current_states())[0](1, 0) == 0);
    CHECK(std::get<2>(net.current_states())[0](0, 0) != 0);
    sequences const y = net.forward(window_of(x, 1));
    other.set_draw(1);
    sequences const fresh = other.forward(window_of(x, 1));
    check_equal(sequences(xt::view(y, xt::all(), xt::range(1, 2))),
                sequences(xt::view(fresh, xt::all(), xt::range(1, 2))));
    CHECK(y(0, 0, 0) != fresh(0, 0, 0));

    other.reset();
    other.set_draw(0);
    sequences const again = other.forward(window_of(x, 0));
    net.reset();
    net.set_draw(0);
    CHECK(net.forward(window_of(x, 0)) == again);
    CHECK_THROWS_AS(net.reset(batch), input_error);
}

TEST_CASE("stack: the masks of a window do not depend on the steps that are kept")
{
    models m;
    sequences const x = random_sequences(3 * every, 2, 5), dy = random_sequences(every, 3, 6);
    auto net = m.carrying(mask_scope::step, {.every = every, .over = every});
    auto longer = m.carrying(mask_scope::step, {.every = every, .over = 100});
    for (std::size_t w = 0; w < 3; ++w) {
        lengths const n{4, w == 0 ? 1 : 3, 2};
        CHECK(net.forward(window_of(x, w), {.lengths = n}) ==
              longer.forward(window_of(x, w), {.lengths = n}));
        sequences const dx = net.backward(dy).input;
        check_equal(sequences(longer.backward(dy).input), dx);
    }
}

TEST_CASE("stack: states that were read continue in another stack, and infer() carries them on")
{
    models m;
    truncation const k{.every = every, .over = 8};
    auto const make = [&] { return stack{truncated_bptt{m.first, k}, truncated_bptt{m.third, k}}; };
    sequences const x = random_sequences(3 * every, 2, 5), dy = random_sequences(every, 3, 6);
    auto net = make();
    auto const none = net.current_states();
    auto other = make();
    auto inferring = make();
    net.forward(window_of(x, 0));
    other.reset(none);  // of a stack that has not begun: zeros
    check_equal(other.forward(window_of(x, 0)), inferring.infer(window_of(x, 0)));
    CHECK_THROWS_AS(inferring.backward(dy), std::logic_error);
    other.reset();
    other.reset(net.current_states());
    sequences const y = net.forward(window_of(x, 1));
    CHECK(other.forward(window_of(x, 1)) == y);
    CHECK(inferring.forward(window_of(x, 1)) == y);
    sequences const dx = other.backward(dy).input;
    CHECK(inferring.backward(dy).input == dx);
    CHECK(gradients_of(inferring) == gradients_of(other));  // which end where it was inferred
    net.backward(dy);
    CHECK(gradients_of(net) != gradients_of(other));
}

TEST_CASE("stack: a window that one layer rejects has not happened in any")
{
    models m;
    truncation const k{.every = every, .over = 8};
    sequences const x = random_sequences(2 * every, 2, 5), dy = random_sequences(every, 3, 6);
    double const nan = std::numeric_limits<double>::quiet_NaN();
    stack net{truncated_bptt{m.first, k}, truncated_bptt{m.third, k, {.check_finite = true}}};
    stack expected{truncated_bptt{m.first, k}, truncated_bptt{m.third, k}};
    sequences bad = window_of(x, 0);
    bad(2, 1, 0) = nan;
    CHECK_THROWS_WITH_AS(net.forward(bad), doctest::Contains("layer 1 of the stack: the input x"),
                         input_error);
    sequences const one = xt::view(window_of(x, 0), xt::all(), xt::range(0, 1));
    CHECK_NOTHROW(net.forward(one));  // the batch is still open
    net.reset();
    net.forward(window_of(x, 0));
    expected.forward(window_of(x, 0));
    CHECK_THROWS_AS(net.forward(bad), input_error);
    CHECK_THROWS_AS(net.backward(dy), std::logic_error);
    CHECK(net.current_states() == expected.current_states());
    CHECK(net.forward(window_of(x, 1)) == expected.forward(window_of(x, 1)));
}

TEST_CASE("stack: rejects truncations that differ, and layers that run by themselves")
{
    models m;
    truncation const k{.every = every, .over = 8};
    CHECK_THROWS_WITH_AS(
        (stack{truncated_bptt{m.first, k}, truncated_bptt{m.third, {.every = 4, .over = 9}}}),
        "rondo: stack: expected one truncation in all truncated_bptt, so that the gradient ends at "
        "one step; found every = 4, over = 8 and every = 4, over = 9",
        input_error);
    stack net{truncated_bptt{m.first, k}, truncated_bptt{m.third, k}};
    sequences const x = random_sequences(every, 2, 5), dy = random_sequences(every, 3, 6);
    net.forward(x);
    net.get<0>().reset(0);
    CHECK_THROWS_WITH_AS(net.backward(dy), doctest::Contains("layer 0 of the stack was run by itself"),
                         std::logic_error);
    CHECK_NOTHROW(net.forward(x));
    CHECK_NOTHROW(net.backward(dy));
}

TEST_CASE("stack: without the gradient of the input, and with frozen layers")
{
    models m;
    truncation const k{.every = every, .over = 8};
    sequences const x = random_sequences(2 * every, 2, 5), dy = random_sequences(every, 3, 6);
    auto full = m.carrying(mask_scope::step, k);
    auto net = m.carrying(mask_scope::step, k, {.input_gradient = false});
    stack frozen{truncated_bptt{m.first, k, {.frozen = true}},
                 truncated_bptt{m.third, k, {.input_gradient = false}}};
    for (std::size_t w = 0; w < 2; ++w) {
        full.forward(window_of(x, w));
        net.forward(window_of(x, w));
        frozen.forward(window_of(x, w));
        full.backward(dy);
        CHECK(net.backward(dy).input.size() == 0);
        CHECK(frozen.backward(dy).input.size() == 0);
        CHECK(gradients_of(net) == gradients_of(full));
    }
}

TEST_CASE("stack: the gradient of a window agrees with differences")
{
    models m;
    auto net = m.carrying(mask_scope::step, {.every = every, .over = 8});
    gradient_report const report = check_gradient(net, random_sequences(every, 2, 5), {.lengths = {4, 0, 2}});
    INFO(report);
    CHECK(report.agrees());
    CHECK(report.tensors.size() == 4);
    model<lstm<>, double> one{input{2}, hidden{3}};
    initialize_uniform(one.parameters(), 1);
    truncated_bptt run{one, {.every = every, .over = 8}};
    CHECK(check_gradient(run, random_sequences(every, 2, 5)).agrees());
}

TEST_CASE("stack: layers with a start() begin with it, and anew after a reset")
{
    models m;
    model<test::beginning, double> first{input{2}, hidden{4}};
    initialize_uniform(first.parameters(), 4);
    truncation const k{.every = every, .over = 8};
    stack net{truncated_bptt{first, k}, truncated_bptt{m.third, k}};
    stack whole{bptt{first}, bptt{m.third}};
    sequences const x = random_sequences(8, 2, 5), dy = random_sequences(8, 3, 6);
    sequences const y = whole.forward(x);
    whole.backward(dy);
    std::vector<double> const expected = gradients_of(whole);
    std::vector<double> sum(expected.size());
    for (std::size_t w = 0; w < 2; ++w) {
        check_equal(net.forward(window_of(x, w)), window_of(y, w));
        net.backward(window_of(dy, w));
        std::vector<double> const g = gradients_of(net);
        std::ranges::transform(sum, g, sum.begin(), std::plus<>());
    }
    check_equal(sum, expected);
    net.reset(1);
    sequences const anew = net.forward(window_of(x, 0));
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(anew(0, 1, i) == doctest::Approx(y(0, 1, i)));
        CHECK(anew(0, 0, i) != doctest::Approx(y(0, 0, i)));
    }
}

}  // namespace carried_layers_test
