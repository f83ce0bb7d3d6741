#pragma once
/// @file
/// Finds the stages of a backward step that only compute gradients which a run leaves out.

#include <rondo/pass/form_sections.hpp>

#include <algorithm>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The gradients that a backward run computes, beside those of the initial states.
struct wanted_gradients {
    bool input = true;       ///< the gradient of the input
    bool parameters = true;  ///< the gradients of the parameters

    friend constexpr bool operator==(wanted_gradients, wanted_gradients) = default;
};

/// A flag for each stage of a schedule.
using stage_flags = static_vector<bool, max_stages, stage_id, too_many_stages>;

namespace detail {

/// Whether a stage of @p s that writes to array @p a is needed, if no later stage reads the array.
constexpr bool is_result(schedule const& s, array_id a, wanted_gradients wanted)
{
    storage const kind = s.arrays[a].kind;
    return kind == storage::input_gradient
               ? wanted.input
               : kind != storage::span && kind != storage::step && kind != storage::kept;
}

}  // namespace detail

/// Whether each stage of @p s, the schedule of a backward step, writes a wanted gradient, the adjoint of a
/// state, or a value that such a stage reads (liveness analysis, over stages instead of instructions).
///
/// The stages of loops and scans are always needed, because every node of a loop leads to a state. So a run
/// that leaves gradients out only skips stages of phases and reductions. A stage that writes an unwanted
/// gradient and something that is needed is executed, so it still needs memory for one chunk
/// of that gradient.
constexpr stage_flags find_needed_stages(schedule const& s, wanted_gradients wanted)
{
    static_vector<bool, max_arrays, array_id, too_many_arrays> is_read{};
    for (array_id a = 0; a < s.arrays.size(); ++a) {
        is_read.push_back(detail::is_result(s, a, wanted));
    }
    stage_flags needed{};
    for (stage_id i = 0; i < s.stages.size(); ++i) {
        needed.push_back(false);
    }
    for (stage_id i = s.stages.size(); i-- > 0;) {
        stage const& st = s.stages[i];
        needed[i] = st.is_reduction()
                        ? wanted.parameters
                        : std::any_of(s.stores.begin() + st.stores.begin, s.stores.begin() + st.stores.end,
                                      [&](store const& to) { return to.to != no_array && is_read[to.to]; });
        if (needed[i]) {
            detail::for_each_array_read(s, st, [&](array_id a) {
                if (a != no_array) {
                    is_read[a] = true;
                }
            });
        }
    }
    return needed;
}

/// Whether a run that leaves out the gradient of the input still executes a stage that writes it.
constexpr bool fuses_input_gradient(schedule const& s)
{
    stage_flags const needed = find_needed_stages(s, {.input = false});
    for (stage_id i = 0; i < s.stages.size(); ++i) {
        range const stores = s.stages[i].stores;
        for (entry_id e = stores.begin; needed[i] && e < stores.end; ++e) {
            array_id const to = s.stores[e].to;
            if (to != no_array && s.arrays[to].kind == storage::input_gradient) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
