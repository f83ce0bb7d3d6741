#pragma once
/// @file
/// The stages that a run executes, and those that it skips because their results are not wanted.

#include <rondo/kernel/executable.hpp>
#include <rondo/pass/find_stage_results.hpp>

#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The stages of @p Exe that a run executes: all, or those of a backward step that compute the wanted
/// gradients.
template <class Exe>
class stage_selection {
   public:
    /// All stages.
    constexpr stage_selection() noexcept = default;
    /// The stages that are needed for the @p wanted gradients; see find_stage_results().
    constexpr explicit stage_selection(wanted_gradients wanted) noexcept
        : results_(wanted == wanted_gradients{} ? nullptr : &results_of_stages), wanted_(wanted.results())
    {
    }

    /// Whether a stage is executed.
    [[nodiscard]] constexpr bool has(std::size_t s) const noexcept
    {
        return results_ == nullptr || ((*results_)[s] & wanted_) != 0;
    }
    /// Whether any of some consecutive stages is executed.
    [[nodiscard]] constexpr bool has_any(stage_range stages) const noexcept
    {
        bool any = false;
        for (stage_id s = stages.begin; s < stages.end; ++s) {
            any = any || has(static_cast<std::size_t>(s));
        }
        return any;
    }
    /// Whether a stage writes the gradient of input @p k and is executed although this gradient is unwanted.
    static constexpr bool writes_unwanted(std::size_t k, wanted_gradients wanted) noexcept
    {
        return !wanted.input.has(k) && (results_beside[k] & wanted.results()) != 0;
    }

   private:
    static constexpr std::size_t count = Exe::schedule.stages.size();

    /// The results that each stage leads to.
    static constexpr auto results_of_stages = to_array<count>(find_stage_results(Exe::schedule));
    /// The other results for which the gradient of each input is computed.
    static constexpr auto results_beside = [] {
        constexpr std::size_t inputs = compiled<typename Exe::cell_type>::shapes.inputs.size();
        auto const found = find_stage_results(Exe::schedule);
        std::array<result_set, inputs> all{};
        for (std::size_t k = 0; k < inputs; ++k) {
            all[k] = results_beside_input(Exe::schedule, found, k);
        }
        return all;
    }();

    std::array<result_set, count> const* results_ = nullptr;
    result_set wanted_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
