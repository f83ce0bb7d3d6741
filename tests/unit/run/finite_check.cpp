#include <rondo/cell/elman.hpp>
#include <rondo/model/model.hpp>
#include <rondo/run/finite_check.hpp>
#include "unit/rows_of_steps.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

using namespace rondo;

TEST_CASE("finite_check: is written and read as a bool, and refers to the check of results")
{
    using exec_internal::finite_check;
    constexpr finite_check off = false;
    constexpr finite_check on = true;
    static_assert(!off && on);

    model<elman<>, double> const m{input{1}, hidden{1}};
    std::vector<double> const zeros(3, 0.0);
    std::vector<double> y(3, 0.0);
    exec_internal::finished_run run{};
    run.model = exec_internal::recorded_model_of<elman<>, double>(m.bound(), m.parameters());
    run.rows = test::rows_of_steps(3, 1);
    run.inputs.push_back({zeros.data(), zeros.size()});
    run.outputs.push_back({y.data(), y.size()});
    CHECK_NOTHROW(on(run));
    y[2] = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(on(run), number_error);
}
