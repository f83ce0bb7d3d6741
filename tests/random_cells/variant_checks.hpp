#pragma once
/// @file
/// The cell compiled in other ways: with numbers in float, with sizes that are constants, with its marks
/// shown.

#include "derivative_checks.hpp"
#include "report.hpp"
#include "sample.hpp"
#include "sequence_checks.hpp"
#include "stream_checks.hpp"

#include <rondo/run/bptt.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/watched_model.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::random_cells {

/// Numbers in float are those in double, rounded.
template <class Cell, class Sizes>
void check_float(report& to, sample<Cell, double>& with, unsigned seed)
{
    auto single = make_sample<Cell, float, Sizes>(run_steps, run_batch, seed);
    bptt run{single.m};
    bptt exact{with.m};
    auto const results = forward_and_backward(run, single);
    auto const expected = forward_and_backward(exact, with);
    to.compare("float, values", results.values, expected.values, float_rounding);
    to.compare("float, gradients", results.gradients, expected.gradients, float_rounding);
}

/// Sizes that are constants give equal bits.
template <class Cell, class Sizes>
void check_fixed_sizes(report& to, sample<Cell, double>& with)
{
    [&]<class... D>(lang_internal::type_list<D...>) {
        model<Cell, double, fixed<D, Sizes::of(D{})>...> m{};
        for (std::size_t i = 0; i < m.parameters().count; ++i) {
            std::ranges::copy(with.m.parameters().entries(i), m.parameters().entries(i).begin());
        }
        bptt run{m};
        bptt other{with.m};
        auto const expected = forward_and_backward(other, with);
        to.compare("constant sizes", forward_and_backward(run, with).all(), expected.all(), 0);
        stream live{m, run_batch};
        begin(live, with.x, with.initial);
        to.compare("stream of constant sizes", stream_results(live, with.x), expected.values, rounding);
    }(lang_internal::dimensions_of<Cell>{});
}

/// A run that shows watched values gives what the cell gives, and the gradients with respect to them, which
/// are compared with difference quotients along a random direction unless the cell chooses its gradient.
template <class Cell, class Sizes>
void check_watched(report& to, sample<Cell, double>& with, bool chooses, unsigned seed)
{
    using shown_cell = watched<Cell>;
    constexpr std::size_t inputs = step_inputs_of<Cell>::count;
    auto shown = make_sample<shown_cell, double, Sizes>(run_steps, run_batch, seed);
    inputs_of<shown_cell, double> const direction = shown.x;
    std::ranges::copy(with.m.parameters().flat(), shown.m.parameters().flat().begin());
    std::ranges::copy(with.initial, shown.initial.begin());
    std::ranges::copy(with.dfinal, shown.dfinal.begin());
    for (std::size_t k = 0; k < inputs; ++k) {
        shown.x.at(k) = nth_array(with.x, k);
    }
    if constexpr (step_inputs_of<Cell>::per_sequence_count > 0) {
        for (std::size_t k = 0; k < step_inputs_of<Cell>::per_sequence_count; ++k) {
            shown.x.per_sequence(k) = with.x.per_sequence(k);
        }
    }
    auto const set_probes = [&](double factor) {
        for (std::size_t k = inputs; k < step_inputs_of<shown_cell>::count; ++k) {
            shown.x.at(k) = factor * direction.at(k);
        }
    };
    for (std::size_t k = 0; k < step_outputs_of<shown_cell>::count; ++k) {
        if (k < step_outputs_of<Cell>::count) {
            shown.dy.at(k) = nth_array(with.dy, k);
        } else {
            shown.dy.at(k).fill(0);
        }
    }
    bptt plain{with.m};
    bptt run{shown.m};
    set_probes(0);
    auto const expected = forward_and_backward(plain, with);
    auto const found = forward_and_backward(run, shown);
    tensors values(found.values.begin(), found.values.begin() + step_outputs_of<Cell>::count);
    values.insert(values.end(), found.values.begin() + step_outputs_of<shown_cell>::count,
                  found.values.end());
    to.compare("watched cell, values", values, expected.values, rounding);
    to.compare("watched cell, gradients", of_parameters<Cell>(found.gradients),
               of_parameters<Cell>(expected.gradients), rounding);
    if (chooses) {
        to.skip("gradients of watched values", "chosen gradients");
        return;
    }
    inner_product backwards;
    for (std::size_t k = inputs; k < step_inputs_of<shown_cell>::count; ++k) {
        backwards.add(run.last_gradients().input.at(k), direction.at(k));
    }
    constexpr double step = 0x1p-20;
    auto const loss_at = [&](double factor) {
        set_probes(factor);
        inner_product loss;
        auto const& y = run.infer(shown.x, {.initial = start_of<shown_cell, double>(shown.initial).initial});
        for (std::size_t k = 0; k < step_outputs_of<Cell>::count; ++k) {
            loss.add(shown.dy.at(k), y.at(k));
        }
        for (std::size_t k = 0; k < shown.dfinal.size(); ++k) {
            loss.add(shown.dfinal[k], run.final_states()[k]);
        }
        return loss;
    };
    inner_product const after = loss_at(step);
    // The quotient has an error of step² and, of rounding, of 1e-16 / step.
    to.compare("gradients of watched values", backwards.value,
               (after.value - loss_at(-step).value) / (2 * step), std::max(backwards.scale, after.scale),
               1e-6);
}

}  // namespace rondo::random_cells
