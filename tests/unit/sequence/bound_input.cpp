#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/bound_input.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

constexpr std::array<std::string_view, 2> names{"1", "input"};
constexpr std::array<std::ptrdiff_t, 2> two_features{1, 2};

/// Entries t, b and i of a sequence are the digits of a number.
xt::xtensor<double, 3> counting(std::size_t steps, std::size_t batch)
{
    xt::xtensor<double, 3> x = xt::zeros<double>({steps, batch, std::size_t{2}});
    for (std::size_t t = 0; t < steps; ++t) {
        for (std::size_t b = 0; b < batch; ++b) {
            for (std::size_t i = 0; i < 2; ++i) {
                x(t, b, i) = static_cast<double>(100 * t + 10 * b + i);
            }
        }
    }
    return x;
}

}  // namespace

TEST_CASE("bound_input: sequences of one length are read in place")
{
    auto const x = counting(4, 3);
    time_plan time;
    time.make(equal_lengths{.steps = 4, .batch = 3}, 5);
    bound_input<double> in;
    in.bind(x, "x", names, {.features = 1}, two_features);
    CHECK(in.shape(0) == 4);
    CHECK(in.make_rows(time, "x", true) == x.data());
    CHECK(in.rows() == x.data());
}

TEST_CASE("bound_input: sequences of different lengths are packed, from an array or from a list")
{
    auto const x = counting(3, 2);
    time_plan time;
    std::vector<int> const lengths{1, 3};
    time.make(listed_lengths{lengths}, 5);
    std::vector<double> const expected{10, 11, 0, 1, 110, 111, 210, 211};
    bound_input<double> in;
    in.bind(x, "x", names, {.features = 1}, two_features);
    double const* const rows = in.make_rows(time, "x", false);
    CHECK(std::vector<double>(rows, rows + 8) == expected);

    std::vector<xt::xtensor<double, 2>> const list{xt::view(x, xt::range(0, 1), 0, xt::all()),
                                                   xt::view(x, xt::all(), 1, xt::all())};
    bound_input<double> of_list;
    double const* const list_rows = of_list.make_rows(list, time, 2, "x", false);
    CHECK(std::vector<double>(list_rows, list_rows + 8) == expected);
}

TEST_CASE("bound_input: the first entry that is not finite is named as the caller counts")
{
    auto x = counting(3, 2);
    x(1, 1, 0) = std::numeric_limits<double>::infinity();
    x(2, 0, 0) = std::numeric_limits<double>::infinity();  // after the end of the sequence
    time_plan time;
    std::vector<int> const lengths{1, 3};
    time.make(listed_lengths{lengths}, 5);
    bound_input<double> in;
    in.bind(x, "x", names, {.features = 1}, two_features);
    CHECK_NOTHROW(in.make_rows(time, "x", false));
    CHECK_THROWS_WITH_AS(in.make_rows(time, "x", true),
                         "x: expected finite entries; found inf at (time 1, batch 1, feature 0)",
                         std::invalid_argument);
}
