#include <rondo/train/sgd.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace sgd_test {

namespace {

using rondo::sgd;
using rondo::sgd_settings;

// Three steps of the documented formula, with the gradient 2 p + i of entry i.
template <class T>
void compare_with_formula(sgd_settings const& s, std::size_t size)
{
    sgd<T> optimizer(s);
    std::vector<T> p(size);
    std::vector<T> g(size);
    std::vector<double> expected(size);
    std::vector<double> velocity(size);
    for (std::size_t i = 0; i < size; ++i) {
        p[i] = T(1) - T(0.125) * static_cast<T>(i);
        expected[i] = static_cast<double>(p[i]);
    }
    for (int step = 0; step < 3; ++step) {
        for (std::size_t i = 0; i < size; ++i) {
            g[i] = 2 * p[i] + static_cast<T>(i);
            double const gradient = 2 * expected[i] + static_cast<double>(i) + s.weight_decay * expected[i];
            velocity[i] = s.momentum * velocity[i] + gradient;
            expected[i] -= s.rate * (s.nesterov ? gradient + s.momentum * velocity[i] : velocity[i]);
        }
        optimizer.update(p, g);
    }
    for (std::size_t i = 0; i < size; ++i) {
        CHECK(p[i] == doctest::Approx(expected[i]).epsilon(16 * std::numeric_limits<T>::epsilon()));
    }
}

}  // namespace

TEST_CASE_TEMPLATE("sgd follows its formula, for any number of parameters", T, float, double)
{
    for (std::size_t const size : {0U, 1U, 7U, 8U, 16U, 37U}) {
        compare_with_formula<T>({.rate = 0.1}, size);
        compare_with_formula<T>({.rate = 0.1, .weight_decay = 0.01}, size);
        compare_with_formula<T>({.rate = 0.1, .momentum = 0.9}, size);
        compare_with_formula<T>({.rate = 0.1, .momentum = 0.9, .weight_decay = 0.01}, size);
        compare_with_formula<T>({.rate = 0.1, .momentum = 0.5, .nesterov = true}, size);
        compare_with_formula<T>({.rate = 0.1, .momentum = 0.5, .nesterov = true, .weight_decay = 0.1}, size);
    }
}

TEST_CASE("two steps of sgd by hand")
{
    std::vector<double> p{1};
    std::vector<double> const g{2};
    sgd<double> optimizer{{.rate = 0.5, .momentum = 0.5}};
    optimizer.update(p, g);  // v = 2
    CHECK(p[0] == 0);
    optimizer.update(p, g);  // v = 3
    CHECK(p[0] == -1.5);

    p[0] = 1;
    sgd<double> nesterov{{.rate = 0.5, .momentum = 0.5, .nesterov = true}};
    nesterov.update(p, g);  // v = 2, step of 2 + 1
    CHECK(p[0] == -0.5);
    nesterov.update(p, g);  // v = 3, step of 2 + 1.5
    CHECK(p[0] == -2.25);
}

TEST_CASE("the rate can be changed between steps")
{
    sgd<double> optimizer{{.rate = 1}};
    std::vector<double> p{1};
    optimizer.set_rate(0.25);
    CHECK(optimizer.settings().rate == 0.25);
    optimizer.update(p, std::vector<double>{2});
    CHECK(p[0] == 0.5);
    CHECK_THROWS_AS(optimizer.set_rate(0), std::invalid_argument);
    CHECK(optimizer.settings().rate == 0.25);
}

TEST_CASE("reset clears the velocity and the number of parameters")
{
    sgd<double> optimizer{{.rate = 0.5, .momentum = 0.5}};
    std::vector<double> p{1};
    std::vector<double> const g{2};
    optimizer.update(p, g);
    std::vector<double> two{1, 1};
    CHECK_THROWS_AS(optimizer.update(two, std::vector<double>{2, 2}), std::invalid_argument);
    CHECK_THROWS_AS(optimizer.update(p, std::vector<double>{2, 2}), std::invalid_argument);
    CHECK(two == std::vector<double>{1, 1});
    CHECK(p[0] == 0);
    optimizer.reset();
    optimizer.update(two, std::vector<double>{2, 4});
    CHECK(two == std::vector<double>{0, -1});

    sgd<double> plain{{.rate = 0.5}};
    plain.update(p, g);
    CHECK_THROWS_AS(plain.update(two, std::vector<double>{2, 2}), std::invalid_argument);
}

TEST_CASE("entries between parameters stay zero")
{
    sgd<float> optimizer{{.rate = 0.1F, .momentum = 0.9, .nesterov = true, .weight_decay = 0.1}};
    std::vector<float> p(37);
    optimizer.update(p, std::vector<float>(37));
    CHECK(p == std::vector<float>(37));
}

TEST_CASE_TEMPLATE("sgd rejects gradients that are not finite before anything changes", T, float, double)
{
    for (double const momentum : {0.0, 0.9}) {
        std::vector<T> p(37, T(1));
        std::vector<T> g(37, T(0.5));
        g[36] = std::numeric_limits<T>::infinity();
        sgd<T> optimizer{{.momentum = momentum}};
        CHECK_THROWS_AS(optimizer.update(p, g), rondo::input_error);
        CHECK_THROWS_WITH(optimizer.update(p, g),
                          "rondo: sgd: the gradients: expected finite numbers; found inf at entry 36");
        CHECK(p == std::vector<T>(37, T(1)));
        g[36] = T(0.5);
        optimizer.update(p, g);
        CHECK(p == std::vector<T>(37, p[0]));

        sgd<T> unchecked{{.momentum = momentum, .check_gradients = false}};
        g[36] = std::numeric_limits<T>::infinity();
        unchecked.update(p, g);
        CHECK(!std::isfinite(p[36]));
        CHECK(std::isfinite(p[35]));
    }
}

TEST_CASE_TEMPLATE("a velocity that decays ends at zero, not as a subnormal number", T, float, double)
{
    std::vector<T> p(21);
    sgd<T> optimizer{{.rate = 1, .momentum = 0.9}};
    optimizer.update(p, std::vector<T>(21, T(1)));
    for (int i = 0; i < 10'000; ++i) {
        optimizer.update(p, std::vector<T>(21));
    }
    p.assign(21, T(0));
    optimizer.update(p, std::vector<T>(21));
    CHECK(p == std::vector<T>(21));
    CHECK(!rondo::flush_denormals::is_on());
}

TEST_CASE("settings of sgd out of range are rejected")
{
    double const infinity = std::numeric_limits<double>::infinity();
    double const nan = std::numeric_limits<double>::quiet_NaN();
    for (sgd_settings const& s : {
             sgd_settings{.rate = 0},
             sgd_settings{.rate = -1},
             sgd_settings{.rate = infinity},
             sgd_settings{.rate = nan},
             sgd_settings{.momentum = -0.1},
             sgd_settings{.momentum = 1},
             sgd_settings{.momentum = nan},
             sgd_settings{.nesterov = true},
             sgd_settings{.weight_decay = -1},
             sgd_settings{.weight_decay = infinity},
             sgd_settings{.weight_decay = nan},
         }) {
        CHECK_THROWS_AS(sgd<float>{s}, std::invalid_argument);
    }
    CHECK_THROWS_WITH(sgd<float>(sgd_settings{.momentum = 1}),
                      "rondo: sgd: momentum: expected a number in [0, 1); found 1");
    CHECK_NOTHROW(sgd<float>{});
}

}  // namespace sgd_test
