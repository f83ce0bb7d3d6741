#pragma once
/// @file
/// All checks of a random cell.

#include "derivative_checks.hpp"
#include "plain_run.hpp"
#include "report.hpp"
#include "run_checks.hpp"
#include "sample.hpp"
#include "sequence_checks.hpp"
#include "stream_checks.hpp"
#include "variant_checks.hpp"

namespace rondo::random_cells {

/// Forward mode and products with the Hessian, where the cell leaves its gradient what it is.
template <class Cell, class Sizes, class Facts>
void check_second_derivatives(report& to, sample<Cell, double>& with, unsigned seed)
{
    if (Facts::clips) {
        to.skip("forward mode", "clipped gradients");
    } else {
        check_tangents<Cell, Sizes>(to, with, seed);
    }
    if (Facts::clips || Facts::chooses) {
        to.skip("Hessian", "chosen gradients");
    } else {
        check_hessian<Cell, Sizes>(to, with, seed);
    }
}

/// Checks @p Cell. @p Plain is its text in namespace rondo::plain, @p Sizes gives each dimension a size of a
/// run and
/// @p SmallSizes one of difference quotients, @p Facts says what the cell does to its gradient, and which
/// of the checks are made that compile another cell.
template <class Cell, class Plain, class Sizes, class SmallSizes, class Facts>
int check_cell(unsigned seed)
{
    report to;
    auto const with = make_sample<Cell, double, Sizes>(run_steps, run_batch, seed);
    auto const copy = [&] {
        auto other = with;
        other.m = model<Cell, double>(with.m);
        return other;
    };
    auto one = copy();
    check_plain<Cell, Plain, Sizes>(to, one);
    check_quotients<Cell, SmallSizes>(to, seed);
    check_options(to, one);
    check_memory(to, one);
    check_lengths(to, copy());
    check_stream(to, one);
    auto other = copy();
    check_truncated(to, other, Facts::clips);
    if constexpr (Facts::in_float) {
        check_float<Cell, Sizes>(to, one, seed);
    }
    if constexpr (Facts::with_resets) {
        check_resets<Cell, Sizes>(to, copy(), seed);
    }
    if constexpr (Facts::of_fixed_sizes) {
        check_fixed_sizes<Cell, Sizes>(to, one);
    }
    if constexpr (Facts::watched) {
        check_watched<Cell, Sizes>(to, one, Facts::chooses, seed);
    }
    if constexpr (Facts::with_tangents) {
        check_second_derivatives<Cell, Sizes, Facts>(to, one, seed);
    }
    return to.finish();
}

}  // namespace rondo::random_cells
