#pragma once
/// @file
/// The gradient check of a cell of a paper over several sizes, where some numbers have a range.

#include "papers/agreement_with_torch.hpp"
#include "unit/checked_cell.hpp"

#include <rondo/check/gradient_check.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace rondo::papers {

/// Makes the entries of a container positive, between @p least and about @p least + 1.
template <class Container>
void make_positive(Container&& values, double least = 0.25)
{
    for (auto& v : values) {
        v = least + std::fabs(v);
    }
}

/// Rounds the entries of a container to 0 and 1.
template <class Container>
void make_binary(Container&& values)
{
    for (auto& v : values) {
        v = v > 0 ? 1 : 0;
    }
}

/// Sizes: all one; odd ones; one more and one less than a full vector. They are few and small, because these
/// tests are compiled without optimisation.
inline std::vector<test::case_sizes> few_case_sizes()
{
    constexpr auto w = static_cast<std::size_t>(kernel_internal::lane_count<double>);
    return {{1, 1, {1, 1, 1, 1, 1}}, {4, 3, {3, 5, 2, 4, 2}}, {2, 1, {w - 1, w + 1, 3, w, 2}}};
}

/// Checks the gradient of a cell with random numbers, which @p prepare, called with a test::random_run, may
/// change. @p kinks says whether entries near a kink may be left out.
template <class Cell, class Prepare>
void gradient_agrees(Prepare const& prepare, bool kinks = false)
{
    for (test::case_sizes const& c : few_case_sizes()) {
        INFO(test::text_of(c));
        gradient_report const report = test::with_dimensions<Cell>(c, [&](auto... bound) {
            test::random_run<Cell, double> with(c.steps, c.batch, 1, bound...);
            prepare(with);
            return check_gradient(with.m, with.x, with.initial);
        });
        INFO(report);
        CHECK(report.agrees());
        CHECK((kinks || report.kinks() == 0));
        CHECK(report.unchecked() == 0);
    }
}
template <class Cell>
void gradient_agrees()
{
    gradient_agrees<Cell>([](auto&) {});
}

}  // namespace rondo::papers
