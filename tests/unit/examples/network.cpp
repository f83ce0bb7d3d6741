#include <sequence_models/evaluation.hpp>
#include <sequence_models/network.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

using namespace sequence_models;

namespace {

/// Waves of a period of seven steps.
task waves()
{
    std::vector<double> series;
    for (int i = 0; i < 200; ++i)
        series.push_back(std::sin(i * 0.9));
    return task_of(series, 0.3);
}

}  // namespace

TEST_CASE("network: training sequences")
{
    task t{.training = {{0, 1, 2, 3, 4, 5, 6}, {7, 8}, {9, 10, 11, 12}}};
    CHECK(parts_of(t, 3) == std::vector<observations>{{0, 1, 2, 3}, {3, 4, 5, 6}, {9, 10, 11, 12}});
    CHECK(parts_of(t, 0).front() == observations{0, 1});
    minibatch const two(t, 3, std::vector<observations>{{0, 1, 2, 3}, {9, 10, 11, 12}});
    CHECK(two.inputs(2, 1, 0) == 11);
    CHECK(two.numbers(2, 1, 0) == 12);
    CHECK(two.symbols(0, 0) == 1);
}

TEST_CASE("network: an autoregressive model of order two learns a sine wave and continues it")
{
    task const t = waves();
    network<autoregressive<2>> model(t, {.passes = 2000, .rate = 0.02});
    CHECK(model.parameters() == 3);
    auto const scores = score_by_horizon(model, t, {.horizon = 10});
    CHECK(scores[0] < 0.02);
    CHECK(scores[9] < 0.2);
}

TEST_CASE("network: a model with a hidden state learns it as well, full and truncated")
{
    task const t = waves();
    for (std::size_t const truncation : {0U, 9U}) {
        CAPTURE(truncation);
        network<rondo::read_out<rondo::elman<>, output>> model(
            t, {.hidden = 6, .truncation = truncation, .passes = 200, .rate = 0.02});
        CHECK(score_by_horizon(model, t, {.horizon = 1})[0] < 0.2);
    }
}

TEST_CASE("network: learns the order of symbols, and samples follow it")
{
    task t{.is_text = true, .features = 3};
    for (int i = 0; i < 300; ++i) {
        if (i == 0) t.training.emplace_back();
        t.training[0].push_back(static_cast<float>(i % 3));
    }
    t.validation = {{t.training[0], 1}};
    t.held_out = t.validation;
    network<autoregressive<2>> model(t, {.length = 20, .batch = 4, .passes = 60, .rate = 0.05});
    auto const scores = score_by_horizon(model, t, {.horizon = 5, .every = 40});
    CHECK(scores[0] < 0.2);
    CHECK(scores[4] < 1);
    CHECK(model.draws());
}
