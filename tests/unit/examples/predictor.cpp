#include <sequence_models/predictor.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace sequence_models;

TEST_CASE("predictor: predicts the last value")
{
    task const t{};
    last_value model(t);
    std::mt19937_64 random(1);
    CHECK(model.observe(0.25F)[0] == 0.25F);
    CHECK(model.imagine(random)[0] == 0.25F);
    CHECK(mean_penalty(model, t, {{{0, 1, 3}, 1}}) == doctest::Approx((1.0 + 4.0) / 2));
    CHECK(mean_penalty(model, t, {{{0, 1, 3}, 2}}) == doctest::Approx(4));
}

TEST_CASE("predictor: a symbol repeats at the observed rate, which decays with the horizon")
{
    task const t{.is_text = true, .features = 2, .training = {{0, 0, 0, 1, 1, 1, 0}}};
    last_value model(t);
    std::mt19937_64 random(1);
    auto const p = model.observe(1);
    float const before = p[1];
    CHECK(before == doctest::Approx(5.0 / 8 + 3.0 / 8 / 2));
    CHECK(p[0] + p[1] == doctest::Approx(1));
    CHECK(model.imagine(random)[1] < before);
}
