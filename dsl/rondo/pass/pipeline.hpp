#pragma once
/// @file
/// The list of passes, from a cell to its schedules.
///
/// | Pass                    | Result                                                      |
/// |-------------------------|-------------------------------------------------------------|
/// | trace                   | the step as it was written, a program                       |
/// | simplify                | constants folded, dead nodes dropped                        |
/// | separate_prologue       | what is computed once for each sequence, apart from the step |
/// | hoist_invariant_terms   | sums reordered: time-parallel terms leave the loops         |
/// | differentiate           | the backward step, together with the forward step           |
/// | erase_gradient_controls | both, without the operations that only choose a gradient    |
/// | choose_saved_values     | the backward step alone, and the values saved for it        |
/// | drop_unneeded_nodes     | the forward step without values that only had a derivative  |
/// | recurrence              | what must run step by step; step_by_step for inference: all |
/// | move_into_loops         | work on matrices of a loop moved there, if it was outside   |
/// | fuse_stages             | the stage of every node                                     |
/// | order_stages            | the stages in the order of execution                        |
/// | fuse_accumulations      | the sums that accumulators add up                           |
/// | list_work               | the values that each stage computes or loads                |
/// | assign_buffers          | the arrays of the values that stages exchange               |
/// | emit_schedule           | the stages, written down                                    |
/// | form_sections           | the stages that run together, and who reads each array      |
///
/// hoist_invariant_terms and choose_saved_values simplify the program that they have made. differentiate asks
/// find_active_nodes which values have an adjoint. choose_saved_values and fuse_stages ask find_fixed_values
/// which values depend on parameters alone. erase_gradient_controls and drop_unneeded_nodes only run
/// for cells that control a gradient. A run that leaves gradients out asks find_stage_results which stages of
/// the backward schedule it can skip. separate_prologue only runs for cells with per-sequence inputs or a
/// start(); the prologue, a step without states, goes through all passes as a cell of its own.

#include <rondo/lang/trace.hpp>
#include <rondo/pass/choose_saved_values.hpp>
#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/drop_unneeded_nodes.hpp>
#include <rondo/pass/emit_schedule.hpp>
#include <rondo/pass/erase_gradient_controls.hpp>
#include <rondo/pass/form_sections.hpp>
#include <rondo/pass/hoist_invariant_terms.hpp>
#include <rondo/pass/move_into_loops.hpp>
#include <rondo/pass/separate_prologue.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Whether the trace of a cell is valid. The message names the cell.
template <class Cell, bool MetUnlisted>
struct uses_only_listed_members {
    static_assert(!MetUnlisted,
                  "the step of this cell uses a member that is missing in its "
                  "RONDO_MEMBERS list, or a value that came from nowhere");
    static constexpr bool value = !MetUnlisted;
};

template <class Cell>
struct compiled;

/// The prologue of @p Cell as a step without states. Its parameters and dimensions are those of the cell.
template <class Cell>
struct prologue_of {};

namespace detail {

template <class Cell>
inline constexpr traced_step trace_of = trace<Cell>();

template <class Cell>
inline constexpr traced_step trace_of<prologue_of<Cell>> = [] {
    traced_step traced{.step = compiled<Cell>::separated.prologue};
    traced.shapes.dimensions = compiled<Cell>::shapes.dimensions;
    traced.shapes.parameters = compiled<Cell>::shapes.parameters;
    traced.shapes.inputs = compiled<Cell>::shapes.per_sequence;
    return traced;
}();

}  // namespace detail

/// A cell whose step the compiler could trace. If it could not, the trace has reported why; the passes
/// then work on an empty step, because clang would report an error for each of them as well.
template <class Cell>
concept traceable = requires { typename std::bool_constant<detail::trace_of<Cell>.met_unlisted>; };

/// Schedules @p p, whose nodes run where @p r says and of which the backward step needs those in @p saved.
constexpr schedule lower(program const& p, recurrence_structure const& r, node_list const& saved)
{
    staging const stages = fuse_stages(p, r, saved);
    stage_order const order = order_stages(p, r, stages, saved);
    accumulations const sums = fuse_accumulations(p, stages, order);
    stage_work const work = list_work(p, r, stages, order, sums);
    buffer_assignment const buffers = assign_buffers(p, stages, order, work.is_needed);
    schedule out = emit_schedule(p, r, order, sums, work, buffers);
    form_sections(out);
    return out;
}

/// A compiled cell: its two steps and their schedules, each a constant.
template <class Cell>
struct compiled {
    /// The step as it was written.
    static constexpr traced_step traced = [] {
        if constexpr (traceable<Cell>) {
            return detail::trace_of<Cell>;
        } else {
            return traced_step{};
        }
    }();
    static_assert(uses_only_listed_members<Cell, traced.met_unlisted>::value);
    static_assert(lang_internal::start_is_before_the_first_step<Cell, traced.start_reads_step>::value);

    /// Shapes and names. They are a copy, so that a program that reads them does not contain the graph.
    static constexpr signature shapes = traced.shapes;
    /// Whether values are computed once for each sequence, by the prologue.
    static constexpr bool has_prologue = shapes.has_prologue();
    /// The step together with its prologue. Only a cell that has one evaluates it.
    static constexpr program whole = simplify(traced.step);
    /// The step and its prologue. Only a cell that has one evaluates it.
    static constexpr separated_step separated = separate_prologue(whole, shapes.inputs.size());
    /// The number of per-sequence values that the step reads.
    static constexpr std::size_t per_sequence_values = [] {
        if constexpr (has_prologue) {
            return static_cast<std::size_t>(separated.values);
        } else {
            return std::size_t{0};
        }
    }();
    /// The step that is differentiated, with its sums reordered.
    static constexpr program differentiable = [] {
        if constexpr (has_prologue) {
            return hoist_invariant_terms(simplify(separated.step));
        } else {
            return hoist_invariant_terms(simplify(traced.step));
        }
    }();
    /// The parameters that are constants. There are no gradients with respect to them.
    static constexpr parameter_flags constants = [] {
        parameter_flags out{};
        for (parameter_info const& p : shapes.parameters) {
            out.push_back(p.is_constant);
        }
        return out;
    }();
    /// Whether the step chooses a derivative of its own.
    static constexpr bool controls_gradient = has_gradient_controls(differentiable);
    /// Both steps without the operations that control gradients. Only a cell that has some evaluates it.
    static constexpr derived_steps erased = [] {
        program const step = erase_gradient_controls(differentiable);
        program const derived = erase_gradient_controls(differentiate(differentiable, constants));
        return drop_unneeded_nodes(step, choose_saved_values(step, derived));
    }();
    /// The forward step of such a cell without the values that are only saved.
    static constexpr program erased_inference = simplify(erased.forward);
    /// The forward step.
    static constexpr program const& forward = []() -> program const& {
        if constexpr (controls_gradient) {
            return erased.forward;
        } else {
            return differentiable;
        }
    }();
    static_assert(contexts_are_multiplied_once<Cell, [] {
        if constexpr (has_prologue) {
            return multiplies_per_sequence(forward);
        } else {
            return false;
        }
    }()>::value);
    /// The forward step if no value is saved.
    static constexpr program const& inference = []() -> program const& {
        if constexpr (controls_gradient) {
            return erased_inference;
        } else {
            return differentiable;
        }
    }();
    /// The derived backward step, and the forward values that are saved for it.
    static constexpr saved_values reverse = [] {
        if constexpr (controls_gradient) {
            return erased.reverse;
        } else {
            return choose_saved_values(forward, differentiate(forward, constants));
        }
    }();
    /// The backward step with its sums reordered.
    static constexpr program backward = hoist_invariant_terms(reverse.backward);

    /// The schedule of the forward step in training.
    static constexpr schedule forward_schedule =
        lower(forward, move_into_loops(forward, recurrence(forward)), reverse.saved);
    /// The schedule of the backward step.
    static constexpr schedule backward_schedule =
        lower(backward, move_into_loops(backward, recurrence(backward)), {});
    /// The schedule of the forward step if no value is saved and every step is taken alone.
    static constexpr schedule inference_schedule = lower(inference, step_by_step(inference), {});
    /// Whether inference over a sequence, of batches that fill the tiles of a step, runs by
    /// inference_schedule; otherwise it runs by forward_schedule, as all other inference over sequences.
    static constexpr bool infers_step_by_step = gains_from_single_steps(forward_schedule);
};

}  // namespace rondo::inline RONDO_ISA::ir_internal
