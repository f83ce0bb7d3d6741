#include "papers/state_variable_filter.hpp"

#include "papers/checked_paper.hpp"

#include <rondo/pass/recurrence_of.hpp>

#include <doctest/doctest.h>

using namespace rondo;

static_assert(recurrence_of<papers::state_variable_filter> == recurrence_kind::diagonal_linear);

TEST_CASE("state_variable_filter: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::state_variable_filter>([](auto& with) {
        for (auto& cutoff : with.x["cutoff"_s]) {
            cutoff = 0.05 + 0.4 * std::fabs(cutoff);
        }
        papers::make_positive(with.m.parameters().flat());
    });
}

TEST_CASE("state_variable_filter: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::state_variable_filter>("state_variable_filter", {"first", "second"});
}
