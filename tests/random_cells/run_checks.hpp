#pragma once
/// @file
/// Runs of one cell that must agree whatever their options: types, memory, chunks, threads, checks.

#include "report.hpp"
#include "sample.hpp"
#include "unit/threads.hpp"

#include <rondo/run/bptt.hpp>
#include <rondo/run/costs.hpp>

#include <cstddef>

namespace rondo::random_cells {

/// The least memory in which a run fits.
template <class Model>
std::size_t least_memory(Model const& m, run_options options)
{
    std::size_t too_little = 0;
    std::size_t enough = plan_memory(m, run_steps, run_batch, options).bytes;
    while (enough - too_little > 1) {
        options.memory = too_little + (enough - too_little) / 2;
        try {
            enough = std::min(options.memory, plan_memory(m, run_steps, run_batch, options).bytes);
        } catch (input_error const&) {
            too_little = options.memory;
        }
    }
    return enough;
}

/// Runs with other options, which give equal bits.
template <class Cell>
void check_options(report& to, sample<Cell, double>& with)
{
    bptt plain{with.m};
    auto const expected = forward_and_backward(plain, with);
    to.compare("repeated run", forward_and_backward(plain, with).all(), expected.all(), 0);
    {
        bptt run{with.m, {.check_finite = true}};
        to.compare("check_finite", forward_and_backward(run, with).all(), expected.all(), 0);
    }
    {
        test::threads pool(3);
        bptt run{with.m, {.chunk_rows = 7, .pool = &pool}};
        bptt alone{with.m, {.chunk_rows = 7}};
        to.compare("threads", forward_and_backward(run, with).all(), forward_and_backward(alone, with).all(),
                   0);
    }
    {
        bptt run{with.m, {.frozen = true}};
        run_options const options{.frozen = true};
        to.compare("frozen", forward_and_backward(run, with).all(), test::without(expected.all(), options),
                   0);
    }
    {
        bptt run{with.m, {.input_gradient = false}};
        run_options const options{.input_gradient = false};
        to.compare("no input gradient", forward_and_backward(run, with).all(),
                   test::without(expected.all(), options), 0);
    }
    for (std::ptrdiff_t const rows : {1, 4, 8}) {
        bptt run{with.m, {.chunk_rows = rows}};
        auto const results = forward_and_backward(run, with);
        to.compare("chunks, values", results.values, expected.values, 0);
        to.compare("chunks, gradients", results.gradients, expected.gradients, rounding);
    }
    auto const arguments = start_of<Cell, double>(with.initial);
    tensors inferred = outputs_as_tensors<Cell, double>(plain.infer(with.x, {.initial = arguments.initial}));
    inferred = together(inferred, states_as_tensors<Cell, double>(plain.final_states(), "final state"));
    to.compare("infer", inferred, expected.values, rounding);
}

/// Runs within memory budgets, which give the bits of a run that stores all values.
template <class Cell>
void check_memory(report& to, sample<Cell, double>& with)
{
    run_options options{.chunk_rows = 3};
    bptt storing{with.m, options};
    auto const expected = forward_and_backward(storing, with);
    std::size_t const most = plan_memory(with.m, run_steps, run_batch, options).bytes;
    to.require(storing.plan().bytes == most, "plan_memory agrees with the run");
    std::size_t const least = least_memory(with.m, options);
    for (std::size_t part = 0; part < 4; ++part) {
        options.memory = least + (most - least) * part / 4;
        bptt run{with.m, options};
        to.compare("memory", forward_and_backward(run, with).all(), expected.all(), 0);
        to.require(run.plan().bytes <= options.memory, "a run stays within its memory");
    }
}

}  // namespace rondo::random_cells
