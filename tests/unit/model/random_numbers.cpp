#include <rondo/model/random_numbers.hpp>

#include <doctest/doctest.h>

#include <cmath>

using rondo::random_numbers;

TEST_CASE("uniform numbers are the engine's upper bits on every machine")
{
    // The standard gives the 10000th value of this engine: 9981545732273789042.
    random_numbers random(5489);
    for (int i = 1; i < 10000; ++i) {
        random.uniform();
    }
    CHECK(random.uniform() == static_cast<double>(9981545732273789042U >> 11) / 9007199254740992.0);
}

TEST_CASE("uniform numbers are in their range, with its mean and variance")
{
    random_numbers random(1);
    double sum = 0;
    double squares = 0;
    int const n = 100000;
    for (int i = 0; i < n; ++i) {
        double const x = random.uniform(3);
        CHECK_UNARY(x >= -3 && x < 3);
        sum += x;
        squares += x * x;
    }
    CHECK(std::abs(sum / n) < 4 * std::sqrt(3.0 / n));  // the variance is 3, four deviations
    CHECK(squares / n == doctest::Approx(3).epsilon(0.02));
}

TEST_CASE("normal numbers have the moments of the standard normal distribution")
{
    random_numbers random(2);
    double moments[5] = {};
    int const n = 100000;
    int beyond = 0;
    for (int i = 0; i < n; ++i) {
        double const x = random.normal();
        for (int k = 1; k < 5; ++k) {
            moments[k] += std::pow(x, k) / n;
        }
        beyond += std::abs(x) > 1.959964;
    }
    double const deviation = 1 / std::sqrt(static_cast<double>(n));
    CHECK(std::abs(moments[1]) < 4 * deviation);
    CHECK(std::abs(moments[2] - 1) < 4 * std::sqrt(2) * deviation);
    CHECK(std::abs(moments[3]) < 4 * std::sqrt(15) * deviation);
    CHECK(std::abs(moments[4] - 3) < 4 * std::sqrt(96) * deviation);
    CHECK(beyond / static_cast<double>(n) == doctest::Approx(0.05).epsilon(0.06));
}

TEST_CASE("a seed determines the numbers")
{
    random_numbers a(3);
    random_numbers b(3);
    random_numbers c(4);
    CHECK(a.normal() == b.normal());
    CHECK(a.uniform() == b.uniform());
    CHECK(a.uniform() != c.uniform());
}
