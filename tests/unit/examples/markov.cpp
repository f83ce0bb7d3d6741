#include <sequence_models/markov.hpp>

#include <doctest/doctest.h>

#include <numeric>
#include <random>
#include <stdexcept>

using namespace sequence_models;

TEST_CASE("markov: probabilities of seen and unseen transitions")
{
    // After 0 always 1; after 1 as often 0 as 2; after 2 always 0.
    task const t{.is_text = true, .features = 3, .training = {{0, 1, 2, 0, 1, 0, 1, 2, 0, 1, 0}}};
    markov chain(t, 1);
    std::mt19937_64 random(1);
    auto p = chain.observe(0);
    CHECK(p[1] > 0.7F);
    CHECK(p[0] > 0);
    CHECK(p[0] + p[1] + p[2] == doctest::Approx(1));
    p = chain.observe(1);
    CHECK(p[0] == doctest::Approx(p[2]).epsilon(0.3));

    chain.observe(0);
    chain.save();
    p = chain.imagine(random);  // two steps after 0
    CHECK(std::accumulate(p.begin(), p.end(), 0.0F) == doctest::Approx(1));
    CHECK(p[1] < 0.3F);
    for (int i = 0; i < 100; ++i)
        p = chain.imagine(random);
    float const stationary = p[0];
    CHECK(chain.imagine(random)[0] == doctest::Approx(stationary));
    chain.restore();
    CHECK(chain.imagine(random)[1] < 0.3F);
}

TEST_CASE("markov: the mean of the next bin")
{
    task const t{.training = {{-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1}}};
    markov chain(t, 2);
    CHECK(chain.observe(-1)[0] > 0.7F);
    CHECK(chain.observe(5)[0] < -0.7F);
    CHECK_THROWS_AS(markov(t, 0), std::invalid_argument);
}
