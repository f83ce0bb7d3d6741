#pragma once
/// @file
/// The pipeline at run time, for a program instead of a cell.

#include <rondo/pass/pipeline.hpp>

namespace rondo::test {

/// The two steps of a program with their schedules.
struct scheduled_steps {
    ir_internal::program forward;
    ir_internal::program derived;
    ir_internal::saved_values reverse;
    ir_internal::program backward;
    ir_internal::schedule forward_schedule;
    ir_internal::schedule backward_schedule;
    ir_internal::schedule inference_schedule;

    explicit scheduled_steps(ir_internal::program const& step,
                             ir_internal::parameter_flags const& constants = {})
        : forward(hoist_invariant_terms(simplify(step))),
          derived(differentiate(forward, constants)),
          reverse(choose_saved_values(forward, derived)),
          backward(hoist_invariant_terms(reverse.backward)),
          forward_schedule(lower(forward, move_into_loops(forward, recurrence(forward)), reverse.saved)),
          backward_schedule(lower(backward, move_into_loops(backward, recurrence(backward)), {})),
          inference_schedule(lower(forward, step_by_step(forward), {}))
    {
    }
};

}  // namespace rondo::test
