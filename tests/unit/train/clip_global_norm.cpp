#include <rondo/train/clip_global_norm.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

using rondo::clip_global_norm;

TEST_CASE_TEMPLATE("a norm above the limit is scaled down to it", T, float, double)
{
    for (std::size_t const size : {1U, 2U, 7U, 8U, 9U, 100U}) {
        std::vector<T> g(size, T(3));
        double const norm = 3 * std::sqrt(static_cast<double>(size));
        CHECK(clip_global_norm(std::span(g), 1.5) == doctest::Approx(norm));
        for (T const x : g) {
            CHECK(x == doctest::Approx(3 * 1.5 / norm));
        }
        CHECK(clip_global_norm(std::span(g), 1e9) == doctest::Approx(1.5));
    }
}

TEST_CASE("signs and proportions do not change")
{
    std::vector<double> g{3, -4};
    CHECK(clip_global_norm(std::span(g), 0.5) == 5);
    CHECK(g[0] == doctest::Approx(0.3));
    CHECK(g[1] == doctest::Approx(-0.4));
}

TEST_CASE("a norm up to the limit changes nothing")
{
    std::vector<float> g{3, -4};
    for (double const limit : {5.0, 6.0, std::numeric_limits<double>::infinity()}) {
        CHECK(clip_global_norm(std::span(g), limit) == 5);
        CHECK(g == std::vector<float>{3, -4});
    }
    std::vector<float> zeros(10);
    CHECK(clip_global_norm(std::span(zeros), 1) == 0);
    CHECK(zeros == std::vector<float>(10));
    CHECK(clip_global_norm(std::span<double>{}, 1) == 0);
}

TEST_CASE_TEMPLATE("squares neither overflow nor underflow", T, float, double)
{
    using limits = std::numeric_limits<T>;
    for (T const x : {limits::max() / 8, limits::min(), limits::denorm_min(), T(1e-160)}) {
        std::vector<T> g(9, x);
        double const norm = 3 * static_cast<double>(x);
        double const found = clip_global_norm(std::span(g), std::numeric_limits<double>::infinity());
        CHECK(std::abs(found - norm) <= 1e-15 * norm);
    }
    std::vector<T> g(4, limits::max() / 4);
    clip_global_norm(std::span(g), 1e-3);
    for (T const x : g) {
        CHECK(x == doctest::Approx(5e-4).epsilon(limits::epsilon()).scale(0));
    }
}

TEST_CASE_TEMPLATE("a norm that is not finite is returned and nothing is scaled", T, float, double)
{
    T const infinity = std::numeric_limits<T>::infinity();
    for (std::size_t i = 0; i < 11; ++i) {
        std::vector<T> g(11, T(2));
        g[i] = -infinity;
        CHECK(clip_global_norm(std::span(g), 1) == std::numeric_limits<double>::infinity());
        CHECK(g[i] == -infinity);
        CHECK(g[(i + 1) % 11] == 2);
        g[i] = std::numeric_limits<T>::quiet_NaN();
        CHECK(std::isnan(clip_global_norm(std::span(g), 1)));
        CHECK(g[(i + 1) % 11] == 2);
    }
    // Finite entries whose norm exceeds the largest double.
    double const largest = std::numeric_limits<double>::max();
    std::vector<double> g(4, largest);
    CHECK(clip_global_norm(std::span(g), 1) == std::numeric_limits<double>::infinity());
    CHECK(g[0] == largest);
}

TEST_CASE_TEMPLATE("gradients of several models are clipped as one vector", T, float, double)
{
    using limits = std::numeric_limits<T>;
    for (T const scale : {T(1), limits::max() / 128, limits::min()}) {
        std::vector<T> all{3, -4, 12, 0, 84};
        for (T& x : all) {
            x *= scale;
        }
        std::vector<T> a(all.begin(), all.begin() + 2);
        std::vector<T> b(all.begin() + 2, all.end());
        std::array<rondo::parameter_group<T>, 3> const models{{{{}, a}, {{}, b}, {{}, {}}}};
        double const norm = clip_global_norm(std::span(all), static_cast<double>(scale) * 8.5);
        CHECK(clip_global_norm(models, static_cast<double>(scale) * 8.5) ==
              doctest::Approx(norm).epsilon(1e-15).scale(0));
        CHECK(norm == doctest::Approx(85 * static_cast<double>(scale)).epsilon(1e-7).scale(0));
        for (std::size_t i = 0; i < 5; ++i) {
            CHECK((i < 2 ? a[i] : b[i - 2]) == all[i]);
        }
        b[1] = limits::infinity();
        std::vector<T> const before = a;
        CHECK(clip_global_norm(models, 1e-300) == limits::infinity());
        CHECK(a == before);
    }
    CHECK(clip_global_norm(std::array<rondo::parameter_group<T>, 0>{}, 1) == 0);
}

TEST_CASE("a limit that is not positive is rejected")
{
    std::vector<double> g{1};
    for (double const limit : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
        CHECK_THROWS_AS(clip_global_norm(std::span(g), limit), std::invalid_argument);
    }
    CHECK_THROWS_WITH(clip_global_norm(std::span(g), -1),
                      "rondo: clip_global_norm: limit: expected a positive number; found -1");
    CHECK(g[0] == 1);
}
