#include <rondo/model/xtensor.hpp>
#include <rondo/train/softmax_cross_entropy.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace std::string_literals;
using rondo::ignored_target;
using rondo::softmax_cross_entropy;

template <class T>
xt::xtensor<T, 3> random_logits(std::size_t steps, std::size_t rows, std::size_t classes)
{
    std::mt19937 random(7);
    std::normal_distribution<T> normal(T(0), T(3));
    xt::xtensor<T, 3> y = xt::zeros<T>({steps, rows, classes});
    for (T& entry : y) {
        entry = normal(random);
    }
    return y;
}

xt::xtensor<int, 2> some_targets(std::size_t steps, std::size_t rows, std::size_t classes)
{
    xt::xtensor<int, 2> k = xt::zeros<int>({steps, rows});
    int next = 0;
    for (int& entry : k) {
        entry = next++ * 5 % static_cast<int>(classes);
    }
    return k;
}

// The formula, in long double.
template <class T>
double formula(xt::xtensor<T, 3> const& y, xt::xtensor<int, 2> const& k, xt::xtensor<double, 3>& d)
{
    d = xt::zeros<double>(y.shape());
    long double loss = 0;
    long double counted = 0;
    for (int const target : k) {
        counted += target != ignored_target;
    }
    for (std::size_t t = 0; t < y.shape()[0]; ++t) {
        for (std::size_t b = 0; b < y.shape()[1]; ++b) {
            if (k(t, b) == ignored_target) {
                continue;
            }
            long double sum = 0;
            for (std::size_t j = 0; j < y.shape()[2]; ++j) {
                sum += std::exp(static_cast<long double>(y(t, b, j)));
            }
            auto const target = static_cast<std::size_t>(k(t, b));
            loss -= std::log(std::exp(static_cast<long double>(y(t, b, target))) / sum) / counted;
            for (std::size_t j = 0; j < y.shape()[2]; ++j) {
                long double const p = std::exp(static_cast<long double>(y(t, b, j))) / sum;
                d(t, b, j) = static_cast<double>((p - (j == target)) / counted);
            }
        }
    }
    return static_cast<double>(loss);
}

template <class Logits, class Targets>
std::string refusal(Logits const& y, Targets const& k)
{
    xt::xtensor<float, 3> gradient = xt::ones<float>({1, 1, 1});
    try {
        softmax_cross_entropy(y, k, gradient);
    } catch (std::invalid_argument const& e) {
        CHECK(gradient.shape()[2] == 1);
        CHECK(gradient(0, 0, 0) == 1);
        return e.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE_TEMPLATE("cross-entropy is the formula, for any number of classes", T, float, double)
{
    double const tolerance = 8 * std::numeric_limits<T>::epsilon();
    // Less than a vector, full vectors, full vectors and a tail, more than a block of 64 vectors.
    for (std::size_t const classes : {1U, 2U, 3U, 7U, 8U, 15U, 16U, 17U, 33U, 67U, 1024U, 1031U, 3001U}) {
        CAPTURE(classes);
        auto const y = random_logits<T>(3, 2, classes);
        auto k = some_targets(3, 2, classes);
        k(1, 0) = static_cast<int>(classes) - 1;
        xt::xtensor<double, 3> expected;
        double const loss = formula(y, k, expected);
        xt::xtensor<T, 3> gradient;
        CHECK(softmax_cross_entropy(y, k, gradient) == doctest::Approx(loss).epsilon(tolerance));
        CHECK(softmax_cross_entropy(y, k) == doctest::Approx(loss).epsilon(tolerance));
        REQUIRE(gradient.shape() == y.shape());
        double largest = 0;
        for (std::size_t i = 0; i < y.size(); ++i) {
            largest = std::max(largest, std::abs(gradient.data()[i] - expected.data()[i]));
        }
        CHECK(largest <= tolerance);
    }
}

TEST_CASE("the gradient is the central difference of the loss")
{
    auto y = random_logits<double>(2, 3, 11);
    auto k = some_targets(2, 3, 11);
    k(0, 2) = ignored_target;
    xt::xtensor<double, 3> gradient;
    softmax_cross_entropy(y, k, gradient);
    double const step = 1e-5;
    for (std::size_t i = 0; i < y.size(); ++i) {
        double const middle = y.data()[i];
        y.data()[i] = middle + step;
        double const above = softmax_cross_entropy(y, k);
        y.data()[i] = middle - step;
        double const below = softmax_cross_entropy(y, k);
        y.data()[i] = middle;
        CHECK(std::abs(gradient.data()[i] - (above - below) / (2 * step)) < 1e-10);
    }
}

TEST_CASE("equal logits cost the logarithm of the number of classes")
{
    xt::xtensor<float, 3> const y = xt::ones<float>({4, 1, 10});
    xt::xtensor<int, 2> const k = xt::zeros<int>({4, 1});
    CHECK(softmax_cross_entropy(y, k) == doctest::Approx(std::log(10.0)));
}

TEST_CASE_TEMPLATE("huge logits do not overflow, and minus infinity excludes a class", T, float, double)
{
    T const huge = std::numeric_limits<T>::max() / 4;
    T const infinity = std::numeric_limits<T>::infinity();
    xt::xtensor<T, 3> y = xt::zeros<T>({1, 1, 19});
    xt::xtensor<int, 2> k = xt::zeros<int>({1, 1});
    xt::xtensor<T, 3> gradient;
    y(0, 0, 4) = huge;
    k(0, 0) = 4;
    CHECK(softmax_cross_entropy(y, k, gradient) == 0);
    for (T const g : gradient) {
        CHECK(g == 0);
    }
    k(0, 0) = 18;
    CHECK(softmax_cross_entropy(y, k, gradient) == doctest::Approx(huge));
    CHECK(gradient(0, 0, 4) == 1);
    CHECK(gradient(0, 0, 18) == -1);

    y.fill(-infinity);
    y(0, 0, 3) = y(0, 0, 18) = -huge;
    CHECK(softmax_cross_entropy(y, k, gradient) == doctest::Approx(std::log(2)));
    CHECK(gradient(0, 0, 0) == 0);
    CHECK(gradient(0, 0, 3) == doctest::Approx(0.5));
    CHECK(gradient(0, 0, 18) == doctest::Approx(-0.5));
}

TEST_CASE_TEMPLATE("a logit that is NaN or infinite makes the loss not finite", T, float, double)
{
    xt::xtensor<int, 2> const k = xt::zeros<int>({1, 1});
    for (std::size_t const classes : {3U, 16U, 37U}) {
        for (std::size_t j = 0; j < classes; ++j) {
            for (T const bad : {std::numeric_limits<T>::quiet_NaN(), std::numeric_limits<T>::infinity()}) {
                auto y = random_logits<T>(1, 1, classes);
                y(0, 0, j) = bad;
                CHECK(std::isnan(softmax_cross_entropy(y, k)));
            }
        }
    }
}

TEST_CASE("ignored targets do not count in mean and gradient")
{
    auto const y = random_logits<double>(3, 2, 5);
    auto k = some_targets(3, 2, 5);
    k(1, 1) = k(2, 0) = ignored_target;
    xt::xtensor<double, 3> expected;
    xt::xtensor<double, 3> gradient = xt::ones<double>({3, 2, 5});
    CHECK(softmax_cross_entropy(y, k, gradient) == doctest::Approx(formula(y, k, expected)));
    for (std::size_t j = 0; j < 5; ++j) {
        CHECK(gradient(1, 1, j) == 0);
        CHECK(gradient(2, 0, j) == 0);
        CHECK(gradient(2, 1, j) == doctest::Approx(expected(2, 1, j)));
    }

    k.fill(ignored_target);
    gradient.fill(1);
    CHECK(softmax_cross_entropy(y, k, gradient) == 0);
    CHECK(softmax_cross_entropy(y, k) == 0);
    for (double const g : gradient) {
        CHECK(g == 0);
    }
}

TEST_CASE("a gradient of the right size keeps its memory, and may be the logits themselves")
{
    auto y = random_logits<float>(2, 2, 21);
    auto const k = some_targets(2, 2, 21);
    xt::xtensor<float, 3> gradient = xt::zeros<float>({2, 2, 21});
    float const* const before = gradient.data();
    double const loss = softmax_cross_entropy(y, k, gradient);
    CHECK(gradient.data() == before);
    CHECK(softmax_cross_entropy(y, k, y) == loss);
    CHECK(y == gradient);
}

TEST_CASE("logits may be views and of another type, targets of any integer type")
{
    auto const y = random_logits<double>(4, 3, 6);
    auto const k = some_targets(4, 3, 6);
    double const loss = softmax_cross_entropy(y, k);
    xt::xtensor<std::uint8_t, 2> const bytes = k;
    xt::xtensor<char, 2> const characters = k;
    xt::xtensor<std::uint64_t, 2> const words = k;
    CHECK(softmax_cross_entropy(y, bytes) == loss);
    CHECK(softmax_cross_entropy(y, characters) == loss);
    CHECK(softmax_cross_entropy(y, words) == loss);

    xt::xtensor<double, 3, xt::layout_type::column_major> const columns = y;
    CHECK(softmax_cross_entropy(columns, k) == loss);
    xt::xtensor<float, 3> gradient;
    CHECK(softmax_cross_entropy(y, k, gradient) == doctest::Approx(loss).epsilon(1e-6));

    auto const later = xt::view(y, xt::range(1, 3), xt::range(0, 3, 2));
    auto const later_k = xt::view(k, xt::range(1, 3), xt::range(0, 3, 2));
    xt::xtensor<double, 3> const copy = later;
    xt::xtensor<int, 2> const copy_k = later_k;
    CHECK(softmax_cross_entropy(later, later_k) == softmax_cross_entropy(copy, copy_k));
    CHECK(softmax_cross_entropy(xt::xarray<double>(y), xt::xarray<int>(k)) == loss);
}

TEST_CASE("rejects arguments that do not fit, with what was expected, found and where")
{
    xt::xtensor<float, 3> const y = xt::zeros<float>({3, 2, 4});
    xt::xtensor<int, 2> k = xt::zeros<int>({3, 2});
    k(2, 1) = 4;
    CHECK(refusal(y, k) ==
          "rondo: the targets: expected 0 to 3, or -1 to be ignored; found 4 at (time 2, batch 1)"s);
    k(1, 0) = -2;
    CHECK(refusal(y, k) ==
          "rondo: the targets: expected 0 to 3, or -1 to be ignored; found -2 at (time 1, batch 0)"s);
    xt::xtensor<std::uint64_t, 2> huge = xt::zeros<std::uint64_t>({3, 2});
    huge(0, 1) = ~std::uint64_t{0};
    CHECK(refusal(y, huge).ends_with("found 18446744073709551615 at (time 0, batch 1)"));
    xt::xtensor<char, 2> letters = xt::zeros<char>({3, 2});
    letters(0, 0) = 'a';
    CHECK(refusal(y, letters).ends_with("found 97 at (time 0, batch 0)"));

    xt::xtensor<int, 2> const turned = xt::zeros<int>({2, 3});
    CHECK(refusal(y, turned) == "rondo: the targets: expected shape (time = 3, batch = 2); found (2, 3)"s);
    xt::xtensor<int, 2> const wide = xt::zeros<int>({3, 3});
    CHECK(refusal(y, wide).ends_with("found (3, 3)"));
    CHECK(refusal(y, xt::xarray<int>(xt::zeros<int>({6}))).ends_with("found (6)"));

    xt::xtensor<float, 3> const none = xt::zeros<float>({3, 2, 0});
    CHECK(refusal(none, k).ends_with("no extent of 0; found (3, 2, 0)"));
    CHECK(refusal(xt::xarray<float>(xt::zeros<float>({3, 2})), k) ==
          "rondo: the logits: expected shape (time, batch, classes), no extent of 0; found (3, 2)"s);
}

TEST_CASE("with lengths, padding does not count and is not read")
{
    std::vector<int> const lengths{2, 4, 1};
    auto y = random_logits<double>(4, 3, 5);
    auto k = some_targets(4, 3, 5);
    auto ignoring = k;
    for (std::size_t b = 0; b < 3; ++b) {
        for (auto t = static_cast<std::size_t>(lengths[b]); t < 4; ++t) {
            ignoring(t, b) = static_cast<int>(ignored_target);
            k(t, b) = 99;  // no class
            xt::view(y, t, b).fill(std::nan(""));
        }
    }
    xt::xtensor<double, 3> expected;
    xt::xtensor<double, 3> gradient;
    double const loss = softmax_cross_entropy(y, ignoring, expected);
    CHECK(softmax_cross_entropy(y, k, gradient, {.lengths = lengths}) == loss);
    CHECK(softmax_cross_entropy(y, k, {.lengths = lengths}) == loss);
    CHECK(gradient == expected);
    CHECK_THROWS_WITH_AS(softmax_cross_entropy(y, k, {.lengths = std::vector{2, 4}}),
                         "rondo: the lengths: expected 3 numbers, one for each sequence of the batch; "
                         "found 2",
                         std::invalid_argument);
}

TEST_CASE("masked targets count no more than ignored ones, and are not read")
{
    auto const y = random_logits<double>(3, 2, 5);
    xt::xtensor<int, 2> const k{{0, 99}, {4, 2}, {-7, 1}};
    xt::xtensor<bool, 2> const mask{{true, false}, {true, true}, {false, true}};
    xt::xtensor<int, 2> ignoring = k;
    ignoring(0, 1) = ignoring(2, 0) = ignored_target;
    xt::xtensor<double, 3> expected;
    xt::xtensor<double, 3> gradient;
    double const loss = softmax_cross_entropy(y, ignoring, expected);
    CHECK(softmax_cross_entropy(y, k, gradient, {.mask = mask}) == loss);
    CHECK(gradient == expected);
    CHECK(softmax_cross_entropy(y, k, {.mask = mask}) == loss);
    CHECK_THROWS_AS(softmax_cross_entropy(y, k, gradient, {.mask = xt::xtensor<bool, 2>{{true}}}),
                    rondo::input_error);
}
