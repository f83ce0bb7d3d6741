#include "unit/checked_cell.hpp"
#include "unit/edge_cells.hpp"
#include "unit/random_run.hpp"
#include "unit/sample_cells.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/kernel/weight_gradient_stage.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace weight_gradient_stage_test {

using namespace rondo;
using namespace rondo::check_internal;

namespace {

using exe = backward_exe<elman<>>;
using products = stage_exe<exe, test::stage_of_kind<exe>(stage_kind::weight_gradient, false)>;
using sizes_type = sizes<elman<>>;

/// Runs the stage on all rows but the first in @p count parts and compares the gradients with sums in double.
void check_gradients(std::size_t inputs, std::size_t features, std::ptrdiff_t rows, std::ptrdiff_t count)
{
    test::stage_memory<products, double, sizes_type> memory(sizes_type(input{inputs}, hidden{features}),
                                                            rows);
    aligned_vector<double> scratch(
        static_cast<std::size_t>(weight_gradient_scratch<exe, double>(memory.sizes)));
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        run_weight_gradient_stage<products, double>(memory.ctx, memory.sizes, {1, rows}, {i, count},
                                                    scratch.data());
    }
    double worst = 0;
    for (int p = products::what.parts.begin; p < products::what.parts.end; ++p) {
        gradient_part const part = exe::schedule.parts[p];
        auto const& found = memory.gradients[static_cast<std::size_t>(part.parameter)];
        auto const columns = memory.sizes[exe::schedule.arrays[part.right].shape.rows()];
        for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(found.size()); ++i) {
            double sum = 0;
            for (std::ptrdiff_t row = 1; row < rows; ++row) {
                sum += memory.entry(part.left, row, i / columns) * memory.entry(part.right, row, i % columns);
            }
            double const apart = std::abs(found[static_cast<std::size_t>(i)] - sum);
            worst = apart <= worst ? worst : apart;  // so that NaN counts
        }
    }
    CHECK(worst < 1e-11);
}

}  // namespace

TEST_CASE("weight_gradient_stage: adds the outer products of all rows, in any number of parts")
{
    for (std::ptrdiff_t const count : {1, 3}) {
        CAPTURE(count);
        check_gradients(1, 5, 7, count);  // one column: narrow
        check_gradients(9, 35, 20, count);
        check_gradients(40, 3, blocking::gradient_kc + 9, count);
    }
}

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
    run.forward(with.x, {.initial = with.initial});
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

}  // namespace weight_gradient_stage_test
