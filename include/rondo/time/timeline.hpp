#pragma once
/// @file
/// Cuts the time of a batch into stretches, and those into segments that are kept one at a time.

#include <rondo/time/chunk.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <numeric>
#include <span>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// What it takes to keep any one segment of a timeline.
struct segment_room {
    std::ptrdiff_t saved = 0;    ///< rows of remembered values
    std::ptrdiff_t carried = 0;  ///< rows of states
    std::ptrdiff_t steps = 0;    ///< of the longest segment
};

/// The stretches of a batch of sequences, first to last.
///
/// Sequences of different lengths are put in order, the longest first, so that those that go on are
/// always the first ones: a chunk ends where a sequence ends, and the next has fewer rows. Rows are
/// packed: there is none for a step that a sequence does not have.
class timeline {
   public:
    /// @p batch sequences of @p steps steps, in stretches of about @p chunk_rows rows.
    void set(std::ptrdiff_t steps, std::ptrdiff_t batch, std::ptrdiff_t chunk_rows)
    {
        lengths_.clear();
        order_.clear();
        fill(steps, batch, chunk_rows);
    }
    /// Sequences of `steps_of(element)` steps each, none of them 0, one for every element of @p list.
    // (All that only lists need is in here, so that programs without lists do not compile it.)
    template <class List, class StepsOf = std::identity>
        requires requires(List const& list) {
            {
                std::begin(list)
            } -> std::random_access_iterator;
        }
    void set(List const& list, std::ptrdiff_t chunk_rows, StepsOf steps_of = {})
    {
        auto const first = std::begin(list);
        std::ptrdiff_t const batch = std::distance(first, std::end(list));
        auto const length = [&](std::ptrdiff_t b) { return static_cast<std::ptrdiff_t>(steps_of(first[b])); };
        order_.resize(static_cast<std::size_t>(batch));
        std::iota(order_.begin(), order_.end(), std::ptrdiff_t{0});
        std::sort(order_.begin(), order_.end(), [&](std::ptrdiff_t a, std::ptrdiff_t b) {
            std::ptrdiff_t const more = length(a) - length(b);
            return more != 0 ? more > 0 : a < b;
        });
        lengths_.resize(order_.size());
        std::transform(order_.begin(), order_.end(), lengths_.begin(), length);
        fill(lengths_.front(), batch, chunk_rows);
    }

    /// Steps of the longest sequence.
    [[nodiscard]] std::ptrdiff_t steps() const noexcept { return steps_; }
    /// Steps of the shortest.
    [[nodiscard]] std::ptrdiff_t shortest() const noexcept
    {
        return lengths_.empty() ? steps_ : lengths_.back();
    }
    /// Sequences at the beginning.
    [[nodiscard]] std::ptrdiff_t batch() const noexcept { return chunks_.front().batch; }
    /// Steps of all sequences together.
    [[nodiscard]] std::ptrdiff_t rows() const noexcept
    {
        return chunks_.back().data_row + chunks_.back().rows();
    }
    /// The most rows of a stretch.
    [[nodiscard]] std::ptrdiff_t most_rows() const noexcept { return most_rows_; }
    /// The most rows of the states of a stretch, those it begins with included.
    [[nodiscard]] std::ptrdiff_t most_states() const noexcept { return most_states_; }
    /// Which of the caller's sequences each one is; empty if all have one length.
    [[nodiscard]] std::span<std::ptrdiff_t const> sorted_indices() const noexcept
    {
        return {order_.data(), order_.size()};
    }
    /// All stretches.
    [[nodiscard]] std::span<chunk const> chunks() const noexcept { return {chunks_.data(), chunks_.size()}; }

    /// Cuts it into at most @p pieces segments of about as many rows, and gives every chunk its place
    /// in the memory of a segment. What is left over makes the first segment the shortest.
    void cut(std::ptrdiff_t pieces)
    {
        begins_.clear();
        std::ptrdiff_t const least = (rows() + pieces - 1) / pieces;
        std::ptrdiff_t filled = 0;
        for (std::size_t i = chunks_.size(); i-- > 0;) {
            filled += chunks_[i].rows();
            if ((filled >= least && begins_group(i)) || i == 0) {
                begins_.push_back(i);
                filled = 0;
            }
        }
        std::reverse(begins_.begin(), begins_.end());
        room_ = {};
        for (std::ptrdiff_t i = 0; i < segments(); ++i) {
            place(i);
        }
    }
    /// What it takes to keep any one of its segments.
    [[nodiscard]] segment_room const& room() const noexcept { return room_; }
    /// How many segments there are.
    [[nodiscard]] std::ptrdiff_t segments() const noexcept
    {
        return static_cast<std::ptrdiff_t>(begins_.size());
    }
    /// The chunk that a segment begins with; behind the last segment, the number of stretches.
    [[nodiscard]] std::size_t begin_of(std::ptrdiff_t segment) const
    {
        return segment == segments() ? chunks_.size() : begins_[static_cast<std::size_t>(segment)];
    }
    /// Whether a group begins with stretch @p s: consecutive stretches of about chunk_rows rows together,
    /// whose gradients are added up together. A segment is made of whole groups.
    [[nodiscard]] bool begins_group(std::size_t s) const { return groups_[s] != 0; }
    /// Rows of the largest group of several stretches; 0 if there is none.
    [[nodiscard]] std::ptrdiff_t most_gathered() const noexcept { return most_gathered_; }
    /// How many sequences go on after stretch @p s.
    [[nodiscard]] std::ptrdiff_t going_on(std::size_t s) const
    {
        return s + 1 < chunks_.size() ? chunks_[s + 1].batch : 0;
    }

    /// The memory that its lists take.
    [[nodiscard]] std::size_t bytes() const noexcept
    {
        return chunks_.size() * (sizeof(chunk) + sizeof(std::size_t) + sizeof(char)) +
               (order_.size() + lengths_.size()) * sizeof(std::ptrdiff_t);
    }

   private:
    /// Calls `f(steps, batch)` for every stretch.
    template <class F>
    void for_each_cut(std::ptrdiff_t batch, std::ptrdiff_t chunk_rows, F&& f) const
    {
        for (std::ptrdiff_t t = 0; t < steps_;) {
            while (!lengths_.empty() && lengths_[static_cast<std::size_t>(batch - 1)] == t) {
                --batch;
            }
            std::ptrdiff_t const end =
                lengths_.empty() ? steps_ : lengths_[static_cast<std::size_t>(batch - 1)];
            std::ptrdiff_t const n = std::min(steps_of_rows(chunk_rows, {steps_, batch}), end - t);
            f(n, batch);
            t += n;
        }
    }
    void fill(std::ptrdiff_t steps, std::ptrdiff_t batch, std::ptrdiff_t chunk_rows)
    {
        steps_ = steps;
        std::size_t count = 0;
        for_each_cut(batch, chunk_rows, [&](auto, auto) { ++count; });
        chunks_.clear();
        chunks_.reserve(count);  // no more than that
        begins_.clear();
        begins_.reserve(count);
        most_rows_ = most_states_ = 0;
        std::ptrdiff_t row = 0;
        for_each_cut(batch, chunk_rows, [&](std::ptrdiff_t n, std::ptrdiff_t b) {
            chunks_.push_back({n, b, row});
            row += n * b;
            most_rows_ = std::max(most_rows_, n * b);
            most_states_ = std::max(most_states_, (n + 1) * b);
        });
        form_groups();
    }
    void form_groups()
    {
        groups_.assign(chunks_.size(), 1);
        most_gathered_ = 0;
        std::ptrdiff_t filled = chunks_.front().rows();
        for (std::size_t i = 1; i < chunks_.size(); ++i) {
            bool const fits = filled + chunks_[i].rows() <= most_rows_;
            filled = chunks_[i].rows() + (fits ? filled : 0);
            groups_[i] = fits ? 0 : 1;
            most_gathered_ = fits ? std::max(most_gathered_, filled) : most_gathered_;
        }
    }
    /// Places the stretches of a segment. States that one ends with are those the next begins with,
    /// unless sequences have ended in between.
    void place(std::ptrdiff_t segment)
    {
        std::ptrdiff_t kept = 0;
        std::ptrdiff_t states = 0;
        std::ptrdiff_t steps = 0;
        std::size_t const end = begin_of(segment + 1);
        for (std::size_t i = begin_of(segment); i < end; ++i) {
            chunk& s = chunks_[i];
            s.saved_row = kept;
            s.state_row = states;
            kept += s.rows();
            bool const shares = i + 1 < end && chunks_[i + 1].batch == s.batch;
            states = s.final_states() + (shares ? 0 : s.batch);
            steps += s.steps;
        }
        room_.saved = std::max(room_.saved, kept);
        room_.carried = std::max(room_.carried, states);
        room_.steps = std::max(room_.steps, steps);
    }

    std::vector<std::ptrdiff_t> lengths_;  // longest first; empty if all are the same
    std::vector<std::ptrdiff_t> order_;
    std::vector<chunk> chunks_;
    std::vector<std::size_t> begins_;  // of segments
    std::vector<char> groups_;         // by stretch: whether a group begins with it
    segment_room room_;
    std::ptrdiff_t steps_ = 0;
    std::ptrdiff_t most_rows_ = 0;
    std::ptrdiff_t most_states_ = 0;
    std::ptrdiff_t most_gathered_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
