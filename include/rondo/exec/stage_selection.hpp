#pragma once
/// @file
/// The stages that a run executes, and those that it skips because their results are not wanted.

#include <rondo/kernel/executable.hpp>
#include <rondo/pass/find_needed_stages.hpp>

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
    /// The stages that are needed for the @p wanted gradients; see find_needed_stages().
    constexpr explicit stage_selection(wanted_gradients wanted) noexcept
        : needed_(wanted == wanted_gradients{}
                      ? nullptr
                      : &needed_for[std::size_t{wanted.input}][std::size_t{wanted.parameters}])
    {
    }

    /// Whether a stage is executed.
    [[nodiscard]] constexpr bool has(std::size_t s) const noexcept
    {
        return needed_ == nullptr || (*needed_)[s];
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

   private:
    static constexpr std::size_t count = Exe::schedule.stages.size();
    using flags = std::array<bool, count>;

    static constexpr flags flags_for(wanted_gradients wanted)
    {
        return to_array<count>(find_needed_stages(Exe::schedule, wanted));
    }
    /// The flags of all stages, indexed by wanted_gradients::input and wanted_gradients::parameters.
    static constexpr std::array<std::array<flags, 2>, 2> needed_for{
        {{flags_for({.input = false, .parameters = false}), flags_for({.input = false})},
         {flags_for({.parameters = false}), flags_for({})}}};

    flags const* needed_ = nullptr;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
