#include <sequence_models/evaluation.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace sequence_models;

namespace {

/// Predicts one more at every step, and draws: one more or one less than that.
class counter final : public predictor {
   public:
    void begin() override { at_ = 0; }
    std::span<float const> observe(float value) override { return expect(value + 1); }
    std::span<float const> imagine(std::mt19937_64& random) override
    {
        return expect(at_ + 1 + (random() % 2 == 0 ? 1.0F : -1.0F));
    }
    bool draws() const override { return true; }
    void save() override { saved_ = at_; }
    void restore() override { at_ = saved_; }

   private:
    std::span<float const> expect(float value)
    {
        at_ = value;
        return {&at_, 1};
    }
    float at_ = 0;
    float saved_ = 0;
};

}  // namespace

TEST_CASE("evaluation: scores by horizon")
{
    task t{.unit = 10};
    t.held_out = {{{0, 2, 4, 6, 8, 10}, 2}};
    last_value model(t);
    auto const scores = score_by_horizon(model, t, {.horizon = 3});
    CHECK(scores[0] == doctest::Approx(20));
    CHECK(scores[1] == doctest::Approx(40));
    CHECK(scores[2] == doctest::Approx(60));
    CHECK_THROWS_WITH_AS(score_by_horizon(model, t, {.horizon = 5}),
                         "the horizon: expected at most the 4 steps that are held out, found 5",
                         std::invalid_argument);
}

TEST_CASE("evaluation: averages samples, which start from one state")
{
    task t{};
    t.held_out = {{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 1}};
    counter model;
    auto const scores = score_by_horizon(model, t, {.horizon = 4, .paths = 4000});
    CHECK(scores[0] == 0);
    for (std::size_t h = 1; h < 4; ++h) {
        CHECK(scores[h] < 0.1);  // the mean of 4000 steps of one has a deviation of 0.03
    }
}
