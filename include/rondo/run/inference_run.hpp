#pragma once
/// @file
/// Runs a model forwards over a time plan and saves nothing.

#include <rondo/exec/forward_pass.hpp>
#include <rondo/exec/run_schedule.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/run/forward_sweep.hpp>
#include <rondo/sequence/inferred_rows.hpp>
#include <rondo/time/time_plan.hpp>

#include <any>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Arguments and results of a run that saves nothing. The inputs have the rows of a time plan, states are in
/// the caller's order.
template <class Cell, class T>
struct inference_arrays {
    pointers_of<step_inputs_of<Cell>, T const> inputs;  ///< (rows, features)
    inferred_rows<step_outputs_of<Cell>, T>& outputs;   ///< takes the outputs of one chunk after the other
    states_of<Cell, T> const* initial;                  ///< null for zeros
    states_of<Cell, T>* final;                          ///< resized and filled in
    prologue_pass<Cell, T>& prologue;                   ///< which has run for these sequences
};

/// A forward run whose values are not saved. It chooses the executable of the forward step by the cell and by
/// the number of rows.
template <class Cell, class T, class... Fixed>
class inference_run {
   public:
    /// Runs over all chunks of @p time. @p training is the forward pass of the same model that saves values;
    /// those are lost.
    ///
    /// Where a step has rows enough for the tiles, the inference executable multiplies by the input in the
    /// tiles of the step, so that fewer sums go through memory. The choice does not depend on the number of
    /// threads, or the result would.
    void run(forward_pass<forward_exe<Cell>, T, Fixed...>& training, time_plan const& time,
             inference_arrays<Cell, T> const& arrays)
    {
        if constexpr (compiled<Cell>::infers_step_by_step) {
            if (time.chunks().rows() >= time.lengths().steps() * blocking::min_tiled_rows) {
                sweep(made_from(training), time, arrays);
                return;
            }
        }
        sweep(training, time, arrays);
    }

   private:
    using pass_type = forward_pass<inference_exe<Cell>, T, Fixed...>;

    template <class Pass>
    static void sweep(Pass& pass, time_plan const& time, inference_arrays<Cell, T> const& arrays)
    {
        chunk_extents const& extents = time.chunks().extents();
        segment_rows const rows{
            .saved = extents.rows, .states = extents.states, .steps = 0, .histories = extents.batch};
        start_sweep<Cell, T>(pass, time, rows, arrays.initial, *arrays.final, arrays.prologue);
        using inputs = step_inputs_of<Cell>;
        for (std::size_t i = 0; i < time.chunks().size(); ++i) {
            chunk here = time.chunks()[i];
            auto first = arrays.inputs;
            for (std::size_t k = 0; k < inputs::count; ++k) {
                first[k] += here.data_row * features_of<inputs>(pass.bound(), k);
            }
            pass.bind(first, arrays.outputs.of_chunk(here));
            here.data_row = 0;
            run_without_saving(pass, time, i, here, arrays.final);
            arrays.outputs.finish_chunk(time, i);
        }
    }
    template <class Training>
    pass_type& made_from(Training& training)
    {
        if (!pass_.has_value()) {
            pass_.emplace<pass_type>(training.model(), training.pool(), training.frozen());
        }
        return std::any_cast<pass_type&>(pass_);
    }

    std::any pass_;  // made when it is first needed, so that its code stays out of programs that only train
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
