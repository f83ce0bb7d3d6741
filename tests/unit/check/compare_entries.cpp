#include <rondo/check/compare_entries.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

using namespace rondo;
using namespace rondo::check_internal;

namespace {

/// The sum of the squares, or of the absolute values if @p kink.
struct loss {
    std::vector<double> const& x;
    bool kink = false;

    double operator()() const
    {
        double sum = 0;
        for (double const entry : x) {
            sum += kink ? std::fabs(entry) : entry * entry;
        }
        return sum;
    }
};

tensor_report compare(std::vector<double>& x, std::vector<double> const& derived, bool kink = false)
{
    tensor_report report;
    compare_entries(report, x, derived.data(), 1, {}, loss{x, kink});
    return report;
}

}  // namespace

TEST_CASE("compare_entries: right derivatives agree with difference quotients")
{
    std::vector<double> x{0.5, -2, 3};
    tensor_report const report = compare(x, {1, -4, 6});
    CHECK(report.differing == 0);
    CHECK(report.kinks == 0);
    CHECK(report.largest_relative < 1e-9);
    CHECK(x == std::vector<double>{0.5, -2, 3});
}

TEST_CASE("compare_entries: a wrong derivative is the worst entry of the report")
{
    std::vector<double> x{0.5, -2, 3};
    tensor_report const report = compare(x, {1, -3, 6});
    CHECK(report.differing == 1);
    CHECK(report.worst == 1);
    CHECK(report.derived == -3);
    CHECK(report.estimated == doctest::Approx(-4));
    CHECK(report.largest_absolute == doctest::Approx(1));
    CHECK(report.largest_relative == doctest::Approx(0.25));
}

TEST_CASE("compare_entries: entries at a kink are counted and not compared")
{
    std::vector<double> x{1, 0, 0};
    tensor_report const report = compare(x, {1, 17, 17}, true);
    CHECK(report.differing == 0);
    CHECK(report.kinks == 2);
    CHECK(report.first_kink == 1);
}

TEST_CASE("compare_entries: a derivative that is NaN differs")
{
    std::vector<double> x{1};
    tensor_report const report = compare(x, {std::nan("")});
    CHECK(report.differing == 1);
    CHECK(report.largest_relative == std::numeric_limits<double>::infinity());
}

TEST_CASE("compare_entries: entries are restored if the loss throws")
{
    std::vector<double> x{1, 2};
    std::array<double, 2> const derived{};
    tensor_report report;
    auto const throws = [&]() -> double { throw std::runtime_error("no loss"); };
    CHECK_THROWS_AS(compare_entries(report, x, derived.data(), 1, {}, throws), std::runtime_error);
    CHECK(x == std::vector<double>{1, 2});
}
