#pragma once
/// @file
/// The tests of every cell: its gradient agrees with differences for many sizes, in double, and
/// float agrees with double.

#include "random_run.hpp"

#include <rondo/check/gradient_check.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// Steps, batch, and a size for each dimension of a cell, the input's first.
struct case_sizes {
    std::size_t steps;
    std::size_t batch;
    std::array<std::size_t, 5> along;
};

/// Sizes: all one; odd ones; one more and one less than full vectors, and several vectors.
inline std::vector<case_sizes> all_case_sizes()
{
    constexpr auto w = static_cast<std::size_t>(lane_count<double>);
    return {{1, 1, {1, 1, 1, 1, 1}},
            {5, 3, {3, 7, 5, 2, 4}},
            {1, 4, {w, w + 1, w - 1, w, 2}},
            {4, 1, {w - 1, w, 2 * w + 1, w + 1, 3}},
            {3, 9, {2 * w + 1, w - 1, 3, w, 2}},
            {2, 2, {2, 3 * w + 1, w, 3, 5}}};
}

inline std::string text_of(case_sizes const& c)
{
    std::ostringstream text;
    text << "steps " << c.steps << ", batch " << c.batch << ", dimensions";
    for (std::size_t const n : c.along) {
        text << ' ' << n;
    }
    return text.str();
}

/// Calls `f(size of each dimension...)` with the sizes of @p c.
template <class Cell, class F>
auto with_dimensions(case_sizes const& c, F&& f)
{
    static_assert(dimensions_of<Cell>::size <= std::tuple_size_v<decltype(c.along)>);
    return [&]<class... D, std::size_t... I>(type_list<D...>, std::index_sequence<I...>) {
        return f(D{c.along[I]}...);
    }(dimensions_of<Cell>{}, std::make_index_sequence<dimensions_of<Cell>::size>{});
}

/// Checks a cell's gradient. @p kinks says whether entries near a kink may be left out.
template <class Cell>
void gradient_agrees(bool kinks = false)
{
    for (case_sizes const& c : all_case_sizes()) {
        INFO(text_of(c));
        gradient_report const report = with_dimensions<Cell>(
            c, [&](auto... bound) { return check_gradient<Cell>(c.steps, c.batch, {}, bound...); });
        INFO(report);
        CHECK(report.agrees());
        CHECK((kinks || report.kinks() == 0));
    }
}

/// The largest difference of the results of a run in float from those in double, relative to the largest
/// entry of their tensor and a tenth of the largest of all: a gradient that is a small sum of large terms has
/// the rounding of the terms.
inline double rounding_of(tensors const& single, tensors const& exact)
{
    double largest = 0;
    for (named_tensor const& t : exact) {
        largest = std::max(largest, largest_entry(t));
    }
    double worst = single.size() == exact.size() ? 0 : HUGE_VAL;
    for (std::size_t i = 0; i < single.size() && i < exact.size(); ++i) {
        double const scale = largest_entry(exact[i]) + largest / 10;
        worst = std::max(worst, absolute_difference(single[i], exact[i]) / scale);
    }
    return worst;
}

/// Checks that a cell's results in float and in double agree, up to rounding.
template <class Cell>
void float_agrees(double tolerance = 1e-5)
{
    for (case_sizes const& c : all_case_sizes()) {
        INFO(text_of(c));
        auto const results = [&]<class T>(T) {
            return with_dimensions<Cell>(c, [&](auto... bound) {
                random_run<Cell, T> const with(c.steps, c.batch, 3, bound...);
                bptt run{with.m};
                return results_of(run, with);
            });
        };
        tensors const exact = results(double{});
        tensors const single = results(float{});
        INFO(worst_of(single, exact));
        CHECK(rounding_of(single, exact) < tolerance);
    }
}

}  // namespace rondo::test
