#pragma once
/// @file
/// How a run over a long sequence keeps within a memory budget.

#include <rondo/time/checkpoint_schedule.hpp>
#include <rondo/time/timeline.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA {

/// What a forward run keeps for the backward run.
enum class checkpointing {
    store_all,  ///< everything
    every_nth,  ///< states every n steps: what is in between is computed twice
    binomial,   ///< a few states: what is in between is computed again as often as it takes
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

/// The memory that a forward and a backward run take, and what it costs to keep within it. Steps are
/// counted for each sequence of the batch.
struct memory_plan {
    std::size_t bytes = 0;                              ///< all that the run allocates
    checkpointing strategy = checkpointing::store_all;  ///< what is kept
    std::ptrdiff_t segment = 0;                         ///< time steps kept at once
    std::ptrdiff_t segments = 0;                        ///< how many of those there are
    std::ptrdiff_t checkpoints = 0;                     ///< states stored at once
    std::ptrdiff_t steps = 0;                           ///< of all sequences
    std::ptrdiff_t steps_again = 0;                     ///< computed another time to go back

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
    std::size_t fixed = 0;        ///< whatever is kept
    std::size_t saved_row = 0;    ///< a row of remembered values
    std::size_t carried_row = 0;  ///< a row of states
    std::size_t checkpoint = 0;   ///< the states of a batch
    std::size_t entry = 0;        ///< its place in the list of checkpoints
};

/// The steps computed again to go back over the segments of @p time, found by going.
inline std::ptrdiff_t steps_again(timeline const& time, checkpoint_schedule& schedule,
                                  std::ptrdiff_t checkpoints)
{
    if (time.segments() == 1) {
        return 0;
    }
    auto const rows_before = [&](std::ptrdiff_t segment) {
        return time.chunks()[time.begin_of(segment)].data_row;
    };
    schedule.begin(checkpoints);
    std::ptrdiff_t rows = 0;
    for (std::ptrdiff_t i = time.segments(); i-- > 0;) {
        for (std::ptrdiff_t at = schedule.last_before(i); at < i;) {
            std::ptrdiff_t const next = schedule.next_before(i);
            rows += rows_before(next) - rows_before(at);
            at = next;
            if (at < i) {
                schedule.put(at);
            }
        }
    }
    return rows;
}

/// Cuts @p time into segments so that a run over it takes at most @p budget bytes (0 for any number)
/// and computes as few steps again as it can.
///
/// With s segments and s - 1 checkpoints every step but those of the last segment is computed twice; of
/// the numbers for which that fits, the smallest leaves the longest last segment. If none fits, the
/// fewest binomial repetitions decide. Segments are made of whole groups, so gradients are added up in
/// the same order whatever the budget. @p schedule is tried out, and has the memory it needs afterwards.
/// @throws std::invalid_argument if nothing fits, saying the least that would do.
inline memory_plan plan_segments(timeline& time, checkpoint_schedule& schedule, memory_costs const& costs,
                                 std::size_t budget)
{
    auto const most = static_cast<std::ptrdiff_t>(time.chunks().size());
    auto const bytes_of = [&](std::ptrdiff_t checkpoints) {
        auto const count = [](std::ptrdiff_t n) { return static_cast<std::size_t>(n); };
        return costs.fixed + count(time.room().saved) * costs.saved_row +
               count(time.room().carried) * costs.carried_row +
               count(checkpoints) * (costs.checkpoint + costs.entry);
    };
    std::size_t least = std::numeric_limits<std::size_t>::max();
    std::ptrdiff_t best_pieces = 0;
    std::ptrdiff_t best_checkpoints = 0;
    double best_again = std::numeric_limits<double>::infinity();
    for (std::ptrdiff_t pieces = 1; pieces <= most;) {
        time.cut(pieces);
        std::ptrdiff_t const wanted = time.segments() - 1;
        std::size_t const bare = bytes_of(0);
        least = std::min(least, bytes_of(std::min<std::ptrdiff_t>(wanted, 1)));
        if (budget == 0 || bytes_of(wanted) <= budget) {
            best_pieces = pieces;
            best_checkpoints = wanted;
            break;
        }
        std::size_t const each = costs.checkpoint + costs.entry;
        if (wanted > 0 && bare + each <= budget) {
            auto const checkpoints = static_cast<std::ptrdiff_t>((budget - bare) / each);
            double const again = static_cast<double>(least_advances(wanted + 1, checkpoints)) /
                                 static_cast<double>(wanted + 1);
            if (again < best_again) {
                best_again = again;
                best_pieces = pieces;
                best_checkpoints = checkpoints;
            }
        }
        // Every number at first, then ever fewer of them; the last one always.
        pieces = pieces == most ? most + 1 : std::min(most, pieces + 1 + pieces / 20);
    }
    if (best_pieces == 0) {
        throw std::invalid_argument("rondo: the memory budget: expected at least " + std::to_string(least) +
                                    " bytes for sequences of " + std::to_string(time.steps()) +
                                    " steps in a batch of " + std::to_string(time.batch()) + "; found " +
                                    std::to_string(budget) + "; fewer chunk_rows take less");
    }
    time.cut(best_pieces);
    std::ptrdiff_t const segments = time.segments();
    return {.bytes = bytes_of(best_checkpoints),
            .strategy = segments == 1                      ? checkpointing::store_all
                        : best_checkpoints == segments - 1 ? checkpointing::every_nth
                                                           : checkpointing::binomial,
            .segment = time.room().steps,
            .segments = segments,
            .checkpoints = best_checkpoints,
            .steps = time.rows(),
            .steps_again = steps_again(time, schedule, best_checkpoints)};
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
