#pragma once
/// @file
/// The memory of a run, and the recomputation that keeps it within a budget.

#include <rondo/time/checkpoint_schedule.hpp>
#include <rondo/time/chunk_list.hpp>

#include <cstddef>
#include <ostream>
#include <string_view>

namespace rondo::inline RONDO_ISA {

/// Which values a forward pass saves for the backward pass.
enum class checkpointing {
    store_all,  ///< all values
    every_nth,  ///< the states every n steps; the steps in between are computed twice
    binomial,   ///< a few states; the steps in between are computed as often as necessary
};

/// The name of a strategy, as in a sentence.
constexpr std::string_view describe(checkpointing c) noexcept
{
    switch (c) {
        case checkpointing::store_all: return "stores all steps";
        case checkpointing::every_nth: return "stores every n-th state";
        default: return "binomial checkpoints";
    }
}

/// The memory that a forward and a backward pass take, and the work that keeps them within it.
struct memory_plan {
    std::size_t bytes = 0;                              ///< all that the run allocates
    checkpointing strategy = checkpointing::store_all;  ///< which values are saved
    std::ptrdiff_t segment = 0;                         ///< time steps saved at once, at most
    std::ptrdiff_t segments = 0;                        ///< how many segments there are
    std::ptrdiff_t checkpoints = 0;                     ///< checkpoints in memory at once
    std::ptrdiff_t steps = 0;                           ///< of all sequences together
    std::ptrdiff_t steps_again = 0;                     ///< of all sequences together, recomputed to go back

    friend bool operator==(memory_plan const&, memory_plan const&) = default;
};

/// Prints a plan as a sentence.
inline std::ostream& operator<<(std::ostream& out, memory_plan const& p)
{
    out << p.bytes << " bytes: " << describe(p.strategy);
    if (p.strategy != checkpointing::store_all) {
        out << ", " << p.segments << " segments of " << p.segment << " steps, " << p.checkpoints
            << " checkpoints";
    }
    return out << ", computes " << p.steps_again << " of " << p.steps << " steps again";
}

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::exec_internal {

/// Bytes that the memory of a run is made of.
struct memory_costs {
    std::size_t fixed = 0;        ///< whatever is saved
    std::size_t saved_row = 0;    ///< a row of saved values
    std::size_t state_row = 0;    ///< a row of states
    std::size_t checkpoint = 0;   ///< a checkpoint: the states of a batch
    std::size_t history_row = 0;  ///< a row of every further step that a state is carried over
    std::size_t unasked = 0;      ///< the most that is not fixed in a run without a budget; 0 for any number

    /// The bytes of a run whose largest segment takes @p segment, with so many checkpoints.
    [[nodiscard]] constexpr std::size_t bytes(segment_rows const& segment,
                                              std::ptrdiff_t checkpoints) const noexcept
    {
        return fixed + static_cast<std::size_t>(segment.saved) * saved_row +
               static_cast<std::size_t>(segment.states) * state_row +
               static_cast<std::size_t>(segment.histories) * history_row +
               static_cast<std::size_t>(checkpoints) * checkpoint;
    }
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
