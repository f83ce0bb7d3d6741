#pragma once
/// @file
/// Cuts the chunks of a batch into segments: the values of one segment at a time are in memory.

#include <rondo/time/chunk_list.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Consecutive chunks that share the memory of saved values and states. A segment is made of whole
/// accumulation groups, so that gradients are accumulated in the same order whatever the segments are.
///
/// @code
/// chunk          0   1   2   3   4   5   6   7   8   9   10
/// group          0   1   2 . 2   4   5   6   7   8 . 8 . 8
/// segment of 3  [0        ] [1         ] [2           ]        forward: a checkpoint at each [
/// @endcode
class segment_list {
   public:
    /// Cuts @p chunks into at most @p count segments of about as many rows, and places every chunk in the
    /// memory of its segment. The first segment has the remainder and is the shortest.
    void cut(chunk_list& chunks, std::ptrdiff_t count)
    {
        starts_.clear();
        starts_.reserve(chunks.size());  // no more than that: the memory plan counts it
        std::ptrdiff_t const least = (chunks.rows() + count - 1) / count;
        std::ptrdiff_t filled = 0;
        for (std::size_t i = chunks.size(); i-- > 0;) {
            filled += chunks[i].rows();
            if ((filled >= least && chunks.starts_group(i)) || i == 0) {
                starts_.push_back(i);
                filled = 0;
            }
        }
        std::reverse(starts_.begin(), starts_.end());
        chunk_count_ = chunks.size();
        largest_ = {};
        for (std::ptrdiff_t i = 0; i < size(); ++i) {
            segment_rows const taken = chunks.place(first_chunk(i), first_chunk(i + 1));
            largest_.saved = std::max(largest_.saved, taken.saved);
            largest_.states = std::max(largest_.states, taken.states);
            largest_.histories = std::max(largest_.histories, taken.histories);
            largest_.steps = std::max(largest_.steps, taken.steps);
        }
    }

    /// How many segments there are.
    [[nodiscard]] std::ptrdiff_t size() const noexcept { return static_cast<std::ptrdiff_t>(starts_.size()); }
    /// The first chunk of segment @p i; for `i == size()`, the number of chunks.
    [[nodiscard]] std::size_t first_chunk(std::ptrdiff_t i) const
    {
        return i == size() ? chunk_count_ : starts_[static_cast<std::size_t>(i)];
    }
    /// The memory in which every segment fits.
    [[nodiscard]] segment_rows const& largest() const noexcept { return largest_; }
    /// The memory in bytes of the list of @p chunks chunks.
    static constexpr std::size_t bytes(std::size_t chunks) noexcept { return chunks * sizeof(std::size_t); }

   private:
    std::vector<std::size_t> starts_;
    segment_rows largest_;
    std::size_t chunk_count_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
