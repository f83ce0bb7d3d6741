#include "unit/stack/layers.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/stack/bidirectional.hpp>

#include <algorithm>

using namespace rondo;
using namespace rondo::stack_internal;
using namespace rondo::test;

namespace {

/// Each sequence backwards, within its length.
template <class Lengths>
sequences reversed(sequences const& x, Lengths const& lengths)
{
    sequences out = xt::zeros_like(x);
    for (std::size_t b = 0; b < x.shape()[1]; ++b) {
        auto const n = static_cast<std::size_t>(lengths[b]);
        for (std::size_t t = 0; t < n; ++t) {
            for (std::size_t i = 0; i < x.shape()[2]; ++i) {
                out(t, b, i) = x(n - 1 - t, b, i);
            }
        }
    }
    return out;
}

sequences features_of(sequences const& x, std::size_t from, std::size_t to)
{
    return xt::view(x, xt::all(), xt::all(), xt::range(from, to));
}

}  // namespace

TEST_CASE_TEMPLATE("bidirectional: agrees with two runs, one over sequences reversed by hand", Cell, elman<>,
                   lstm<>, gru_reset_after<>)
{
    auto m = random_model<Cell>(1, input{3}, hidden{5});
    auto n = random_model<lstm<>>(2, input{3}, hidden{4});
    std::array<int, 3> const lengths{2, 6, 4};
    sequences const x = random_sequences(2, 6, 3, 3);
    sequences const dy = random_sequences(3, 6, 3, 9);
    bptt one{m};
    bptt other{n};
    bidirectional both{bptt{m}, bptt{n}};

    sequences const backwards = reversed(x, lengths);
    sequences const y1 = one.forward(x, {.lengths = lengths});
    sequences const y2 = reversed(other.forward(backwards, {.lengths = lengths}), lengths);
    sequences const& y = both.forward(x, {.lengths = lengths});
    CHECK(features_of(y, 0, 5) == y1);
    CHECK(features_of(y, 5, 9) == y2);
    CHECK(both.backwards().final_states()[1] == other.final_states()[1]);

    sequences const direct = one.backward(features_of(dy, 0, 5)).input;
    sequences const mirrored =
        reversed(other.backward(reversed(features_of(dy, 5, 9), lengths)).input, lengths);
    sequences const dx = direct + mirrored;
    CHECK(both.backward(dy).input == dx);
    auto const models = both.parameter_groups();
    CHECK(std::ranges::equal(models[0].gradients, one.parameter_groups()[0].gradients));
    CHECK(std::ranges::equal(models[1].gradients, other.parameter_groups()[0].gradients));
    CHECK(models[0].parameters.data() == m.parameters().flat().data());
    CHECK(models[1].parameters.data() == n.parameters().flat().data());

    // All steps, and the sum.
    std::array<int, 3> const full{6, 6, 6};
    auto k = random_model<Cell>(3, input{3}, hidden{5});
    bidirectional sum{one, bptt{k}, merge::sum};
    bptt third{k};
    sequences const reversed_x = reversed(x, full);
    sequences const y3 = reversed(third.forward(reversed_x), full);
    sequences const total = bptt{m}.forward(x) + y3;
    CHECK(sum.forward(x) == total);
    CHECK(sum.infer(x) == total);
    sum.forward(x);
    sequences const part = features_of(dy, 2, 7);
    sequences const dx3 = reversed(third.backward(reversed(part, full)).input, full);
    sequences const dx1 = [&] {
        bptt again{m};
        again.forward(x);
        return again.backward(part).input;
    }();
    sequences const total_dx = dx1 + dx3;
    CHECK(sum.backward(part).input == total_dx);
}

TEST_CASE("bidirectional: differences agree with the gradient, for concat and sum, with and without lengths")
{
    auto m = random_model<lstm<>>(1, input{3}, hidden{4});
    auto n = random_model<coupled>(2, input{3}, hidden{5}, output{4});
    for (merge const how : {merge::concat, merge::sum}) {
        bidirectional both{bptt{m}, bptt{n}, how};
        sequences const x = random_sequences(2, 5, 3, 3);
        for (gradient_report const& report :
             {check_gradient(both, x), check_gradient(both, x, {.lengths = {5, 1, 3}})}) {
            INFO(report);
            CHECK(report.agrees());
            CHECK(report.kinks() == 0);
        }
    }
}

TEST_CASE("bidirectional: sequences of different lengths give the results of each alone")
{
    auto m = random_model<gru_reset_after<>>(1, input{3}, hidden{4});
    auto n = random_model<coupled>(2, input{3}, hidden{5}, output{4});
    bidirectional both{bptt{m}, bptt{n}};
    lengths_agree(both, 3);
    bidirectional sum{bptt{m}, bptt{n}, merge::sum};
    lengths_agree(sum, 3);
    bidirectional strange{scaling{2}, bptt{n}};
    lengths_agree(strange, 3);
}

TEST_CASE("bidirectional: rejects layers that do not fit, and names the direction")
{
    auto m = random_model<elman<>>(1, input{3}, hidden{4});
    auto n = random_model<elman<>>(1, input{2}, hidden{5});
    bptt run{m};
    CHECK_THROWS_WITH_AS(
        (bidirectional{run, run}),
        "rondo: bidirectional: expected layers of its own at each place, as each keeps one "
        "run; found the same one at the layer forwards in time and the layer backwards in time",
        std::invalid_argument);
    bidirectional uneven{run, bptt{n}};
    CHECK_THROWS_WITH_AS(uneven.forward(random_sequences(1, 5, 2, 3)),
                         "rondo: bidirectional, backwards in time: the input x: expected shape (time, batch, "
                         "input = 2), no extent of 0; found (5, 2, 3)",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(uneven.forward(random_sequences(1, 5, 2, 2)),
                         doctest::Contains("rondo: bidirectional, forwards in time: the input x: expected"),
                         std::invalid_argument);
    CHECK_THROWS_AS(uneven.backward(random_sequences(1, 5, 2, 9)), std::logic_error);
    auto k = random_model<elman<>>(1, input{3}, hidden{5});
    bidirectional sum{bptt{m}, bptt{k}, merge::sum};
    CHECK_THROWS_WITH_AS(sum.forward(random_sequences(1, 5, 2, 3)),
                         "rondo: bidirectional: expected outputs of as many features, to add them; found 4 "
                         "forwards in time and 5 backwards",
                         std::invalid_argument);
    bidirectional shorter{bptt{m}, shrinking{1, 0}};
    CHECK_THROWS_WITH_AS(shorter.forward(random_sequences(1, 5, 2, 3)),
                         "rondo: bidirectional: expected outputs of shape (time = 5, batch = 2, features); "
                         "found (4, 2, 3)",
                         std::invalid_argument);
    bidirectional good{bptt{m}, bptt{k}};
    good.forward(random_sequences(1, 5, 2, 3));
    CHECK_THROWS_WITH_AS(good.backward(random_sequences(1, 5, 2, 4)),
                         "rondo: the output gradient dy: expected shape (time = 5, batch = 2, features = 9), "
                         "no extent of 0; found (5, 2, 4)",
                         std::invalid_argument);
}

TEST_CASE("bidirectional: results of the layers inside may be arguments")
{
    auto m = random_model<lstm<>>(1, input{5}, hidden{5});
    auto n = random_model<elman<>>(2, input{5}, hidden{5});
    sequences const x = random_sequences(3, 6, 3, 5);
    sequences const dy = random_sequences(4, 6, 3, 5);
    bidirectional both{bptt{m}, bptt{n}, merge::sum};
    bidirectional expected{bptt{m}, bptt{n}, merge::sum};
    for (bool const forwards : {true, false}) {
        CAPTURE(forwards);
        sequences const inner = forwards ? expected.forwards().infer(x) : expected.backwards().infer(x);
        sequences const y = expected.forward(inner);
        CHECK(both.forward(forwards ? both.forwards().infer(x) : both.backwards().infer(x)) == y);
        auto const input_of = [&](auto& of) -> sequences const& {
            of.backward(dy);
            return forwards ? of.forwards().last_gradients().input : of.backwards().last_gradients().input;
        };
        sequences const dx = expected.backward(sequences(input_of(expected))).input;
        CHECK(both.backward(input_of(both)).input == dx);
    }
}

TEST_CASE("bidirectional: leaves out the gradient of the input if both layers do")
{
    auto m = random_model<elman<>>(1, input{3}, hidden{4});
    auto n = random_model<elman<>>(2, input{3}, hidden{5});
    sequences const x = random_sequences(2, 5, 2, 3);
    sequences const dy = random_sequences(3, 5, 2, 9);
    run_options const without{.input_gradient = false};
    bidirectional whole{bptt{m}, bptt{n}};
    bidirectional part{bptt{m, without}, bptt{n, without}};
    CHECK(whole.gives_input_gradient());
    CHECK_FALSE(part.gives_input_gradient());
    tensors expected = results_of_layer(whole, x, dy);
    expected[1].entries.clear();
    CHECK(difference(results_of_layer(part, x, dy), expected) == 0);

    CHECK_THROWS_WITH_AS((bidirectional{bptt{m}, bptt{n, without}}),
                         "rondo: bidirectional: expected a gradient of the input from both layers, or from "
                         "neither; found none from the layer backwards in time, by "
                         "run_options::input_gradient",
                         input_error);
    whole.forwards() = bptt{m, without};
    whole.forward(x);
    CHECK_THROWS_WITH_AS(whole.backward(dy), doctest::Contains("found none from the layer forwards in time"),
                         input_error);
    whole.backwards() = bptt{n, without};
    CHECK(difference(results_of_layer(whole, x, dy), expected) == 0);
}
