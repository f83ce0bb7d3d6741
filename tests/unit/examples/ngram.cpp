#include <characters/ngram.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

using characters::ngram;
using characters::run;
using characters::smoothing;

namespace {

constexpr std::array both{smoothing::kneser_ney, smoothing::witten_bell};

// A text in which what follows depends on the two symbols before, most of the time.
std::vector<run> random_runs(unsigned seed, int vocabulary, std::size_t runs, std::size_t length)
{
    std::mt19937 random(seed);
    std::vector<run> result(runs);
    for (auto& symbols : result) {
        symbols = {0, 0};
        while (symbols.size() < length) {
            auto const last = symbols.end()[-1] + 2 * symbols.end()[-2];
            auto const free = static_cast<int>(random() % static_cast<unsigned>(vocabulary));
            symbols.push_back(random() % 4 == 0 ? free : (last + 1) % vocabulary);
        }
    }
    return result;
}

double sum(ngram const& model, run const& context)
{
    double total = 0;
    for (int symbol = 0; symbol < model.vocabulary(); ++symbol) {
        auto const probability = model.probability(symbol, context);
        CHECK(probability > 0);
        total += probability;
    }
    return total;
}

}  // namespace

TEST_CASE("ngram: probabilities are positive and sum to one after every context")
{
    constexpr unsigned seed = 7;
    CAPTURE(seed);
    constexpr int vocabulary = 7;  // the text has 6 of them: the last is never seen
    auto const runs = random_runs(seed, vocabulary - 1, 3, 120);
    for (auto const method : both) {
        for (int order = 1; order <= 5; ++order) {
            CAPTURE(order);
            ngram const model(runs, order, vocabulary, method);
            std::vector<run> contexts{{}};
            for (std::size_t k = 0; k < contexts.size() && contexts[k].size() < 4; ++k) {
                for (int symbol = 0; symbol < vocabulary; symbol += 2) {
                    auto longer = contexts[k];
                    longer.push_back(symbol);
                    contexts.push_back(longer);
                }
            }
            for (auto const& symbols : runs)
                contexts.emplace_back(symbols.begin(), symbols.begin() + 40);
            // The rounding of 18 terms adds up to a few units of 1e-16.
            for (auto const& context : contexts) {
                CHECK(sum(model, context) == doctest::Approx(1).epsilon(1e-14));
            }
        }
    }
}

TEST_CASE("ngram: only the last order - 1 symbols matter")
{
    auto const runs = random_runs(3, 5, 2, 200);
    ngram const model(runs, 3, 5, smoothing::kneser_ney);
    CHECK(model.probability(1, run{4, 4, 2, 3}) == model.probability(1, run{2, 3}));
    CHECK(model.probability(1, run{2, 3}) != model.probability(1, run{3}));
}

TEST_CASE("ngram: Witten-Bell by hand")
{
    // 0 0 1 0 0 1: after 0 comes 0 twice and 1 twice, 1 is followed by 0 once. Before the run is
    // a symbol of its own, so 0 occurs after three different ones (it, 0, 1) and 1 after one (0).
    ngram const model({{0, 0, 1, 0, 0, 1}}, 2, 3, smoothing::witten_bell);
    auto const first = [](double count) { return count / 6 + 2.0 / 6 / 3; };  // 4 in all, 2 kinds
    CHECK(model.probability(0, {}) == doctest::Approx(first(3)));
    CHECK(model.probability(1, {}) == doctest::Approx(first(1)));
    CHECK(model.probability(2, {}) == doctest::Approx(first(0)));
    CHECK(model.probability(1, run{0}) == doctest::Approx(2.0 / 6 + 2.0 / 6 * first(1)));
    CHECK(model.probability(0, run{1}) == doctest::Approx(1.0 / 2 + 1.0 / 2 * first(3)));
    CHECK(model.probability(0, run{2}) == doctest::Approx(first(3)));  // a context never seen
}

TEST_CASE("ngram: modified Kneser-Ney by hand")
{
    // Counts 1, 2, 1, 3, 4, 1, 2: n1 = 3, n2 = 2, n3 = 1, n4 = 1, so with y = 3 / (3 + 2 * 2) the
    // discounts are 1 - 2 y 2/3, 2 - 3 y 1/2, 3 - 4 y 1/1 (Chen & Goodman 1998, equation 26).
    run text;
    std::array const counts{1, 2, 1, 3, 4, 1, 2};
    for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
        text.insert(text.end(), static_cast<std::size_t>(counts[symbol]), static_cast<int>(symbol));
    }
    ngram const model({text}, 1, 8, smoothing::kneser_ney);
    constexpr double y = 3.0 / 7;
    constexpr std::array discounts{1 - 4 * y / 3, 2 - 3 * y / 2, 3 - 4 * y};
    auto const reserve = (3 * discounts[0] + 2 * discounts[1] + 2 * discounts[2]) / 14;
    CHECK(model.probability(7, {}) == doctest::Approx(reserve / 8));
    CHECK(model.probability(0, {}) == doctest::Approx((1 - discounts[0]) / 14 + reserve / 8));
    CHECK(model.probability(1, {}) == doctest::Approx((2 - discounts[1]) / 14 + reserve / 8));
    CHECK(model.probability(4, {}) == doctest::Approx((4 - discounts[2]) / 14 + reserve / 8));
}

TEST_CASE("ngram: no context spans two runs")
{
    // 1 is never seen after 0 within a run, only across the two.
    ngram const model({{0, 0, 0, 0}, {1, 1, 1, 1}}, 2, 2, smoothing::witten_bell);
    CHECK(model.probability(0, run{0}) > 0.8);
    CHECK(model.probability(1, run{1}) > 0.8);
}

TEST_CASE("ngram: bits per character are the mean over all symbols except the first of each run")
{
    auto const runs = random_runs(11, 4, 2, 100);
    std::vector<run> const held_out{{0, 1, 2}, {3, 1}, {2}, {}};
    for (auto const method : both) {
        ngram const model(runs, 3, 4, method);
        auto const product =
            model.probability(1, run{0}) * model.probability(2, run{0, 1}) * model.probability(1, run{3});
        CHECK(model.bits_per_character(held_out) == doctest::Approx(-std::log2(product) / 3));
    }
}

TEST_CASE("ngram: a longer context predicts better if the text depends on it")
{
    constexpr unsigned seed = 5;
    CAPTURE(seed);
    auto const runs = random_runs(seed, 6, 2, 3'000);
    auto const held_out = random_runs(seed + 1, 6, 1, 1'000);
    // Each symbol is the rule's with probability 3/4 + 1/4 1/6 = 19/24, each other one 1/24.
    auto const entropy = -(19.0 / 24 * std::log2(19.0 / 24) + 5.0 / 24 * std::log2(1.0 / 24));
    for (auto const method : both) {
        auto const bits = [&](int order) {
            return ngram(runs, order, 6, method).bits_per_character(held_out);
        };
        CHECK(bits(1) > bits(2));
        CHECK(bits(2) > bits(3) + 0.5);
        CHECK(bits(3) == doctest::Approx(entropy).epsilon(0.05));
        CHECK(bits(5) < bits(3) + 0.25);  // overfits, but smoothing limits that
    }
}

TEST_CASE("ngram: rejects invalid arguments")
{
    std::vector<run> const runs{{0, 1, 0}};
    auto const method = smoothing::kneser_ney;
    CHECK_THROWS_AS(ngram(runs, 0, 2, method), std::invalid_argument);
    CHECK_THROWS_AS(ngram(runs, 2, 0, method), std::invalid_argument);
    CHECK_THROWS_WITH_AS(ngram(runs, 2, 1, method), "ngram: expected a symbol from 0 to 0, found 1",
                         std::invalid_argument);
    ngram const model(runs, 2, 2, method);
    CHECK_THROWS_AS(model.probability(2, {}), std::invalid_argument);
    CHECK_THROWS_AS(model.probability(-1, {}), std::invalid_argument);
    CHECK_THROWS_AS(model.bits_per_character({}), std::invalid_argument);
    CHECK_THROWS_AS(model.bits_per_character({{1}}), std::invalid_argument);
    // Without training all symbols are equally likely.
    CHECK(ngram({}, 3, 4, method).probability(2, run{1, 0}) == 0.25);
}
