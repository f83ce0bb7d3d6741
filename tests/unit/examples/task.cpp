#include <sequence_models/task.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sequence_models;

TEST_CASE("task: a series is standardised by its training data, and split in time")
{
    std::vector<double> series(100, 3.0);
    for (std::size_t i = 0; i < series.size(); ++i)
        series[i] += i % 2 == 0 ? 2 : -2;
    series[99] = 1000;  // held out, so it must not affect the unit
    task const t = task_of(series, 0.3);
    CHECK(t.unit == doctest::Approx(2));
    REQUIRE(t.training.size() == 1);
    CHECK(t.training[0].size() == 56);  // four fifths of 70
    CHECK(t.training[0][0] == doctest::Approx(1));
    CHECK(t.validation[0].values.size() == 70);
    CHECK(t.validation[0].first == 56);
    CHECK(t.held_out[0].values.size() == 100);
    CHECK(t.held_out[0].first == 70);
    CHECK(t.score(0.25) == doctest::Approx(1));  // half a deviation of two
    CHECK_THROWS_AS(task_of({1, 2}, 0.3), std::invalid_argument);
    CHECK_THROWS_AS(task_of(std::vector<double>(50, 1.0), 0.3), std::invalid_argument);
}

TEST_CASE("task: numbers and symbols as vectors, and the penalty of a prediction")
{
    task const series{};
    std::vector<float> one(1);
    series.encode(0.5F, one);
    CHECK(one[0] == 0.5F);
    CHECK(series.penalty(one, 2) == doctest::Approx(2.25));

    task const text{.is_text = true, .features = 3};
    std::vector<float> three(3);
    text.encode(2, three);
    CHECK(three == std::vector<float>{0, 0, 1});
    text.expect(std::vector<float>{0, std::log(2.0F), 0}, three);
    CHECK(three[0] == doctest::Approx(0.25));
    CHECK(three[1] == doctest::Approx(0.5));
    CHECK(text.penalty(three, 0) == doctest::Approx(2));
    CHECK(text.score(2) == 2);
}

TEST_CASE("task: a text gives training runs up to the limit, and whole held-out blocks")
{
    std::u32string text;
    for (int i = 0; i < 40'000; ++i)
        text += i % 3 == 0 ? U'a' : U'b';
    auto const corpus = shared::split(text, "f");
    task const all = task_of(corpus, 1'000'000);
    CHECK(all.features == 2);
    CHECK(all.training.size() == corpus.training.size());
    CHECK(all.held_out.size() == 2);
    CHECK(all.held_out[1].values.size() == shared::corpus::block_length);
    task const some = task_of(corpus, 20'000);
    std::size_t count = some.validation[0].values.size();
    for (auto const& run : some.training)
        count += run.size();
    CHECK(count == 20'000);
    CHECK(some.validation[0].values.size() == 3600);  // a fifth of the longest run
}
