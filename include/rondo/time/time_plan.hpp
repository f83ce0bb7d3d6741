#pragma once
/// @file
/// The plan of a run in time: its chunks, accumulation groups and segments, and the memory that it takes.

#include <rondo/error/input_error.hpp>
#include <rondo/time/batch_lengths.hpp>
#include <rondo/time/checkpoint_schedule.hpp>
#include <rondo/time/chunk_list.hpp>
#include <rondo/time/memory_plan.hpp>
#include <rondo/time/segment_list.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The plan of a run over a batch of sequences. It is made once for a run and not changed while it runs.
///
/// Four sequences of 9, 8, 5 and 3 steps, in chunks of about 8 rows and in two segments:
///
/// @code
/// step        0   1   2   3   4   5   6   7   8
/// sequence 0  o   o | o | o   o | o   o   o | o
/// sequence 1  o   o | o | o   o | o   o   o |
/// sequence 2  o   o | o | o   o |
/// sequence 3  o   o | o |
/// chunk       0     | 1 | 2     | 3         | 4   of 8, 4, 6, 6 and 1 rows
/// group       0     | 1 | 2     | 3               chunks whose gradients are accumulated at once
/// segment     0         | 1                       chunks whose values are in memory at once
/// checkpoint  *           *                       states from which a segment is run
/// @endcode
class time_plan {
   public:
    /// Plans a run that takes all chunks in one segment.
    template <class Lengths>
    void make(Lengths const& lengths, std::ptrdiff_t chunk_rows)
    {
        lengths_.assign(lengths);
        chunks_.form(lengths_, chunk_rows);
        segments_.cut(chunks_, 1);
    }
    /// Plans a run that takes at most @p budget bytes and recomputes as few steps as possible. With a budget
    /// of 0 it saves all values or, if that takes more than memory_costs::unasked, recomputes steps to come
    /// as near to that as possible. `costs_of(plan)` gives the @ref memory_costs of a run whose lengths and
    /// chunks are those of the plan; the memory of the plan itself is added here.
    /// @throws input_error if no plan fits, saying the least that would do.
    template <class Lengths, class CostsOf>
    memory_plan make(Lengths const& lengths, std::ptrdiff_t chunk_rows, std::size_t budget,
                     CostsOf const& costs_of)
    {
        lengths_.assign(lengths);
        chunks_.form(lengths_, chunk_rows);
        memory_costs costs = costs_of(*this);
        costs.fixed += bytes();
        costs.checkpoint += checkpoint_schedule::bytes(1);
        return keep_within(budget, costs);
    }

    /// The lengths of the sequences.
    [[nodiscard]] batch_lengths const& lengths() const noexcept { return lengths_; }
    /// The chunks and their accumulation groups.
    [[nodiscard]] chunk_list const& chunks() const noexcept { return chunks_; }
    /// The segments.
    [[nodiscard]] segment_list const& segments() const noexcept { return segments_; }
    /// The most checkpoints that are in memory at once.
    [[nodiscard]] std::ptrdiff_t checkpoints() const noexcept { return checkpoints_; }
    /// The memory of its lists in bytes.
    [[nodiscard]] std::size_t bytes() const noexcept
    {
        return lengths_.bytes() + chunks_.bytes() + segment_list::bytes(chunks_.size());
    }

   private:
    /// Cuts the chunks into segments.
    ///
    /// With s segments and s - 1 checkpoints all steps but those of the last segment are computed twice. Of
    /// the numbers s for which that fits, the smallest leaves the longest last segment. If none fits, the
    /// number decides whose binomial schedule recomputes least.
    memory_plan keep_within(std::size_t budget, memory_costs const& costs)
    {
        bool const is_asked = budget > 0 || costs.unasked == 0;
        std::size_t const least = choose_segments(is_asked ? budget : costs.fixed + costs.unasked, costs);
        if (least > 0 && is_asked) {
            exec_internal::reject("the memory budget",
                                  concat("at least ", least, " bytes for sequences of ", lengths_.steps(),
                                         " steps in a batch of ", lengths_.batch()),
                                  concat(budget, "; fewer chunk_rows take less"));
        }
        if (least > 0) {
            choose_segments(least, costs);
        }
        return describe_memory(costs);
    }
    /// Cuts the chunks into segments for @p budget bytes, 0 for any number. Returns 0 or, if no plan fits,
    /// the least that would do.
    std::size_t choose_segments(std::size_t budget, memory_costs const& costs)
    {
        auto const most = static_cast<std::ptrdiff_t>(chunks_.size());
        std::size_t least = std::numeric_limits<std::size_t>::max();
        std::ptrdiff_t best = 0;  // segments
        double best_again = std::numeric_limits<double>::infinity();
        for (std::ptrdiff_t count = 1; count <= most;) {
            segments_.cut(chunks_, count);
            std::ptrdiff_t const all = segments_.size() - 1;  // checkpoints, one for each but the last
            auto const bytes_with = [&](std::ptrdiff_t n) { return costs.bytes(segments_.largest(), n); };
            least = std::min(least, bytes_with(std::min<std::ptrdiff_t>(all, 1)));
            if (budget == 0 || bytes_with(all) <= budget) {
                best = count;
                checkpoints_ = all;
                break;
            }
            if (all > 0 && bytes_with(1) <= budget) {
                auto const fitting = static_cast<std::ptrdiff_t>((budget - bytes_with(0)) / costs.checkpoint);
                double const again =
                    static_cast<double>(least_advances(all + 1, fitting)) / static_cast<double>(all + 1);
                if (again < best_again) {
                    best_again = again;
                    best = count;
                    checkpoints_ = fitting;
                }
            }
            // First every number, then ever fewer of them, and always the last one.
            count = count == most ? most + 1 : std::min(most, count + 1 + count / 20);
        }
        if (best == 0) {
            return least;
        }
        segments_.cut(chunks_, best);
        return 0;
    }
    [[nodiscard]] memory_plan describe_memory(memory_costs const& costs) const
    {
        std::ptrdiff_t const count = segments_.size();
        auto const rows_before = [&](std::ptrdiff_t segment) {
            return chunks_[segments_.first_chunk(segment)].data_row;
        };
        return {.bytes = costs.bytes(segments_.largest(), checkpoints_),
                .strategy = count == 1                  ? checkpointing::store_all
                            : checkpoints_ == count - 1 ? checkpointing::every_nth
                                                        : checkpointing::binomial,
                .segment = segments_.largest().steps,
                .segments = count,
                .checkpoints = checkpoints_,
                .steps = chunks_.rows(),
                .steps_again = recomputed_rows(0, count, checkpoints_ - 1, rows_before)};
    }

    batch_lengths lengths_;
    chunk_list chunks_;
    segment_list segments_;
    std::ptrdiff_t checkpoints_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
