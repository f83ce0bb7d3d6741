#pragma once
/// @file
/// Finds the stages of a backward step that only compute gradients which a run leaves out.

#include <rondo/pass/form_sections.hpp>

#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The results of a backward step, a bit for each: the gradients of the inputs by their index, those of the
/// parameters together, and the adjoints of the states together.
using result_set = std::uint64_t;

/// The gradient of input @p k.
constexpr result_set input_result(std::size_t k) { return result_set{1} << k; }
/// The gradients of the parameters.
inline constexpr result_set parameter_results = input_result(max_sequences);
/// The adjoints of the states, which are always wanted.
inline constexpr result_set state_results = input_result(max_sequences + 1);
/// The gradients of the values that the prologue computes, which lead to those of per-sequence inputs and of
/// parameters.
inline constexpr result_set per_sequence_results = input_result(max_sequences + 2);

/// The inputs of which a backward run computes the gradient. Those that are per-sequence are counted after
/// the others.
class input_set {
   public:
    /// All inputs, or none.
    constexpr input_set(bool all) noexcept : bits_(all ? parameter_results - 1 : 0) {}  // NOLINT: an option

    /// Adds input @p k.
    constexpr void insert(std::size_t k) noexcept { bits_ |= input_result(k); }
    /// Whether input @p k is one of them.
    [[nodiscard]] constexpr bool has(std::size_t k) const noexcept { return (bits_ & input_result(k)) != 0; }
    /// Whether there are any.
    constexpr explicit operator bool() const noexcept { return bits_ != 0; }
    /// Their gradients.
    [[nodiscard]] constexpr result_set results() const noexcept { return bits_; }

    friend constexpr bool operator==(input_set, input_set) = default;

   private:
    result_set bits_;
};

/// The gradients that a backward run computes, beside those of the initial states.
struct wanted_gradients {
    input_set input = true;  ///< the gradients of these inputs
    bool parameters = true;  ///< the gradients of the parameters

    /// All results of such a run.
    [[nodiscard]] constexpr result_set results() const noexcept
    {
        return input.results() | state_results | (parameters ? parameter_results : 0) |
               (parameters || input ? per_sequence_results : 0);
    }
    friend constexpr bool operator==(wanted_gradients, wanted_gradients) = default;
};

/// The results that each stage of a schedule leads to.
using stage_results = static_vector<result_set, max_stages, stage_id, too_many_stages>;

namespace detail {

/// The results that are in array @p a of @p s itself.
constexpr result_set results_in(array const& a)
{
    switch (a.kind) {
        case storage::input_gradient: return input_result(static_cast<std::size_t>(a.index));
        case storage::span:
        case storage::step:
        case storage::kept: return 0;
        default: return state_results;
    }
}

}  // namespace detail

/// The results that each stage of @p s, the schedule of a backward step, leads to: those that it writes, and
/// those of the stages that read what it writes (liveness analysis, over stages instead of instructions).
///
/// The stages of loops and scans lead to the adjoint of a state, because every node of a loop does, but those
/// that move_into_loops() has put there. They count as such, so a run that leaves gradients out only skips
/// stages of phases and reductions. A stage that writes an unwanted gradient and something that is needed is
/// executed, so it still needs memory for one chunk of that gradient.
constexpr stage_results find_stage_results(schedule const& s)
{
    static_vector<result_set, max_arrays, array_id, too_many_arrays> through{};  // each array
    for (array_id a = 0; a < s.arrays.size(); ++a) {
        through.push_back(detail::results_in(s.arrays[a]));
    }
    stage_results found{};
    for (stage_id i = 0; i < s.stages.size(); ++i) {
        found.push_back(s.stages[i].adds_to_parameters() ? parameter_results
                        : s.stages[i].is_reduction()     ? per_sequence_results
                        : s.stages[i].where.is_loop      ? state_results
                                                         : 0);
    }
    for (stage_id i = s.stages.size(); i-- > 0;) {
        stage const& st = s.stages[i];
        for (entry_id e = st.stores.begin; e < st.stores.end && !st.is_reduction(); ++e) {
            if (array_id const to = s.stores[e].to; to != no_array) {
                found[i] |= through[to];
            }
        }
        detail::for_each_array_read(s, st, [&](array_id a) {
            if (a != no_array) {
                through[a] |= found[i];
            }
        });
    }
    return found;
}

/// The results, beside the gradient of input @p k itself, for which a stage of @p s that writes this gradient
/// is executed. @p found are those of find_stage_results().
constexpr result_set results_beside_input(schedule const& s, stage_results const& found, std::size_t k)
{
    result_set beside = 0;
    for (stage_id i = 0; i < s.stages.size(); ++i) {
        range const stores = s.stages[i].stores;
        for (entry_id e = stores.begin; e < stores.end; ++e) {
            array_id const to = s.stores[e].to;
            if (to != no_array && s.arrays[to].kind == storage::input_gradient &&
                static_cast<std::size_t>(s.arrays[to].index) == k) {
                beside |= found[i];
            }
        }
    }
    return beside & ~input_result(k);
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
