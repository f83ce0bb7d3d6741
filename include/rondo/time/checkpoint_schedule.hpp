#pragma once
/// @file
/// Where to put checkpoints if there is memory for a few: revolve (Griewank and Walther 2000).

#include <rondo/namespaces.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The longest chain of segments that @p s checkpoints can reverse if no segment is advanced through more
/// than @p r times: the binomial coefficient of s + r over s; 0 for a negative r, and no more than @p most.
constexpr std::ptrdiff_t reachable_segments(std::ptrdiff_t s, std::ptrdiff_t r, std::ptrdiff_t most)
{
    if (r < 0) {
        return 0;
    }
    std::ptrdiff_t product = 1;
    for (std::ptrdiff_t i = 1; i <= std::min(s, r) && product < most; ++i) {
        product = product * (std::max(s, r) + i) / i;
    }
    return std::min(product, most);
}

/// How often any segment of a chain of @p segments must be advanced through at most, with so many
/// @p checkpoints. The checkpoint at the beginning counts.
constexpr std::ptrdiff_t repetitions(std::ptrdiff_t segments, std::ptrdiff_t checkpoints)
{
    std::ptrdiff_t r = 0;
    while (reachable_segments(checkpoints, r, segments) < segments) {
        ++r;
    }
    return r;
}

/// The fewest segments that must be advanced through to run back over a chain of @p segments (Griewank and
/// Walther 2000, proposition 1). The pass that saves the values of a segment is not counted.
constexpr std::ptrdiff_t least_advances(std::ptrdiff_t segments, std::ptrdiff_t checkpoints)
{
    std::ptrdiff_t const r = repetitions(segments, checkpoints);
    return r * segments - reachable_segments(checkpoints + 1, r - 1, r * segments);
}

/// Where to put the next checkpoint in a chain of @p segments that begins with a checkpoint, if there is
/// memory for @p left more: the index of a segment. The index of the last segment means that there is none to
/// put.
constexpr std::ptrdiff_t next_checkpoint(std::ptrdiff_t segments, std::ptrdiff_t left)
{
    if (left == 0 || segments <= 2) {
        return segments - 1;
    }
    std::ptrdiff_t const s = left + 1;  // the checkpoint at the beginning included
    std::ptrdiff_t const r = repetitions(segments, s);
    // Neither part may take more repetitions than the whole.
    return std::max({std::ptrdiff_t{1}, reachable_segments(s, r - 2, segments),
                     segments - reachable_segments(s - 1, r, segments)});
}

/// The rows that are computed again to run back over segments @p first to @p last from a checkpoint at
/// @p first, with memory for @p left more checkpoints. `rows_before(i)` is the number of rows of all segments
/// before segment i.
template <class RowsBefore>
std::ptrdiff_t recomputed_rows(std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t left,
                               RowsBefore const& rows_before)
{
    std::ptrdiff_t rows = 0;
    // A checkpoint splits the chain into two that are reversed one after the other. The recursion takes the
    // shorter one, so that it is never deep.
    while (last - first > 1 && left > 0) {
        std::ptrdiff_t const next = first + next_checkpoint(last - first, left);
        rows += rows_before(next) - rows_before(first);
        if (last - next < next - first) {
            rows += recomputed_rows(next, last, left - 1, rows_before);
            last = next;
        } else {
            rows += recomputed_rows(first, next, left, rows_before);
            first = next;
            --left;
        }
    }
    for (std::ptrdiff_t i = first + 1; i < last; ++i) {
        rows += rows_before(i) - rows_before(first);
    }
    return rows;
}

/// The checkpoints of a chain of segments that is run back over from its end to its beginning.
///
/// Before segment @p i is run back over, the run advances from the last checkpoint to it, and puts more
/// checkpoints on the way where the binomial rule says: as few segments are run again as the number of
/// checkpoints allows. One checkpoint is always at the beginning.
class checkpoint_schedule {
   public:
    /// Starts with a checkpoint at segment 0, and memory for @p checkpoints with it.
    void start(std::ptrdiff_t checkpoints)
    {
        most_ = static_cast<std::size_t>(checkpoints);
        segments_.clear();
        segments_.reserve(most_);
        segments_.push_back(0);
    }

    /// The memory in bytes of the list of so many checkpoints.
    static constexpr std::size_t bytes(std::size_t checkpoints) noexcept
    {
        return checkpoints * sizeof(std::ptrdiff_t);
    }

    /// Drops the checkpoints after segment @p i. Returns the segment of the last one that is left.
    std::ptrdiff_t last_before(std::ptrdiff_t i)
    {
        while (segments_.back() > i) {
            segments_.pop_back();
        }
        return segments_.back();
    }
    /// The index of the last checkpoint, counted from 0.
    [[nodiscard]] std::ptrdiff_t last_index() const noexcept
    {
        return static_cast<std::ptrdiff_t>(segments_.size()) - 1;
    }
    /// The segment up to which to advance from the last checkpoint on the way to segment @p i. If it is not
    /// @p i, it gets the next checkpoint, see put().
    [[nodiscard]] std::ptrdiff_t next_before(std::ptrdiff_t i) const
    {
        std::ptrdiff_t const last = segments_.back();
        return last + next_checkpoint(i + 1 - last, static_cast<std::ptrdiff_t>(most_ - segments_.size()));
    }
    /// Puts a checkpoint at segment @p i, behind the last one.
    void put(std::ptrdiff_t i) { segments_.push_back(i); }

   private:
    std::vector<std::ptrdiff_t> segments_;  // of the checkpoints, in order
    std::size_t most_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
