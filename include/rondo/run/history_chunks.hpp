#pragma once
/// @file
/// The chunks of a history: which sequences take which steps, and where their rows are.

#include <rondo/namespaces.hpp>
#include <rondo/time/chunk.hpp>
#include <rondo/time/lengths_view.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Consecutive steps that the same sequences of a batch take side by side.
struct history_chunk {
    chunk rows{};               ///< where its rows begin; its inputs and saved values have the same ones
    std::ptrdiff_t column = 0;  ///< its first time step, counted from the oldest of the history
    std::size_t first = 0;      ///< of its sequences in the list of all chunks

    /// The column after its last step.
    [[nodiscard]] std::ptrdiff_t end() const noexcept { return column + rows.steps; }
};

/// Chunks of windows that follow each other in time.
///
/// A window is the time steps of one forward run. Its steps are *columns*, which all sequences of the batch
/// have in common. A sequence of l steps takes them in the first l columns of the window. The sequences are
/// sorted, the longest first, so a window is cut into chunks where a sequence ends. Three sequences in two
/// windows of 4 columns, with lengths of 4, 2, 3 and of 4, 0, 4:
///
/// @code
/// column      0   1   2   3   4   5   6   7
/// sequence 0  o   o | o | o | o   o   o   o |
/// sequence 2  o   o | o |   | o   o   o   o |
/// sequence 1  o   o |   |   |               |
/// chunk       0     | 1 | 2 | 3             |
/// @endcode
class history_chunks {
   public:
    /// Drops all chunks.
    void clear() noexcept
    {
        chunks_.clear();
        sequences_.clear();
        continues_.clear();
        columns_ = rows_ = states_ = histories_ = 0;
    }
    /// Makes room for @p chunks chunks of @p batch sequences.
    void reserve(std::ptrdiff_t chunks, std::ptrdiff_t batch)
    {
        chunks_.reserve(static_cast<std::size_t>(chunks));
        sequences_.reserve(static_cast<std::size_t>(chunks * batch));
        continues_.reserve(static_cast<std::size_t>(chunks * batch));
    }

    /// All chunks, the oldest first.
    [[nodiscard]] std::span<history_chunk const> all() const noexcept { return chunks_; }
    /// The sequences of @p c in the caller's batch, in the order of its rows.
    [[nodiscard]] std::span<std::ptrdiff_t const> sequences(history_chunk const& c) const
    {
        return std::span(sequences_).subspan(c.first, static_cast<std::size_t>(c.rows.batch));
    }
    /// Whether row @p i of @p c continues the steps of its sequence before. If not, the sequence has begun
    /// anew.
    [[nodiscard]] bool continues(history_chunk const& c, std::ptrdiff_t i) const
    {
        return continues_[c.first + static_cast<std::size_t>(i)] != 0;
    }
    /// How many columns there are.
    [[nodiscard]] std::ptrdiff_t columns() const noexcept { return columns_; }
    /// Rows of saved values.
    [[nodiscard]] std::ptrdiff_t rows() const noexcept { return rows_; }
    /// Rows of states that are carried over one step.
    [[nodiscard]] std::ptrdiff_t states() const noexcept { return states_; }
    /// The rows that a state takes for every further step that it is carried over.
    [[nodiscard]] std::ptrdiff_t histories() const noexcept { return histories_; }

    /// The most rows of a chunk, or of the part of at most @p depth steps and about @p chunk_rows rows that
    /// is run at once.
    [[nodiscard]] std::ptrdiff_t rows_run_together(
        std::ptrdiff_t chunk_rows, std::ptrdiff_t depth = std::numeric_limits<std::ptrdiff_t>::max()) const
    {
        std::ptrdiff_t most = 0;
        for (history_chunk const& c : chunks_) {
            std::ptrdiff_t const steps = std::min(depth, c.rows.steps);
            most = std::max(most, steps_in_rows(chunk_rows, steps, c.rows.batch) * c.rows.batch);
        }
        return most;
    }

    /// Becomes the chunks of a window of @p columns columns that follows @p before. Sequences that have begun
    /// anew since are marked in @p is_new, which has an entry for each sequence of the batch.
    void follow(history_chunks const& before, lengths_view lengths, std::ptrdiff_t columns,
                std::span<char const> is_new)
    {
        clear();
        sort_longest_first(lengths, columns, static_cast<std::ptrdiff_t>(is_new.size()));
        for (std::ptrdiff_t const b : sequences_) {
            continues_.push_back(is_new[static_cast<std::size_t>(b)] != 0 ? 0 : 1);
        }
        columns_ = before.columns_ + columns;
        rows_ = before.rows_;
        extends_ = before.is_continued_by(*this, lengths, columns);
        auto batch = static_cast<std::ptrdiff_t>(sequences_.size());
        states_ = before.states_ - (extends_ ? batch : 0);
        histories_ = before.histories_ - (extends_ ? batch : 0);
        for (std::ptrdiff_t t = 0; batch > 0; --batch) {
            std::ptrdiff_t const end =
                lengths.length(sequences_[static_cast<std::size_t>(batch - 1)], columns);
            if (end > t) {
                add_chunk(end - t, batch, before.columns_ + t);
                t = end;
            }
        }
    }
    /// Whether the window continues the last chunk before it, whose final states are those it begins with.
    [[nodiscard]] bool extends() const noexcept { return extends_; }
    /// Adds a window, of which follow() has made the chunks.
    void append(history_chunks const& window)
    {
        columns_ = window.columns_;
        rows_ = window.rows_;
        states_ = window.states_;
        histories_ = window.histories_;
        if (window.extends_) {
            chunks_.back().rows.steps += window.chunks_.front().rows.steps;
            return;
        }
        for (history_chunk c : window.chunks_) {
            c.first += sequences_.size();
            chunks_.push_back(c);
        }
        sequences_.insert(sequences_.end(), window.sequences_.begin(), window.sequences_.end());
        continues_.insert(continues_.end(), window.continues_.begin(), window.continues_.end());
    }
    /// Drops the first @p columns columns. Returns where the rows of the first chunk were, which are at the
    /// front from now on.
    chunk drop(std::ptrdiff_t columns)
    {
        auto const kept = std::ranges::find_if(chunks_, [&](auto const& c) { return c.end() > columns; });
        std::size_t const entries = kept == chunks_.end() ? sequences_.size() : kept->first;
        sequences_.erase(sequences_.begin(), sequences_.begin() + static_cast<std::ptrdiff_t>(entries));
        continues_.erase(continues_.begin(), continues_.begin() + static_cast<std::ptrdiff_t>(entries));
        chunks_.erase(chunks_.begin(), kept);
        columns_ -= columns;
        chunk front{.data_row = rows_, .saved_row = rows_, .state_row = states_, .history_row = histories_};
        for (history_chunk& c : chunks_) {
            std::ptrdiff_t const cut = std::max<std::ptrdiff_t>(columns - c.column, 0);
            c.rows = c.rows.part(cut, c.rows.steps - cut);
            front = &c == &chunks_.front() ? c.rows : front;
            c.rows.data_row -= front.data_row;
            c.rows.saved_row -= front.saved_row;
            c.rows.state_row -= front.state_row;
            c.rows.history_row -= front.history_row;
            c.column = std::max<std::ptrdiff_t>(c.column - columns, 0);
            c.first -= entries;
        }
        rows_ -= front.saved_row;
        states_ -= front.state_row;
        histories_ -= front.history_row;
        return front;
    }

    /// Calls `f(row, column, sequence)` for all rows from column @p first on.
    template <class F>
    void for_each_row(std::ptrdiff_t first, F&& f) const
    {
        for (history_chunk const& c : chunks_) {
            for (std::ptrdiff_t t = std::max(first, c.column); t < c.end(); ++t) {
                std::ptrdiff_t row = c.rows.saved_row + (t - c.column) * c.rows.batch;
                for (std::ptrdiff_t const b : sequences(c)) {
                    f(row++, t, b);
                }
            }
        }
    }
    /// The first row from column @p first on; rows() if there is none.
    [[nodiscard]] std::ptrdiff_t row_of_column(std::ptrdiff_t first) const
    {
        for (history_chunk const& c : chunks_) {
            if (c.end() > first) {
                return c.rows.saved_row + std::max<std::ptrdiff_t>(first - c.column, 0) * c.rows.batch;
            }
        }
        return rows();
    }

   private:
    /// Lists the sequences that have steps in a window.
    void sort_longest_first(lengths_view lengths, std::ptrdiff_t columns, std::ptrdiff_t batch)
    {
        for (std::ptrdiff_t b = 0; b < batch; ++b) {
            if (lengths.length(b, columns) > 0) {
                sequences_.push_back(b);
            }
        }
        if (lengths.are_given()) {
            std::ranges::sort(sequences_, [&](std::ptrdiff_t a, std::ptrdiff_t b) {
                return lengths[a] != lengths[b] ? lengths[a] > lengths[b] : a < b;
            });
        }
    }
    /// Adds a chunk of the first @p batch sequences of the window.
    void add_chunk(std::ptrdiff_t steps, std::ptrdiff_t batch, std::ptrdiff_t column)
    {
        std::size_t const first = chunks_.empty() ? 0 : sequences_.size();
        for (std::ptrdiff_t i = 0; first > 0 && i < batch; ++i) {
            sequences_.push_back(sequences_[static_cast<std::size_t>(i)]);
            continues_.push_back(1);
        }
        chunk const rows{.steps = steps,
                         .batch = batch,
                         .data_row = rows_,
                         .saved_row = rows_,
                         .state_row = states_,
                         .history_row = histories_};
        chunks_.push_back({rows, column, first});
        rows_ += rows.rows();
        states_ = rows.final_states() + batch;
        histories_ += batch;
    }
    /// Whether a window has the sequences of the last chunk alone, and all of its columns are their steps.
    [[nodiscard]] bool is_continued_by(history_chunks const& window, lengths_view lengths,
                                       std::ptrdiff_t columns) const
    {
        return !chunks_.empty() && chunks_.back().end() == columns_ &&
               std::ranges::equal(sequences(chunks_.back()), window.sequences_) &&
               std::ranges::count(window.continues_, 0) == 0 &&
               std::ranges::all_of(window.sequences_,
                                   [&](std::ptrdiff_t b) { return lengths.length(b, columns) == columns; });
    }

    std::vector<history_chunk> chunks_;
    std::vector<std::ptrdiff_t> sequences_;  // of each chunk
    std::vector<char> continues_;            // by chunk and sequence
    std::ptrdiff_t columns_ = 0;
    std::ptrdiff_t rows_ = 0;    // to the end of the last chunk
    std::ptrdiff_t states_ = 0;  // likewise
    std::ptrdiff_t histories_ = 0;
    bool extends_ = false;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
