#pragma once
/// @file
/// Cuts the time of a batch into chunks, and forms groups of them.

#include <rondo/time/batch_lengths.hpp>
#include <rondo/time/chunk.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The largest chunks of a batch. Memory that is used for one chunk after the other is sized by them.
struct chunk_extents {
    std::ptrdiff_t batch = 0;       ///< sequences of a chunk
    std::ptrdiff_t rows = 0;        ///< rows of a chunk
    std::ptrdiff_t states = 0;      ///< rows of its states, the states that it begins with included
    std::ptrdiff_t group_rows = 0;  ///< rows of an accumulation group of several chunks; 0 if there is none

    friend bool operator==(chunk_extents const&, chunk_extents const&) = default;
};

/// The extents where all sequences have one length: all chunks but the last are alike.
constexpr chunk_extents extents_of(equal_lengths all, std::ptrdiff_t chunk_rows) noexcept
{
    std::ptrdiff_t const steps = steps_in_rows(chunk_rows, all.steps, all.batch);
    return {.batch = all.batch, .rows = steps * all.batch, .states = (steps + 1) * all.batch};
}

/// The memory in rows that the chunks of a segment take together.
struct segment_rows {
    std::ptrdiff_t saved = 0;      ///< of saved values
    std::ptrdiff_t states = 0;     ///< of states that are carried over one step
    std::ptrdiff_t steps = 0;      ///< how many time steps they have
    std::ptrdiff_t histories = 0;  ///< rows of a state for every further step that it is carried over

    friend bool operator==(segment_rows const&, segment_rows const&) = default;
};

/// The memory of one segment that is all of a batch of sequences of one length.
constexpr segment_rows rows_of_all(equal_lengths all) noexcept
{
    return {.saved = all.steps * all.batch,
            .states = (all.steps + 1) * all.batch,
            .steps = all.steps,
            .histories = all.batch};
}

/// The chunks of a batch of sequences, first to last.
///
/// A chunk ends where it has about the given number of rows, and where a sequence ends: the next one
/// then has fewer sequences. Rows are packed: a sequence has none after its end. Four sequences of 9, 8, 5
/// and 3 steps, in chunks of about 8 rows:
///
/// @code
/// step        0   1   2   3   4   5   6   7   8
/// sequence 0  o   o | o | o   o | o   o   o | o
/// sequence 1  o   o | o | o   o | o   o   o |
/// sequence 2  o   o | o | o   o |
/// sequence 3  o   o | o |
/// chunk          0    1     2         3       4       of 8, 4, 6, 6 and 1 rows
/// group          0    1     2         3 . . . 3
/// @endcode
///
/// Consecutive chunks that have no more rows together than the largest chunk form an *accumulation
/// group*: the gradients of the parameters are accumulated over all its rows at once, as a product of many
/// rows is faster than several of few.
class chunk_list {
   public:
    /// Cuts the time of sequences of these lengths into chunks of about @p chunk_rows rows.
    void form(batch_lengths const& lengths, std::ptrdiff_t chunk_rows)
    {
        chunks_.clear();
        chunks_.reserve(count_cuts(lengths, chunk_rows));  // no more than that: the memory plan counts it
        extents_ = {.batch = lengths.batch()};
        std::ptrdiff_t row = 0;
        for_each_cut(lengths, chunk_rows, [&](std::ptrdiff_t steps, std::ptrdiff_t batch) {
            chunks_.push_back({.steps = steps, .batch = batch, .data_row = row});
            row += steps * batch;
            extents_.rows = std::max(extents_.rows, steps * batch);
            extents_.states = std::max(extents_.states, (steps + 1) * batch);
        });
        form_groups();
    }
    /// Places chunks @p first to @p last in the memory of a segment: sets their rows of saved values and
    /// states. The states that a chunk ends with are those that the next begins with, unless sequences have
    /// ended in between. Returns the memory that they take.
    segment_rows place(std::size_t first, std::size_t last)
    {
        segment_rows taken;
        for (std::size_t i = first; i < last; ++i) {
            chunk& c = chunks_[i];
            c.saved_row = taken.saved;
            c.state_row = taken.states;
            c.history_row = taken.histories;
            taken.saved += c.rows();
            bool const shares_states = i + 1 < last && chunks_[i + 1].batch == c.batch;
            taken.states = c.final_states() + (shares_states ? 0 : c.batch);
            taken.histories += shares_states ? 0 : c.batch;
            taken.steps += c.steps;
        }
        return taken;
    }

    /// How many chunks there are.
    [[nodiscard]] std::size_t size() const noexcept { return chunks_.size(); }
    /// Chunk @p i.
    [[nodiscard]] chunk const& operator[](std::size_t i) const { return chunks_[i]; }
    /// All chunks.
    [[nodiscard]] std::span<chunk const> all() const noexcept { return {chunks_.data(), chunks_.size()}; }
    /// Rows of all chunks together: the time steps of all sequences.
    [[nodiscard]] std::ptrdiff_t rows() const noexcept
    {
        return chunks_.back().data_row + chunks_.back().rows();
    }
    /// The largest chunks.
    [[nodiscard]] chunk_extents const& extents() const noexcept { return extents_; }
    /// Whether an accumulation group starts with chunk @p i.
    [[nodiscard]] bool starts_group(std::size_t i) const { return starts_group_[i] != 0; }
    /// How many sequences are still active after chunk @p i.
    [[nodiscard]] std::ptrdiff_t active_after(std::size_t i) const
    {
        return i + 1 < chunks_.size() ? chunks_[i + 1].batch : 0;
    }
    /// The memory of its lists in bytes.
    [[nodiscard]] std::size_t bytes() const noexcept
    {
        return chunks_.size() * (sizeof(chunk) + sizeof(char));
    }

   private:
    /// Calls `f(steps, most, batch)` for all steps that the same sequences take, of which a chunk has at most
    /// so many.
    template <class F>
    static void for_each_batch(batch_lengths const& lengths, std::ptrdiff_t chunk_rows, F&& f)
    {
        std::ptrdiff_t batch = lengths.batch();
        for (std::ptrdiff_t t = 0; t < lengths.steps(); t = lengths.length(batch - 1)) {
            while (lengths.length(batch - 1) == t) {
                --batch;
            }
            f(lengths.length(batch - 1) - t, steps_in_rows(chunk_rows, lengths.steps(), batch), batch);
        }
    }
    /// The number of chunks. It is computed without a loop over them: memory for too many is not there.
    static std::size_t count_cuts(batch_lengths const& lengths, std::ptrdiff_t chunk_rows)
    {
        std::ptrdiff_t count = 0;
        for_each_batch(lengths, chunk_rows, [&](std::ptrdiff_t steps, std::ptrdiff_t most, std::ptrdiff_t) {
            count += (steps - 1) / most + 1;
        });
        return static_cast<std::size_t>(count);
    }
    /// Calls `f(steps, batch)` for every chunk.
    template <class F>
    static void for_each_cut(batch_lengths const& lengths, std::ptrdiff_t chunk_rows, F&& f)
    {
        for_each_batch(lengths, chunk_rows,
                       [&](std::ptrdiff_t steps, std::ptrdiff_t most, std::ptrdiff_t batch) {
                           for (std::ptrdiff_t left = steps; left > 0; left -= std::min(most, left)) {
                               f(std::min(most, left), batch);
                           }
                       });
    }
    void form_groups()
    {
        starts_group_.assign(chunks_.size(), 1);
        std::ptrdiff_t filled = chunks_.front().rows();
        for (std::size_t i = 1; i < chunks_.size(); ++i) {
            bool const fits = filled + chunks_[i].rows() <= extents_.rows;
            filled = chunks_[i].rows() + (fits ? filled : 0);
            starts_group_[i] = fits ? 0 : 1;
            extents_.group_rows = fits ? std::max(extents_.group_rows, filled) : extents_.group_rows;
        }
    }

    std::vector<chunk> chunks_;
    std::vector<char> starts_group_;  // by chunk
    chunk_extents extents_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
