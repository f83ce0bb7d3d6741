#include "papers/comb_filter.hpp"

#include "papers/checked_paper.hpp"

#include <rondo/pass/recurrence_of.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using papers::comb_filter;

static_assert(recurrence_of<comb_filter<480>> == recurrence_kind::diagonal_linear);

TEST_CASE("comb_filter: the derived gradient agrees with differences")
{
    papers::gradient_agrees<comb_filter<1>>();
    papers::gradient_agrees<comb_filter<3>>();
    test::random_run<comb_filter<480>, double> with(485, 1, 1);  // a few steps read outputs of the run
    gradient_report const report = check_gradient(with.m, with.x, with.initial);
    INFO(report);
    CHECK(report.agrees());
    CHECK(report.unchecked() == 0);
}

TEST_CASE("comb_filter: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<comb_filter<480>>("comb_filter", {"y", "low"});
}
