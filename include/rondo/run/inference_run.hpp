#pragma once
/// @file
/// Runs a model forwards over a time plan and saves nothing.

#include <rondo/exec/forward_pass.hpp>
#include <rondo/exec/run_schedule.hpp>
#include <rondo/run/forward_sweep.hpp>
#include <rondo/time/time_plan.hpp>

#include <any>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

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
             forward_arrays<Cell, T> const& arrays)
    {
        if constexpr (has_one_loop) {
            if (time.chunks().rows() >= time.lengths().steps() * blocking::min_tiled_rows) {
                sweep(made_from(training), time, arrays);
                return;
            }
        }
        sweep(training, time, arrays);
    }

   private:
    using pass_type = forward_pass<inference_exe<Cell>, T, Fixed...>;

    /// Whether there is one dense loop and no product after it. Scans have no tiles; the weights of several
    /// loops, or of a wide read-out, are better read once for many steps than in every step.
    static constexpr bool has_one_loop = [] {
        int loops = 0;
        section last{};
        for (stage const& s : compiled<Cell>::forward_schedule.stages) {
            if (s.where.is_loop) {
                loops += s.kind == stage_kind::scan ? 2 : s.where != last;
                last = s.where;
            } else if (loops > 0 && s.kind == stage_kind::tile) {
                return false;
            }
        }
        return loops == 1;
    }();

    template <class Pass>
    static void sweep(Pass& pass, time_plan const& time, forward_arrays<Cell, T> const& arrays)
    {
        chunk_extents const& extents = time.chunks().extents();
        start_sweep(pass, time, {.saved = extents.rows, .states = extents.states, .steps = 0}, arrays);
        sweep_without_saving(pass, time, 0, time.chunks().size(), arrays.final);
    }
    template <class Training>
    pass_type& made_from(Training const& training)
    {
        if (!pass_.has_value()) {
            pass_.emplace<pass_type>(training.model(), training.pool(), training.frozen());
        }
        return *std::any_cast<pass_type>(&pass_);
    }

    std::any pass_;  // made when it is first needed, so that its code stays out of programs that only train
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
