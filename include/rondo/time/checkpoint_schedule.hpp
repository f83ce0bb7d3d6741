#pragma once
/// @file
/// When to put a checkpoint, where there is room for a few: revolve (Griewank and Walther 2000).

#include <rondo/namespaces.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The chain lengths for which s checkpoints let no segment be advanced through more than r times:
/// the binomial coefficient of s + r over s; 0 for a negative r, and no more than @p most.
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

/// How often a segment of a chain of @p segments must be advanced through at most, given @p
/// checkpoints, that at the beginning included.
constexpr std::ptrdiff_t repetitions(std::ptrdiff_t segments, std::ptrdiff_t checkpoints)
{
    std::ptrdiff_t r = 0;
    while (reachable_segments(checkpoints, r, segments) < segments) {
        ++r;
    }
    return r;
}

/// The segments that must be advanced through again to run back over a chain of @p segments, the least
/// there can be (Griewank and Walther 2000, proposition 1). The pass that keeps the values of a segment
/// is not counted.
constexpr std::ptrdiff_t least_advances(std::ptrdiff_t segments, std::ptrdiff_t checkpoints)
{
    std::ptrdiff_t const r = repetitions(segments, checkpoints);
    return r * segments - reachable_segments(checkpoints + 1, r - 1, r * segments);
}

/// The checkpoints of a chain of segments that is run back over from its end to its beginning.
///
/// Before segment @p i is run back over, one goes from the last checkpoint to it, and puts others on the
/// way where the binomial rule says: with the fewest segments run again that the number of checkpoints
/// allows. One checkpoint is always at the beginning.
class checkpoint_schedule {
   public:
    /// Begins with the checkpoint of segment 0, and room for @p checkpoints with it.
    void begin(std::ptrdiff_t checkpoints)
    {
        most_ = static_cast<std::size_t>(checkpoints);
        at_.clear();
        at_.reserve(most_);
        at_.push_back(0);
    }

    /// The memory that the list of so many checkpoints takes.
    static constexpr std::size_t bytes(std::size_t checkpoints) noexcept
    {
        return checkpoints * sizeof(std::ptrdiff_t);
    }

    /// Gives up the checkpoints behind segment @p i. Returns the segment of the last one that is left.
    std::ptrdiff_t last_before(std::ptrdiff_t i)
    {
        while (at_.back() > i) {
            at_.pop_back();
        }
        return at_.back();
    }
    /// The number of the last checkpoint, counted from 0.
    [[nodiscard]] std::ptrdiff_t slot() const noexcept { return static_cast<std::ptrdiff_t>(at_.size()) - 1; }
    /// How far to go from the last checkpoint on the way to segment @p i; if that is not @p i, put() is
    /// to be called there.
    [[nodiscard]] std::ptrdiff_t next_before(std::ptrdiff_t i) const
    {
        std::ptrdiff_t const segments = i + 1 - at_.back();
        auto const left = static_cast<std::ptrdiff_t>(most_ - at_.size());
        if (left == 0 || segments <= 2) {
            return i;
        }
        std::ptrdiff_t const s = left + 1;  // that at the beginning included
        std::ptrdiff_t const r = repetitions(segments, s);
        // Neither part may take more repetitions than the whole.
        std::ptrdiff_t const first = std::max({std::ptrdiff_t{1}, reachable_segments(s, r - 2, segments),
                                               segments - reachable_segments(s - 1, r, segments)});
        return at_.back() + first;
    }
    /// Puts a checkpoint at segment @p i, behind the last.
    void put(std::ptrdiff_t i) { at_.push_back(i); }

   private:
    std::vector<std::ptrdiff_t> at_;  // segments, in order
    std::size_t most_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
