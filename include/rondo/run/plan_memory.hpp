#pragma once
/// @file
/// Says how much memory a run will take, before it runs.

#include <rondo/run/checkpointed_run.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/sequence/lengths.hpp>

#include <cstddef>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>

namespace rondo::inline RONDO_ISA::exec_internal {

/// What a bptt of @p m over @p time allocates, if its output and input gradient have @p steps steps.
template <class Cell, class T, class... Fixed>
memory_costs costs_of_run(model<Cell, T, Fixed...> const& m, timeline const& time, std::ptrdiff_t steps,
                          run_options const& options)
{
    auto const& shapes = compiled<Cell>::shapes;
    memory_costs c = checkpointed_run<Cell, T, Fixed...>::costs(m.bound(), time, threads_of(options.pool));
    std::ptrdiff_t of_states = 0;
    for (extents const& s : shapes.states) {
        of_states += m.bound()[s.rows];
    }
    std::ptrdiff_t const features = m.bound()[shapes.input.rows] + m.bound()[shapes.output.rows];
    std::ptrdiff_t const packed = time.sorted_indices().empty() ? 0 : 2 * time.rows() * features;
    c.fixed +=
        sizeof(T) *
        (m.parameters().flat().size() +
         static_cast<std::size_t>(steps * time.batch() * features + packed + 2 * time.batch() * of_states));
    return c;
}

template <class Model>
memory_plan plan_memory_over(Model const& m, timeline& time, run_options const& options)
{
    checkpoint_schedule schedule;
    return plan_segments(time, schedule, costs_of_run(m, time, time.steps(), options), options.memory);
}

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The memory that bptt::forward() and bptt::backward() over @p batch sequences of @p steps steps will
/// take with @p options.
///
/// It counts all that the object allocates: what is kept, checkpoints, temporaries, packed weights, the
/// output, and all gradients. An input or output gradient that has to be copied (see sequence.hpp) comes
/// on top, and so does what an object holds from a larger run before.
/// @throws std::invalid_argument if a number is 0, or if no plan fits into options.memory, saying the
///         least that would do.
template <class Cell, class T, class... Fixed>
memory_plan plan_memory(model<Cell, T, Fixed...> const& m, std::size_t steps, std::size_t batch,
                        run_options const& options = {})
{
    if (steps == 0 || batch == 0) {
        throw std::invalid_argument("rondo: plan_memory: expected at least 1 step and 1 sequence; found " +
                                    std::to_string(steps) + " and " + std::to_string(batch));
    }
    exec_internal::timeline time;
    time.set(static_cast<std::ptrdiff_t>(steps), static_cast<std::ptrdiff_t>(batch), options.chunk_rows);
    return exec_internal::plan_memory_over(m, time, options);
}

/// The same for sequences of these lengths, in a list or in an array as long as the longest.
/// @throws std::invalid_argument if there are none or one is less than 1, and as above.
template <class Cell, class T, class... Fixed, exec_internal::length_list Lengths>
memory_plan plan_memory(model<Cell, T, Fixed...> const& m, Lengths const& lengths,
                        run_options const& options = {})
{
    std::ptrdiff_t const count = std::distance(std::begin(lengths), std::end(lengths));
    if (count == 0) {
        throw std::invalid_argument("rondo: plan_memory: expected at least 1 length; found none");
    }
    exec_internal::check_lengths(lengths, std::numeric_limits<std::ptrdiff_t>::max(), count);
    exec_internal::timeline time;
    time.set(lengths, options.chunk_rows);
    return exec_internal::plan_memory_over(m, time, options);
}

}  // namespace rondo::inline RONDO_ISA
