#include <rondo/model/xtensor.hpp>
#include <rondo/train/mean_squared_error.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using rondo::input_error;
using rondo::mean_squared_error;

template <class T>
xt::xtensor<T, 3> random_tensor(unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<T> normal;
    xt::xtensor<T, 3> y = xt::zeros<T>({4, 3, 5});
    for (T& entry : y) {
        entry = normal(random);
    }
    return y;
}

}  // namespace

TEST_CASE_TEMPLATE("the mean squared error is the mean of squared differences", T, float, double)
{
    xt::xtensor<T, 3> const y{{{1, 2, 3}}, {{4, 5, 6}}};
    xt::xtensor<T, 3> const wanted{{{1, 1, 1}}, {{4, 5, 9}}};
    xt::xtensor<T, 3> gradient;
    CHECK(mean_squared_error(y, wanted, gradient) == doctest::Approx((0 + 1 + 4 + 0 + 0 + 9) / 6.0));
    CHECK(mean_squared_error(y, wanted) == doctest::Approx(14 / 6.0));
    xt::xtensor<T, 3> const expected{{{0, T(2) / 6, T(4) / 6}}, {{0, 0, -1}}};
    REQUIRE(gradient.shape() == y.shape());
    for (std::size_t i = 0; i < y.size(); ++i) {
        CHECK(gradient.data()[i] == doctest::Approx(expected.data()[i]));
    }
    CHECK(mean_squared_error(y, y, gradient) == 0);
}

TEST_CASE("the gradient of the mean squared error is its central difference")
{
    auto y = random_tensor<double>(1);
    auto const wanted = random_tensor<double>(2);
    xt::xtensor<double, 3> gradient;
    mean_squared_error(y, wanted, gradient);
    double const step = 1e-4;
    for (std::size_t i = 0; i < y.size(); ++i) {
        double const middle = y.data()[i];
        y.data()[i] = middle + step;
        double const above = mean_squared_error(y, wanted);
        y.data()[i] = middle - step;
        double const below = mean_squared_error(y, wanted);
        y.data()[i] = middle;
        CHECK(std::abs(gradient.data()[i] - (above - below) / (2 * step)) < 1e-11);
    }
}

TEST_CASE("squares that overflow a float are added up in double")
{
    xt::xtensor<float, 3> const y = 1e30F * xt::ones<float>({2, 1, 1});
    xt::xtensor<float, 3> const wanted = xt::zeros<float>({2, 1, 1});
    CHECK(mean_squared_error(y, wanted) == doctest::Approx(1e60));
}

TEST_CASE("the gradient keeps its memory and may be an argument; arguments may be views")
{
    auto y = random_tensor<float>(3);
    auto const wanted = random_tensor<float>(4);
    xt::xtensor<float, 3> gradient = xt::zeros<float>(y.shape());
    float const* const before = gradient.data();
    double const loss = mean_squared_error(y, wanted, gradient);
    CHECK(gradient.data() == before);

    auto const part = xt::view(y, xt::all(), xt::range(0, 3, 2));
    auto const wanted_part = xt::view(wanted, xt::all(), xt::range(0, 3, 2));
    xt::xtensor<float, 3> const copy = part;
    xt::xtensor<float, 3> const wanted_copy = wanted_part;
    CHECK(mean_squared_error(part, wanted_part) == mean_squared_error(copy, wanted_copy));
    xt::xtensor<double, 3> wide;
    CHECK(mean_squared_error(y, wanted, wide) == doctest::Approx(loss).epsilon(1e-6));

    CHECK(mean_squared_error(y, wanted, y) == loss);
    CHECK(y == gradient);
}

TEST_CASE("shapes that do not fit are rejected, and the gradient is unchanged")
{
    xt::xtensor<double, 3> const y = xt::zeros<double>({2, 3, 4});
    xt::xtensor<double, 3> const wrong = xt::zeros<double>({2, 3, 5});
    xt::xtensor<double, 3> const short_one = xt::zeros<double>({1, 3, 4});
    xt::xtensor<double, 3> const none = xt::zeros<double>({2, 0, 4});
    xt::xtensor<double, 3> gradient = xt::ones<double>({1, 1, 1});
    auto const refusal = [&](auto const& output, auto const& targets) -> std::string {
        try {
            mean_squared_error(output, targets, gradient);
        } catch (std::invalid_argument const& e) {
            CHECK(gradient(0, 0, 0) == 1);
            return e.what();
        }
        return "accepted";
    };
    CHECK(refusal(y, wrong) ==
          "rondo: the targets: expected shape (time = 2, batch = 3, "
          "features = 4), no extent of 0; found (2, 3, 5)");
    CHECK(refusal(y, short_one).ends_with("found (1, 3, 4)"));
    CHECK(refusal(none, none) ==
          "rondo: the output: expected shape (time, batch, features), no "
          "extent of 0; found (2, 0, 4)");
}

TEST_CASE("with lengths, the mean is over the steps within the lengths, and padding is not read")
{
    auto y = random_tensor<double>(5);
    auto wanted = random_tensor<double>(6);
    std::vector<int> const lengths{4, 1, 2};
    double sum = 0;
    xt::xtensor<double, 3> expected = xt::zeros<double>(y.shape());
    for (std::size_t t = 0; t < 4; ++t) {
        for (std::size_t b = 0; b < 3; ++b) {
            for (std::size_t i = 0; i < 5; ++i) {
                if (static_cast<int>(t) < lengths[b]) {
                    double const off = y(t, b, i) - wanted(t, b, i);
                    sum += off * off;
                    expected(t, b, i) = 2 * off / 35;
                } else {
                    y(t, b, i) = std::nan("");
                    wanted(t, b, i) = std::nan("");
                }
            }
        }
    }
    xt::xtensor<double, 3> gradient;
    CHECK(mean_squared_error(y, wanted, gradient, {.lengths = lengths}) == doctest::Approx(sum / 35));
    CHECK(mean_squared_error(y, wanted, {.lengths = lengths}) == doctest::Approx(sum / 35));
    for (std::size_t i = 0; i < y.size(); ++i) {
        CHECK(gradient.data()[i] == doctest::Approx(expected.data()[i]));
    }
    CHECK_THROWS_WITH_AS(mean_squared_error(y, wanted, {.lengths = std::vector{4, 1, 5}}),
                         "rondo: the lengths: expected 0 to 4 steps; found 5 for batch 2",
                         std::invalid_argument);
    std::vector<int> const all{4, 4, 4};
    auto const full = random_tensor<double>(7);
    CHECK(mean_squared_error(full, expected, {.lengths = all}) == mean_squared_error(full, expected));
}

TEST_CASE("a target that is NaN is rejected, unless it is said to be missing")
{
    auto const y = random_tensor<double>(5);
    auto wanted = random_tensor<double>(6);
    wanted(2, 1, 3) = std::numeric_limits<double>::quiet_NaN();
    xt::xtensor<double, 3> gradient = xt::ones<double>({1, 1, 1});
    CHECK_THROWS_WITH_AS(
        mean_squared_error(y, wanted, gradient),
        "rondo: the targets: expected finite entries, or a mask or nan_is_missing; found nan "
        "at (time 2, batch 1, feature 3)",
        input_error);
    CHECK(gradient.size() == 1);
    double const loss = mean_squared_error(y, wanted, gradient, {.nan_is_missing = true});
    CHECK(gradient(2, 1, 3) == 0);

    xt::xtensor<bool, 3> mask = xt::ones<bool>(y.shape());
    mask(2, 1, 3) = false;
    xt::xtensor<double, 3> masked;
    CHECK(mean_squared_error(y, wanted, masked, {.mask = mask}) == loss);
    CHECK(masked == gradient);
    // The mean is over the entries that count.
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        double const off = mask.data()[i] ? y.data()[i] - wanted.data()[i] : 0;
        sum += off * off;
    }
    auto const n = static_cast<double>(y.size() - 1);
    CHECK(loss == doctest::Approx(sum / n));
    CHECK(gradient(0, 0, 0) == doctest::Approx(2 * (y(0, 0, 0) - wanted(0, 0, 0)) / n));
}

TEST_CASE("a mask of steps holds for all features, and together with lengths")
{
    auto const y = random_tensor<double>(5);
    auto const wanted = random_tensor<double>(6);
    xt::xtensor<int, 2> mask = xt::ones<int>({y.shape()[0], y.shape()[1]});
    mask(0, 0) = 0;
    std::vector<int> const lengths{4, 1, 2};
    xt::xtensor<double, 3> gradient;
    double const loss = mean_squared_error(y, wanted, gradient, {.lengths = lengths, .mask = mask});
    double sum = 0;
    double n = 0;
    for (std::size_t t = 0; t < y.shape()[0]; ++t) {
        for (std::size_t b = 0; b < y.shape()[1]; ++b) {
            bool const counts = static_cast<int>(t) < lengths[b] && mask(t, b) != 0;
            for (std::size_t i = 0; i < y.shape()[2]; ++i) {
                double const off = y(t, b, i) - wanted(t, b, i);
                sum += counts ? off * off : 0;
                n += counts ? 1 : 0;
                CHECK((gradient(t, b, i) != 0) == counts);
            }
        }
    }
    CHECK(loss == doctest::Approx(sum / n));
    mask.fill(0);
    CHECK(mean_squared_error(y, wanted, gradient, {.mask = mask}) == 0);
    CHECK(gradient == xt::xtensor<double, 3>(xt::zeros<double>(y.shape())));
    CHECK_THROWS_AS(mean_squared_error(y, wanted, {.mask = xt::xtensor<int, 2>{{1}}}), input_error);
}

TEST_CASE("an output that is a part of the gradient's memory is not overwritten before it is read")
{
    auto gradient = random_tensor<double>(5);
    auto const wanted = random_tensor<double>(6);
    xt::xtensor<double, 3> const y = xt::view(gradient, xt::range(1, 3));
    xt::xtensor<double, 3> const some = xt::view(wanted, xt::range(0, 2));
    xt::xtensor<double, 3> expected;
    double const loss = mean_squared_error(y, some, expected);
    CHECK(mean_squared_error(xt::view(gradient, xt::range(1, 3)), some, gradient) == loss);
    CHECK(gradient == expected);
}
