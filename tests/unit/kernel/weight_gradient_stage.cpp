#include "unit/checked_cell.hpp"
#include "unit/edge_cells.hpp"
#include "unit/random_run.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/kernel/weight_gradient_stage.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("weight_gradient_stage: a matrix and its transpose share a gradient")
{
    test::gradient_agrees<test::tied>();
    test::float_agrees<test::tied>();
}

TEST_CASE("weight_gradient_stage: a matrix and its transpose one after the other in the loop")
{
    test::gradient_agrees<test::reflecting>();
    test::float_agrees<test::reflecting>();
}

TEST_CASE("weight_gradient_stage: a softmax between a matrix and its transpose")
{
    test::gradient_agrees<test::attending>();
    test::float_agrees<test::attending>();
}

TEST_CASE("weight_gradient_stage: columns are multiples of the bias gradient if the input is constant")
{
    // More rows than KC, more features on the left than MC, and more on the right than a panel has. None is a
    // multiple of the block.
    constexpr std::size_t steps = 170;
    constexpr std::size_t batch_size = 4;
    constexpr std::size_t inputs = 75;
    constexpr std::size_t size = 291;
    static_assert(steps * batch_size > blocking::gradient_kc && size > blocking::gradient_mc);
    test::random_run<elman<>, double> with(steps, batch_size, 7, input{inputs}, hidden{size});
    for (std::size_t i = 0; i < with.x.size(); ++i) {
        with.x.flat(i) = static_cast<double>(i % inputs + 1) / inputs;
    }
    bptt run{with.m};
    run.forward(with.x, with.initial);
    auto const& g = run.backward(with.dy).parameters;
    double worst = 0;
    for (std::size_t r = 0; r < size; ++r) {
        for (std::size_t c = 0; c < inputs; ++c) {
            double const expected = g["b"_s](r) * static_cast<double>(c + 1) / inputs;
            worst = std::max(worst, std::abs(g["W"_s](r, c) - expected));
        }
    }
    double largest = 0;
    for (double const b : g.entries(2)) {
        largest = std::max(largest, std::abs(b));
    }
    CHECK(g.info(2).name.view() == "b");
    CHECK(largest > 1);
    CHECK(worst < 1e-12 * largest);
}
