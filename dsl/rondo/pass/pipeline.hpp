#pragma once
/// @file
/// The compiler's table of contents: from a cell to its schedules.

#include <rondo/lang/trace.hpp>
#include <rondo/pass/choose_saved_values.hpp>
#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/emit_schedule.hpp>
#include <rondo/pass/hoist_invariant_terms.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Whether the trace of a cell is sound. The message names the cell.
template <class Cell, bool MetUnlisted>
struct uses_only_listed_members {
    static_assert(!MetUnlisted,
                  "the step of this cell uses a member that is missing in its "
                  "BOOST_HANA_ADAPT_STRUCT list, or a value that came from nowhere");
    static constexpr bool value = !MetUnlisted;
};

namespace detail {

template <class Cell>
inline constexpr traced_step trace_of = trace<Cell>();

}  // namespace detail

/// A cell whose step the compiler could trace. Where it could not, it has said why; the passes are
/// then given an empty step, for clang would report each of them as well.
template <class Cell>
concept traceable = requires { typename std::bool_constant<detail::trace_of<Cell>.met_unlisted>; };

/// Stages a program, of the recurrence @p r, and lays the stages out.
constexpr schedule scheduled(program const& p, recurrence_structure const& r, node_list const& kept)
{
    return emit_schedule(p, r, fuse_stages(p, r, kept), kept);
}

/// Everything the compiler knows of a cell, each pass a constant of its own.
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

    /// Shapes and names. (A copy, so that a program that reads it does not have the graph in it.)
    static constexpr signature shapes = traced.shapes;
    /// The forward step.
    static constexpr program forward = hoist_invariant_terms(simplify(traced.step));
    /// The derived backward step, and which forward values it wants kept.
    static constexpr saved_values reverse = choose_saved_values(forward, differentiate(forward));
    /// The backward step, its sums rearranged.
    static constexpr program backward = hoist_invariant_terms(reverse.backward);

    /// How the forward step is carried out.
    static constexpr schedule forward_schedule = scheduled(forward, recurrence(forward), reverse.kept);
    /// How it is carried out where nothing is kept, and nothing is gained from many steps at once.
    static constexpr schedule inference_schedule = scheduled(forward, step_by_step(forward), {});
    /// How the backward step is carried out.
    static constexpr schedule backward_schedule = scheduled(backward, recurrence(backward), {});
};

}  // namespace rondo::inline RONDO_ISA::ir_internal
