#pragma once
/// @file
/// Costs of a cell of given sizes: operations, parameters, memory.
///
/// They follow from the graph and the sizes, so they are known before anything runs. If the sizes are
/// constants, so are the costs: a program for a small machine can refuse to compile if its model is too
/// large.

#include <rondo/error/input_error.hpp>
#include <rondo/exec/pass_costs.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/model/model.hpp>
#include <rondo/pass/count_operations.hpp>
#include <rondo/run/input_selection.hpp>
#include <rondo/time/chunk_list.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rondo::inline RONDO_ISA {

/// Costs of one step of one sequence, and sizes of the model.
struct model_costs {
    operation_count forward{};            ///< of a step
    operation_count backward{};           ///< of a step back, with all gradients
    std::int64_t parameters = 0;          ///< numbers in the parameters
    std::int64_t saved_bytes = 0;         ///< saved by a step for the backward step: its new states and other
                                          ///< values, padded to full vectors
    operation_count sequence_forward{};   ///< once for a sequence: of per_sequence inputs and start()
    operation_count sequence_backward{};  ///< once for a sequence back, with all gradients

    friend constexpr bool operator==(model_costs, model_costs) = default;
};

/// The extent of a run.
struct run_extent {
    std::ptrdiff_t steps = 1;                                       ///< time steps
    std::ptrdiff_t batch = 1;                                       ///< sequences side by side
    std::ptrdiff_t chunk_rows = exec_internal::default_chunk_rows;  ///< as in run_options
    std::ptrdiff_t threads = 1;                                     ///< that share the work
    bool frozen = false;                                            ///< as in run_options
    exec_internal::input_selection input_gradient = true;           ///< as in run_options
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::exec_internal {

/// costs_of() for sizes of either kind.
template <class Cell, class T, class Sizes>
constexpr model_costs costs_of_sizes(Sizes const& size)
{
    model_costs c{.forward = count_operations(compiled<Cell>::forward, size),
                  .backward = count_operations(compiled<Cell>::backward, size)};
    for (parameter_info const& p : compiled<Cell>::shapes.parameters) {
        c.parameters += entries_of(size, p.shape);
    }
    using forward = workspace<forward_exe<Cell>, T>;
    c.saved_bytes = static_cast<std::int64_t>(forward::bytes(size, {.states = 1, .saved = 1}, 0) -
                                              forward::bytes(size, {}, 0));
    if constexpr (compiled<Cell>::has_prologue) {
        using prologue = compiled<ir_internal::prologue_of<Cell>>;
        c.sequence_forward = count_operations(prologue::forward, size);
        c.sequence_backward = count_operations(prologue::backward, size);
    }
    return c;
}

/// Checks that a run has steps of sequences, and not more than memory can hold.
/// @throws input_error; @p what names the function that counts its bytes.
template <class Sizes>
constexpr void check_run(std::string_view what, Sizes const& size, std::ptrdiff_t steps, std::ptrdiff_t batch)
{
    if (steps < 1 || batch < 1) {
        exec_internal::reject(what, "at least 1 step and 1 sequence", concat(steps, " and ", batch));
    }
    size.check_rows(what, steps, batch);
}

/// training_bytes() for sizes of either kind.
template <class Cell, class T, class Sizes>
constexpr std::int64_t training_bytes_of_sizes(Sizes const& size, run_extent const& run)
{
    check_run("training_bytes", size, run.steps, run.batch);
    equal_lengths const lengths{.steps = run.steps, .batch = run.batch};
    wanted_gradients const wanted{.input = run.input_gradient.inputs_of<Cell>(), .parameters = !run.frozen};
    memory_costs const costs =
        pass_costs<Cell, T>(size, extents_of(lengths, run.chunk_rows), run.threads, wanted);
    return static_cast<std::int64_t>(costs.bytes(rows_of_all(lengths), 0));
}

/// stream_bytes() for sizes of either kind.
template <class Cell, class T, class Sizes>
constexpr std::int64_t stream_bytes_of_sizes(Sizes const& size, std::ptrdiff_t voices)
{
    check_run("stream_bytes", size, 1, voices);
    row_counts const rows{.states = 2 * voices, .histories = voices, .span = voices, .step = voices};
    return static_cast<std::int64_t>(workspace<inference_exe<Cell>, T>::bytes(size, rows, 0) +
                                     prologue_pass<Cell, T>::forward_bytes(size, voices));
}

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The costs of a model.
template <class Cell, class T, class... Fixed>
constexpr model_costs costs_of(model<Cell, T, Fixed...> const& m)
{
    return exec_internal::costs_of_sizes<Cell, T>(m.bound());
}
/// The costs of a type of models whose sizes are all constants.
///
/// @code
/// using small = model<lstm<>, float, fixed<input, 1>, fixed<hidden, 40>>;
/// static_assert(costs_of<small>().forward.total() < 15'000);
/// @endcode
template <class Model>
consteval model_costs costs_of()
{
    return exec_internal::costs_of_sizes<typename Model::cell_type, typename Model::value_type>(
        typename Model::sizes_type{});
}

/// Bytes of the workspaces in which a bptt that saves all values runs forward and backward: saved values,
/// temporaries and packed weights. The copy of the input, the output and the gradients are not included; see
/// plan_memory().
/// @throws input_error if a number of @p run is below 1 or larger than memory can hold.
template <class Cell, class T, class... Fixed>
constexpr std::int64_t training_bytes(model<Cell, T, Fixed...> const& m, run_extent const& run)
{
    return exec_internal::training_bytes_of_sizes<Cell, T>(m.bound(), run);
}
/// training_bytes() of a type of models whose sizes are all constants.
template <class Model>
consteval std::int64_t training_bytes(run_extent const& run)
{
    return exec_internal::training_bytes_of_sizes<typename Model::cell_type, typename Model::value_type>(
        typename Model::sizes_type{}, run);
}

/// Bytes of the workspace of a stream for @p voices voices. Its copy of the parameters, the output and
/// the states that it returns are not included.
/// @throws input_error if there are no voices, or more than memory can hold.
template <class Cell, class T, class... Fixed>
constexpr std::int64_t stream_bytes(model<Cell, T, Fixed...> const& m, std::ptrdiff_t voices = 1)
{
    return exec_internal::stream_bytes_of_sizes<Cell, T>(m.bound(), voices);
}
/// stream_bytes() of a type of models whose sizes are all constants.
template <class Model>
consteval std::int64_t stream_bytes(std::ptrdiff_t voices = 1)
{
    return exec_internal::stream_bytes_of_sizes<typename Model::cell_type, typename Model::value_type>(
        typename Model::sizes_type{}, voices);
}

}  // namespace rondo::inline RONDO_ISA
