#include <rondo/train/adam.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace adam_test {

namespace {

using rondo::adam;
using rondo::adam_settings;

// Five steps of the paper's formula, with a gradient that depends on the entry and the step.
template <class T>
void compare_with_formula(adam_settings const& s, std::size_t size)
{
    adam<T> optimizer(s);
    std::vector<T> p(size);
    std::vector<T> g(size);
    std::vector<double> expected(size);
    std::vector<double> mean(size);
    std::vector<double> square(size);
    for (std::size_t i = 0; i < size; ++i) {
        p[i] = T(1) - T(0.125) * static_cast<T>(i);
        expected[i] = static_cast<double>(p[i]);
    }
    for (int t = 1; t <= 5; ++t) {
        for (std::size_t i = 0; i < size; ++i) {
            double const x = std::sin(3.0 * t + static_cast<double>(i));
            g[i] = static_cast<T>(x);
            mean[i] = s.beta1 * mean[i] + (1 - s.beta1) * x;
            square[i] = s.beta2 * square[i] + (1 - s.beta2) * x * x;
            double const m = mean[i] / (1 - std::pow(s.beta1, t));
            double const v = square[i] / (1 - std::pow(s.beta2, t));
            expected[i] *= 1 - s.rate * s.weight_decay;
            expected[i] -= s.rate * m / (std::sqrt(v) + s.epsilon);
        }
        optimizer.update(p, g);
    }
    CHECK(optimizer.steps() == 5);
    for (std::size_t i = 0; i < size; ++i) {
        CHECK(std::abs(static_cast<double>(p[i]) - expected[i]) <
              32 * static_cast<double>(std::numeric_limits<T>::epsilon()));
    }
}

}  // namespace

TEST_CASE_TEMPLATE("adam follows the paper, for any number of parameters", T, float, double)
{
    for (std::size_t const size : {0U, 1U, 7U, 8U, 16U, 37U}) {
        compare_with_formula<T>({}, size);
        compare_with_formula<T>({.rate = 0.1, .beta1 = 0.5, .beta2 = 0.75, .epsilon = 1e-3}, size);
        compare_with_formula<T>({.rate = 0.1, .weight_decay = 0.1}, size);
        compare_with_formula<T>({.rate = 0.01, .beta1 = 0, .beta2 = 0}, size);
    }
}

TEST_CASE("the first step of adam has the size of the rate, for any size of the gradient")
{
    std::vector<double> p{1, 1, 1};
    adam<double> optimizer{{.rate = 0.25}};
    optimizer.update(p, std::vector<double>{1e-3, -1e3, 0});
    CHECK(p[0] == doctest::Approx(0.75).epsilon(1e-4));
    CHECK(p[1] == doctest::Approx(1.25));
    CHECK(p[2] == 1);
}

TEST_CASE("two steps of adam by hand")
{
    std::vector<double> p{0};
    adam<double> optimizer{{.rate = 1, .beta1 = 0.5, .beta2 = 0.75, .epsilon = 1e-12}};
    optimizer.update(p, std::vector<double>{1});  // m = 1/2, v = 1/4: a step of 1
    CHECK(p[0] == doctest::Approx(-1));
    optimizer.update(p, std::vector<double>{-1});  // m = -1/4, v = 7/16: -1/3 over 1
    CHECK(p[0] == doctest::Approx(-2.0 / 3));
}

TEST_CASE("decay shrinks parameters that have no gradient")
{
    std::vector<float> p(21, 2.0F);
    adam<float> optimizer{{.rate = 0.5, .weight_decay = 0.5}};
    optimizer.update(p, std::vector<float>(21));
    CHECK(p == std::vector<float>(21, 1.5F));
}

TEST_CASE("the rate of adam can be changed between steps")
{
    adam<double> optimizer;
    std::vector<double> p{1};
    optimizer.set_rate(0.5);
    CHECK(optimizer.settings().rate == 0.5);
    optimizer.update(p, std::vector<double>{3});
    CHECK(p[0] == doctest::Approx(0.5));
    CHECK_THROWS_AS(optimizer.set_rate(-1), std::invalid_argument);
    CHECK(optimizer.settings().rate == 0.5);
}

TEST_CASE("reset clears the means, the steps and the number of parameters")
{
    adam<double> optimizer{{.rate = 0.5}};
    std::vector<double> p{1};
    optimizer.update(p, std::vector<double>{2});
    std::vector<double> two{1, 1};
    CHECK_THROWS_AS(optimizer.update(two, std::vector<double>{2, 2}), std::invalid_argument);
    CHECK_THROWS_AS(optimizer.update(p, std::vector<double>{2, 2}), std::invalid_argument);
    CHECK(optimizer.steps() == 1);
    CHECK(two == std::vector<double>{1, 1});
    optimizer.reset();
    CHECK(optimizer.steps() == 0);
    optimizer.update(two, std::vector<double>{-2, 2});
    CHECK(two[0] == doctest::Approx(1.5));
    CHECK(two[1] == doctest::Approx(0.5));
}

TEST_CASE("adam leaves entries between parameters zero")
{
    adam<float> optimizer{{.weight_decay = 0.1}};
    std::vector<float> p(37);
    optimizer.update(p, std::vector<float>(37));
    CHECK(p == std::vector<float>(37));
}

TEST_CASE_TEMPLATE("gradients that are not finite are rejected before anything changes", T, float, double)
{
    std::vector<T> p(37, T(1));
    std::vector<T> g(37, T(0.5));
    adam<T> optimizer;
    optimizer.update(p, g);
    std::vector<T> const before = p;
    g[30] = std::numeric_limits<T>::quiet_NaN();
    CHECK_THROWS_AS(optimizer.update(p, g), rondo::input_error);
    CHECK_THROWS_WITH(optimizer.update(p, g),
                      "rondo: adam: the gradients: expected finite numbers; found nan at entry 30");
    CHECK(p == before);
    CHECK(optimizer.steps() == 1);
    g[30] = T(0.5);
    optimizer.update(p, g);
    CHECK(p == std::vector<T>(37, p[0]));  // no mean is NaN

    adam<T> unchecked{{.check_gradients = false}};
    g[30] = std::numeric_limits<T>::quiet_NaN();
    unchecked.update(p, g);
    CHECK(std::isnan(p[30]));
    CHECK(std::isfinite(p[29]));
    optimizer.reset();
    CHECK_THROWS_AS(optimizer.update(p, g), rondo::input_error);
    std::vector<T> two(2);
    CHECK_NOTHROW(optimizer.update(two, std::vector<T>(2)));  // the refused call has not set the number
}

TEST_CASE_TEMPLATE("a parameter moves again after a gradient whose square overflows", T, float, double)
{
    T const huge = std::numeric_limits<T>::max() / 4;
    std::vector<T> p{0, 0, 0};
    adam<T> optimizer{{.rate = 0.25, .beta1 = 0.5, .beta2 = 0.75}};
    optimizer.update(p, std::vector<T>{huge, -huge, 0});
    CHECK(p[0] == doctest::Approx(-0.25));  // the first step has the size of the rate
    CHECK(p[1] == doctest::Approx(0.25));
    T const after_first = p[0];
    for (int i = 0; i < 6000; ++i) {
        optimizer.update(p, std::vector<T>{1, -1, 0});
    }
    CHECK(p[0] < after_first - 100);
    CHECK(p[1] > 100);
    CHECK(p[2] == 0);
}

TEST_CASE_TEMPLATE("means that decay end at zero, not as subnormal numbers", T, float, double)
{
    std::vector<T> p(21);
    adam<T> optimizer{{.rate = 1, .beta1 = 0.9, .beta2 = 0.9}};
    optimizer.update(p, std::vector<T>(21, T(1)));
    for (int i = 0; i < 10'000; ++i) {
        optimizer.update(p, std::vector<T>(21));
    }
    p.assign(21, T(0));
    optimizer.update(p, std::vector<T>(21));
    CHECK(p == std::vector<T>(21));
    CHECK(!rondo::flush_denormals::is_on());
}

TEST_CASE("settings of adam out of range are rejected")
{
    double const infinity = std::numeric_limits<double>::infinity();
    double const nan = std::numeric_limits<double>::quiet_NaN();
    for (adam_settings const& s : {
             adam_settings{.rate = 0},
             adam_settings{.rate = infinity},
             adam_settings{.rate = nan},
             adam_settings{.beta1 = -0.1},
             adam_settings{.beta1 = 1},
             adam_settings{.beta1 = nan},
             adam_settings{.beta2 = -0.1},
             adam_settings{.beta2 = 1},
             adam_settings{.beta2 = nan},
             adam_settings{.epsilon = 0},
             adam_settings{.epsilon = 1e-60},  // zero in float
             adam_settings{.epsilon = infinity},
             adam_settings{.epsilon = nan},
             adam_settings{.weight_decay = -1},
             adam_settings{.weight_decay = infinity},
             adam_settings{.weight_decay = nan},
         }) {
        CHECK_THROWS_AS(adam<float>{s}, std::invalid_argument);
    }
    CHECK_NOTHROW(adam<double>(adam_settings{.epsilon = 1e-60}));
    CHECK_THROWS_WITH(adam<float>(adam_settings{.beta2 = 1}),
                      "rondo: adam: beta2: expected a number in [0, 1); found 1");
}

}  // namespace adam_test
