#pragma once
/// @file
/// The lengths of the sequences of a batch, and the order in which a run takes the sequences.

#include <rondo/namespaces.hpp>
#include <rondo/time/lengths_view.hpp>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// @p batch sequences of @p steps time steps each.
struct equal_lengths {
    std::ptrdiff_t steps = 0;  ///< time steps of each sequence
    std::ptrdiff_t batch = 0;  ///< how many sequences
};

/// The lengths of the sequences of a batch.
///
/// Sequences of different lengths are sorted, the longest first. In that order the sequences that are
/// active at a step are always the first ones, so that every step is a block of consecutive rows.
class batch_lengths {
   public:
    /// Sequences of one length, in the caller's order.
    void assign(equal_lengths all)
    {
        steps_ = all.steps;
        batch_ = all.batch;
        lengths_.clear();
        order_.clear();
    }
    /// Sequences of these lengths, each at least 1, sorted.
    void assign(lengths_view lengths)
    {
        batch_ = lengths.count();
        order_.resize(static_cast<std::size_t>(batch_));
        std::iota(order_.begin(), order_.end(), std::ptrdiff_t{0});
        std::sort(order_.begin(), order_.end(), [&](std::ptrdiff_t a, std::ptrdiff_t b) {
            std::ptrdiff_t const more = lengths[a] - lengths[b];
            return more != 0 ? more > 0 : a < b;
        });
        lengths_.resize(order_.size());
        std::transform(order_.begin(), order_.end(), lengths_.begin(),
                       [&](std::ptrdiff_t b) { return lengths[b]; });
        steps_ = lengths_.front();
    }

    /// Time steps of the longest sequence.
    [[nodiscard]] std::ptrdiff_t steps() const noexcept { return steps_; }
    /// Time steps of the shortest sequence.
    [[nodiscard]] std::ptrdiff_t shortest() const noexcept
    {
        return lengths_.empty() ? steps_ : lengths_.back();
    }
    /// How many sequences there are.
    [[nodiscard]] std::ptrdiff_t batch() const noexcept { return batch_; }
    /// Time steps of sequence @p i in sorted order.
    [[nodiscard]] std::ptrdiff_t length(std::ptrdiff_t i) const
    {
        return lengths_.empty() ? steps_ : lengths_[static_cast<std::size_t>(i)];
    }
    /// For every sequence in sorted order its index in the caller's batch; empty if the order is the
    /// caller's.
    [[nodiscard]] std::span<std::ptrdiff_t const> sorted_indices() const noexcept
    {
        return {order_.data(), order_.size()};
    }
    /// Whether the sequences are in sorted order. Their rows are then packed, without padding.
    [[nodiscard]] bool are_sorted() const noexcept { return !order_.empty(); }
    /// The memory of its lists in bytes.
    [[nodiscard]] std::size_t bytes() const noexcept
    {
        return (order_.size() + lengths_.size()) * sizeof(std::ptrdiff_t);
    }

   private:
    std::vector<std::ptrdiff_t> lengths_;  // longest first; empty if all are equal
    std::vector<std::ptrdiff_t> order_;
    std::ptrdiff_t steps_ = 0;
    std::ptrdiff_t batch_ = 0;
};

/// The index in the caller's batch of sequence @p b in sorted order.
inline std::ptrdiff_t original_index(std::span<std::ptrdiff_t const> sorted_indices, std::ptrdiff_t b)
{
    return sorted_indices.empty() ? b : sorted_indices[static_cast<std::size_t>(b)];
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
