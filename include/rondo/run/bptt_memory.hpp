#pragma once
/// @file
/// Says how much memory a bptt will take, before it runs.

#include <rondo/error/input_error.hpp>
#include <rondo/exec/pass_costs.hpp>
#include <rondo/exec/thread_pool.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/model.hpp>
#include <rondo/run/matrix_states.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/sequence/check_lengths.hpp>
#include <rondo/time/time_plan.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>

namespace rondo::inline RONDO_ISA::exec_internal {
/// The bytes that a bptt of @p m allocates over the chunks of @p time, if its outputs and the gradients of
/// its inputs have @p steps steps. Copies of the inputs are included. @p m is a model or a reference to one.
template <class Cell, class T, class Model>
memory_costs bptt_costs(Model const& m, time_plan const& time, std::ptrdiff_t steps,
                        run_options const& options)
{
    wanted_gradients const wanted = wanted_by<Cell>(options);
    memory_costs c =
        pass_costs<Cell, T>(m.bound(), time.chunks().extents(), threads_of(options.pool), wanted);
    c.unasked = has_matrix_states<Cell>() ? most_unasked_bytes : 0;
    std::ptrdiff_t of_states = 0;
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        of_states += entries_of_state<Cell>(m.bound(), k);
    }
    std::ptrdiff_t const batch = time.lengths().batch();
    std::ptrdiff_t const inputs = all_features_of<step_inputs_of<Cell>>(m.bound());
    std::ptrdiff_t const outputs = all_features_of<step_outputs_of<Cell>>(m.bound());
    std::ptrdiff_t of_inputs = 0;  // whose gradients are wanted
    for (std::size_t k = 0; k < step_inputs_of<Cell>::count; ++k) {
        of_inputs += wanted.input.has(k) ? features_of<step_inputs_of<Cell>>(m.bound(), k) : 0;
    }
    std::ptrdiff_t const results = steps * batch * (outputs + of_inputs);
    std::ptrdiff_t const packed = 2 * outputs + of_inputs;
    std::ptrdiff_t const copied =
        time.chunks().rows() * (inputs + (time.lengths().are_sorted() ? packed : 0));
    // Final states and the gradient of the initial ones; result_check copies their counterparts.
    std::ptrdiff_t const states = (options.check_finite ? 4 : 2) * batch * of_states;
    // A copy of each per-sequence input, and its gradient.
    std::ptrdiff_t const kept =
        (wanted.input ? 2 : 1) * batch * all_features_per_sequence<step_inputs_of<Cell>>(m.bound());
    c.fixed +=
        sizeof(gradients<Cell, T>) + sizeof(T) * ((wanted.parameters ? m.parameters().flat().size() : 0) +
                                                  static_cast<std::size_t>(results + copied + states + kept));
    return c;
}

/// plan_memory() for lengths of either kind.
template <class Model, class Lengths>
memory_plan plan_memory_for(Model const& m, Lengths const& lengths, run_options const& options)
{
    time_plan time;
    return time.make(lengths, options.chunk_rows, options.memory, [&](time_plan const& chunked) {
        return bptt_costs<typename Model::cell_type, typename Model::value_type>(
            m, chunked, chunked.lengths().steps(), options);
    });
}

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The memory that bptt::forward() and bptt::backward() over @p batch sequences of @p steps steps will
/// take with @p options.
///
/// It includes all allocations of the object: saved values, checkpoints, temporaries, packed weights, the
/// copy of the input, the output, and the gradients that the options do not leave out. It does not include a
/// copy of an output gradient that cannot be read in place, nor memory that an object has from an earlier,
/// larger run, nor that of the search for a number that is not finite, see run_options::check_finite. An
/// input that is borrowed() takes less.
/// @throws input_error if a number is 0, if values are larger than memory can be, or if no plan fits into
///         options.memory, saying the least that would fit.
template <class Cell, class T, class... Fixed>
memory_plan plan_memory(model<Cell, T, Fixed...> const& m, std::size_t steps, std::size_t batch,
                        run_options const& options = {})
{
    if (steps == 0 || batch == 0) {
        exec_internal::reject("plan_memory", "at least 1 step and 1 sequence",
                              exec_internal::concat(steps, " and ", batch));
    }
    exec_internal::equal_lengths const lengths{.steps = static_cast<std::ptrdiff_t>(steps),
                                               .batch = static_cast<std::ptrdiff_t>(batch)};
    m.bound().check_rows("plan_memory", lengths.steps, lengths.batch);
    return exec_internal::plan_memory_for(m, lengths, options);
}

/// The memory that bptt::forward() and bptt::backward() will take over sequences of these lengths, in a list
/// or in an array as long as the longest.
/// @throws input_error if there are no lengths or one is less than 1, if values are larger than memory can
///         be, or if no plan fits into options.memory, saying the least that would do.
template <class Cell, class T, class... Fixed>
memory_plan plan_memory(model<Cell, T, Fixed...> const& m, lengths_view lengths,
                        run_options const& options = {})
{
    if (lengths.count() == 0) {
        exec_internal::reject("plan_memory", "at least 1 length", "none");
    }
    exec_internal::check_lengths(lengths, std::numeric_limits<std::ptrdiff_t>::max(), lengths.count());
    std::ptrdiff_t longest = 0;
    for (std::ptrdiff_t b = 0; b < lengths.count(); ++b) {
        longest = std::max(longest, lengths[b]);
    }
    m.bound().check_rows("plan_memory", longest, lengths.count());
    return exec_internal::plan_memory_for(m, lengths, options);
}

}  // namespace rondo::inline RONDO_ISA
