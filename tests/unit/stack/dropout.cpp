#include "unit/stack/layers.hpp"

#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/stack/dropout.hpp>

#include <cmath>
#include <limits>

using namespace rondo;
using namespace rondo::stack_internal;
using namespace rondo::test;

TEST_CASE_TEMPLATE("dropout: drops or scales, with one mask forward and backward", T, float, double)
{
    dropout<T> layer{{.rate = 0.25, .seed = 3}};
    auto const x = random_sequences<T>(1, 6, 4, 9);
    auto const dy = random_sequences<T>(2, 6, 4, 9);
    auto const y = layer.forward(x);
    auto const& dx = layer.backward(dy).input;
    T const scale = T(1) / T(0.75);
    std::size_t dropped = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        bool const gone = y.data()[i] == 0;
        dropped += gone ? 1 : 0;
        CHECK(y.data()[i] == (gone ? T(0) : x.data()[i] * scale));
        CHECK(dx.data()[i] == (gone ? T(0) : dy.data()[i] * scale));
    }
    CHECK(dropped > 20);  // 54 of 216 are expected, with a deviation of 6.4
    CHECK(dropped < 88);
}

TEST_CASE("dropout: a draw can be repeated; otherwise each call, seed and layer has its own")
{
    auto const x = random_sequences(1, 6, 4, 9);
    dropout<double> layer{{.rate = 0.5, .seed = 3}};
    sequences const first = layer.forward(x);
    sequences const second = layer.forward(x);
    CHECK(first != second);
    CHECK(layer.draw() == 2);
    layer.infer(x);
    CHECK(layer.draw() == 2);
    layer.set_draw(0);
    CHECK(layer.forward(x) == first);
    CHECK(layer.forward(x) == second);
    layer.set_draw(1);
    CHECK(layer.forward(x) == second);
    dropout<double> same{{.rate = 0.5, .seed = 3}};
    CHECK(same.forward(x) == first);
    dropout<double> another{{.rate = 0.5, .seed = 4}};
    CHECK(another.forward(x) != first);
    dropout<float> single{{.rate = 0.5, .seed = 3}};
    auto const x_single = random_sequences<float>(1, 6, 4, 9);
    CHECK(tensor_of("", single.forward(x_single)).entries == tensor_of("", first).entries);
}

TEST_CASE("dropout: layers without a seed have different masks, which settings() repeat")
{
    auto const x = random_sequences(1, 6, 4, 9);
    dropout<double> first{{.rate = 0.5}};
    dropout<double> second{{.rate = 0.5}};
    REQUIRE(first.settings().seed.has_value());
    CHECK(first.settings().seed != second.settings().seed);
    sequences const y = first.forward(x);
    CHECK(second.forward(x) != y);
    dropout<double> repeated{first.settings()};
    CHECK(repeated.forward(x) == y);
    dropout<double> given{{.rate = 0.5, .seed = 1}};
    CHECK(*given.settings().seed == 1);
    CHECK(given.forward(x) != y);
}

TEST_CASE("dropout: infer drops nothing, nor does a rate of 0")
{
    auto const x = random_sequences(1, 6, 4, 9);
    dropout<double> layer{{.rate = 0.9}};
    CHECK(layer.infer(x) == x);
    dropout<double> none{{.rate = 0}};
    CHECK(none.forward(x) == x);
    CHECK(none.backward(x).input == x);
}

TEST_CASE("dropout: a mask of a sequence drops the same features at all steps, others in other sequences")
{
    dropout<double> layer{{.rate = 0.5, .seed = 1, .each = mask_scope::sequence}};
    sequences const ones = xt::ones<double>({5, 8, 32});
    sequences const y = layer.forward(ones);
    int differing = 0;
    for (std::size_t b = 0; b < 8; ++b) {
        for (std::size_t i = 0; i < 32; ++i) {
            for (std::size_t t = 1; t < 5; ++t) {
                CHECK(y(t, b, i) == y(0, b, i));
            }
            differing += y(0, b, i) != y(0, (b + 1) % 8, i);
        }
    }
    CHECK(differing > 128 - 4 * 8);  // of 256, four deviations
    CHECK(differing < 128 + 4 * 8);
    CHECK(layer.backward(ones).input == y);
    sequences const next = layer.forward(ones);
    CHECK(next != y);
}

TEST_CASE("dropout: a dropped entry is zero even if it was not finite")
{
    dropout<double> layer{{.rate = 0.5}};
    sequences x = xt::ones<double>({4, 3, 5});
    sequences const y = layer.forward(x);
    for (std::size_t i = 0; i < x.size(); ++i) {
        x.data()[i] = y.data()[i] == 0 ? std::numeric_limits<double>::quiet_NaN() : 1;
    }
    layer.set_draw(0);
    CHECK(layer.forward(x) == y);
}

TEST_CASE("dropout: padding is not read and stays zero, forward, backward and in infer")
{
    std::array<int, 3> const lengths{2, 4, 1};
    for (mask_scope const each : {mask_scope::step, mask_scope::sequence}) {
        dropout<double> layer{{.rate = 0.25, .each = each}};
        sequences x = xt::ones<double>({5, 3, 7});
        sequences const whole = layer.forward(x);
        for (std::size_t b = 0; b < 3; ++b) {
            xt::view(x, xt::range(lengths[b], 5), b, xt::all()) = std::nan("");
        }
        layer.set_draw(0);
        sequences const y = layer.forward(x, {.lengths = lengths});
        sequences const dx = layer.backward(x).input;
        sequences const inferred = layer.infer(x, {.lengths = lengths});
        for (std::size_t b = 0; b < 3; ++b) {
            for (std::size_t t = 0; t < 5; ++t) {
                bool const real = static_cast<int>(t) < lengths[b];
                for (std::size_t i = 0; i < 7; ++i) {
                    CHECK(y(t, b, i) == (real ? whole(t, b, i) : 0));
                    CHECK(dx(t, b, i) == y(t, b, i));
                    CHECK(inferred(t, b, i) == (real ? 1 : 0));
                }
            }
        }
    }
}

TEST_CASE("dropout: differences agree with the gradient")
{
    dropout<double> layer{{.rate = 0.5}};
    gradient_report const report =
        check_gradient(layer, random_sequences(2, 5, 3, 4), {.lengths = {5, 1, 3}});
    INFO(report);
    CHECK(report.agrees());
}

TEST_CASE("dropout: rejects arguments that do not fit")
{
    CHECK_THROWS_WITH_AS(dropout<float>({.rate = 1}),
                         "rondo: dropout: rate: expected a number in [0, 1); found 1", std::invalid_argument);
    for (double const rate : {-0.1, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
        CHECK_THROWS_AS(dropout<double>({.rate = rate}), std::invalid_argument);
    }
    dropout<double> layer{{.rate = 0.5}};
    CHECK_THROWS_WITH_AS(layer.backward(random_sequences(1, 5, 2, 3)),
                         doctest::Contains("rondo: backward() needs a forward() before it"),
                         std::logic_error);
    CHECK_THROWS_WITH_AS(
        layer.forward(xt::xtensor<double, 1>::from_shape({5})),
        "rondo: the input x: expected shape (time, batch, features), no extent of 0; found (5)",
        std::invalid_argument);
    layer.forward(random_sequences(1, 5, 2, 3));
    CHECK_THROWS_WITH_AS(layer.backward(random_sequences(1, 5, 2, 4)),
                         "rondo: the output gradient dy: expected shape (time = 5, batch = 2, features = 3), "
                         "no extent of 0; found (5, 2, 4)",
                         std::invalid_argument);
    layer.infer(random_sequences(1, 5, 2, 3));
    CHECK_THROWS_AS(layer.backward(random_sequences(1, 5, 2, 3)), std::logic_error);
    layer.forward(random_sequences(1, 5, 2, 3));
    layer.set_draw(7);  // the mask of the last forward() is no longer known
    CHECK_THROWS_AS(layer.backward(random_sequences(1, 5, 2, 3)), std::logic_error);
}
