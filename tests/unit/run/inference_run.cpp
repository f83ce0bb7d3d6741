#include "unit/edge_cells.hpp"

#include <rondo/run/inference_run.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

/// The results of the forward pass for @p batch equal sequences, without saving.
template <class Cell>
std::vector<double> outputs(std::size_t batch, states_of<Cell, double>& final)
{
    constexpr std::size_t steps = 7;
    model<Cell, double> m{input{2}};
    double n = 0;
    for (double& entry : m.parameters().flat()) {
        entry = std::sin(++n);
    }
    std::vector<double> x(steps * batch * 2);
    for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = std::sin(static_cast<double>(i / (2 * batch) + i % 2));
    }
    time_plan time;
    time.make(equal_lengths{.steps = steps, .batch = static_cast<std::ptrdiff_t>(batch)}, 20);
    forward_pass<forward_exe<Cell>, double> training(m, nullptr, false);
    inference_run<Cell, double> run;
    xt::xtensor<double, 3> y;
    inferred_rows<step_outputs_of<Cell>, double> rows;
    rows.start(y, time, output_steps::all, steps, m.bound());
    prologue_pass<Cell, double> none;
    run.run(training, time,
            {.inputs = {x.data()}, .outputs = rows, .initial = nullptr, .final = &final, .prologue = none});
    return {y.begin(), y.end()};
}

}  // namespace

TEST_CASE("inference_run: outputs and final states, with few rows and with many")
{
    states_of<test::leaky_counter, double> few_final;
    states_of<test::leaky_counter, double> many_final;
    std::size_t const batch = static_cast<std::size_t>(blocking::min_tiled_rows) + 3;
    auto const few = outputs<test::leaky_counter>(1, few_final);
    auto const many = outputs<test::leaky_counter>(batch, many_final);
    for (std::size_t t = 0; t < few.size(); ++t) {
        CHECK(many[t * batch] == doctest::Approx(few[t]));
    }
    CHECK(few_final[0](0, 0) == few.back());
    CHECK(many_final[0](batch - 1, 0) == many.back());
}
