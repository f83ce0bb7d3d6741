#include "unit/checked_cell.hpp"
#include "unit/edge_cells.hpp"
#include "unit/matrix_program.hpp"
#include "unit/sample_cells.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/kernel/bias_gradient_stage.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>

namespace bias_gradient_stage_test {

using namespace rondo;
using namespace rondo::check_internal;

namespace {

using exe = backward_exe<test::normalised>;

/// Runs a stage on rows 2 to 12 in @p count parts and compares the gradients with sums in double.
template <class Stage, class Sizes>
void check_gradients(Sizes const& bound, std::ptrdiff_t count)
{
    test::stage_memory<Stage, double, Sizes> memory(bound, 14);
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        run_bias_gradient_stage<Stage, double>(memory.ctx, memory.sizes, {2, 13}, {i, count});
    }
    for (int p = Stage::what.parts.begin; p < Stage::what.parts.end; ++p) {
        gradient_part const part = Stage::exe::schedule.parts[p];
        auto const& found = memory.gradients[static_cast<std::size_t>(part.parameter)];
        for (std::size_t f = 0; f < found.size(); ++f) {
            double sum = 0;
            for (std::ptrdiff_t row = 2; row < 13; ++row) {
                sum += memory.value(part.value, row, static_cast<std::ptrdiff_t>(f));
            }
            CHECK(found[f] == doctest::Approx(sum).epsilon(1e-11));
        }
    }
}

/// Checks the stages of that kind of @p Exe.
template <class Exe, class Sizes>
void check_stages(Sizes const& bound, std::ptrdiff_t count)
{
    CAPTURE(count);
    static_for<Exe::schedule.stages.size()>([&]<std::size_t S>() {
        if constexpr (Exe::schedule.stages[S].kind == stage_kind::bias_gradient) {
            check_gradients<stage_exe<Exe, S>>(bound, count);
        }
    });
}

}  // namespace

TEST_CASE("bias_gradient_stage: adds the sum over the rows, in any number of parts")
{
    for (std::size_t const features : {1U, 8U, 37U}) {
        for (std::ptrdiff_t const count : {1, 3}) {
            CAPTURE(features);
            check_stages<exe>(sizes<test::normalised>(input{2}, hidden{features}), count);
        }
    }
}

TEST_CASE("bias_gradient_stage: a parameter of two dimensions that is used entry by entry")
{
    using hand_made = test::hand_made<test::matrix_gradient>;
    for (std::size_t const columns : {1U, 8U, 37U}) {
        for (std::ptrdiff_t const count : {1, 5}) {
            CAPTURE(columns);
            check_stages<hand_made>(sizes<test::of_heads>(test::head{1}, test::row{3}, test::column{columns}),
                                    count);
        }
    }
}

TEST_CASE("bias_gradient_stage: scalar and vector gains around means")
{
    test::gradient_agrees<test::normalised>();
    test::float_agrees<test::normalised>();
}

TEST_CASE("bias_gradient_stage: a scalar state, scalar weights, an inner product")
{
    test::gradient_agrees<test::leaky_counter>();
    test::float_agrees<test::leaky_counter>();
}

TEST_CASE("bias_gradient_stage: scalars only")
{
    test::gradient_agrees<test::logistic_map>();
    test::float_agrees<test::logistic_map>();
}

}  // namespace bias_gradient_stage_test
