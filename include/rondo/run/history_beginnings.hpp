#pragma once
/// @file
/// Where the sequences of a history begin: which values they have from there on, until they begin anew.

#include <rondo/namespaces.hpp>
#include <rondo/run/history_chunks.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A sequence of a batch, from its first step until it begins anew.
struct beginning {
    static constexpr std::ptrdiff_t none = -1;  ///< there is no beginning before

    std::ptrdiff_t sequence = 0;   ///< in the caller's batch
    std::ptrdiff_t column = 0;     ///< its first step; less than 0 once this has been dropped
    std::ptrdiff_t before = none;  ///< the last beginning of this sequence of the batch
    bool has_start = false;        ///< whether its first states are those of start()
};

/// The beginnings of a history, in the order of time. Each has a *row*: that of the values which are computed
/// once for it.
///
/// A sequence begins with the first step that it takes, and anew with its first step after a reset. The
/// beginnings of a window are dropped by the next window unless keep() is called. A beginning is dropped when
/// no step of the history belongs to it and its sequence has begun anew.
class history_beginnings {
   public:
    /// Drops all of them, and all sequences.
    void clear() noexcept
    {
        all_.clear();
        latest_.clear();
        next_.clear();
        kept_ = 0;
    }
    /// Makes room for @p rows beginnings of @p batch sequences.
    void reserve(std::ptrdiff_t rows, std::ptrdiff_t batch)
    {
        all_.reserve(static_cast<std::size_t>(rows));
        moved_to_.reserve(static_cast<std::size_t>(rows));
        latest_.reserve(static_cast<std::size_t>(batch));
        next_.reserve(static_cast<std::size_t>(batch));
    }
    /// Starts @p batch sequences, with the states of start() if @p has_start.
    void start(std::ptrdiff_t batch, bool has_start)
    {
        clear();
        latest_.assign(static_cast<std::size_t>(batch), beginning::none);
        next_.assign(static_cast<std::size_t>(batch), has_start ? next_step::starts : next_step::begins);
    }
    /// Sequence @p b begins anew with its next step, with the states of start() if @p has_start.
    void restart(std::ptrdiff_t b, bool has_start)
    {
        next_[static_cast<std::size_t>(b)] = has_start ? next_step::starts : next_step::begins;
    }
    /// All sequences begin anew with their next steps, from the states that they have.
    void restart_all() noexcept { std::ranges::replace(next_, next_step::continues, next_step::begins); }

    /// Whether the next step of sequence @p b is its first one. It is for all sequences before start().
    [[nodiscard]] bool begins_next(std::ptrdiff_t b) const
    {
        return next_.empty() || next_[static_cast<std::size_t>(b)] != next_step::continues;
    }
    /// How many rows there are, including those of the window.
    [[nodiscard]] std::ptrdiff_t rows() const noexcept { return std::ssize(all_); }
    /// The sequences of the batch.
    [[nodiscard]] std::ptrdiff_t batch() const noexcept { return std::ssize(latest_); }
    /// The beginning of row @p row.
    [[nodiscard]] beginning const& operator[](std::ptrdiff_t row) const
    {
        return all_[static_cast<std::size_t>(row)];
    }
    /// The row of sequence @p b for its last step; beginning::none if it has had no step.
    [[nodiscard]] std::ptrdiff_t latest(std::ptrdiff_t b) const
    {
        return latest_[static_cast<std::size_t>(b)];
    }
    /// The row of sequence @p b for its step of column @p column, which must be there.
    [[nodiscard]] std::ptrdiff_t row_at(std::ptrdiff_t b, std::ptrdiff_t column) const
    {
        std::ptrdiff_t row = latest(b);
        while ((*this)[row].column > column) {
            row = (*this)[row].before;
        }
        return row;
    }
    /// Whether the state of row @p row before column @p column is that of start().
    [[nodiscard]] bool starts_at(std::ptrdiff_t row, std::ptrdiff_t column) const
    {
        return (*this)[row].has_start && (*this)[row].column == column;
    }

    /// Adds the sequences that begin in a window, in place of those of a window that was not kept. Returns
    /// the first new row.
    std::ptrdiff_t follow(history_chunks const& window)
    {
        drop_window();
        if (!window.all().empty()) {
            history_chunk const& c = window.all().front();  // which has all sequences of the window
            for (std::ptrdiff_t const b : window.sequences(c)) {
                if (begins_next(b)) {
                    auto& latest = latest_[static_cast<std::size_t>(b)];
                    bool const has_start = next_[static_cast<std::size_t>(b)] == next_step::starts;
                    all_.push_back({b, c.column, latest, has_start});
                    latest = rows() - 1;
                }
            }
        }
        return kept_;
    }
    /// Keeps the beginnings of the window: their sequences continue with their next steps.
    void keep() noexcept
    {
        for (; kept_ < rows(); ++kept_) {
            next_[static_cast<std::size_t>((*this)[kept_].sequence)] = next_step::continues;
        }
    }
    /// Drops the first @p columns columns. Calls `move(from, to)` for each row that moves to a lower one, in
    /// an order in which none is overwritten before it has moved.
    template <class Move>
    void drop(std::ptrdiff_t columns, Move const& move)
    {
        drop_window();
        moved_to_.assign(all_.size(), 0);
        for (beginning& one : all_) {
            one.column -= columns;
            if (one.before != beginning::none && one.column <= 0) {
                moved_to_[static_cast<std::size_t>(one.before)] = beginning::none;
            }
        }
        std::ptrdiff_t to = 0;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (moved_to_[i] == beginning::none) {
                continue;
            }
            auto& before = all_[i].before;
            before = before == beginning::none ? before : moved_to_[static_cast<std::size_t>(before)];
            moved_to_[i] = to;
            if (auto const from = static_cast<std::ptrdiff_t>(i); from != to) {
                all_[static_cast<std::size_t>(to)] = all_[i];
                move(from, to);
            }
            ++to;
        }
        all_.resize(static_cast<std::size_t>(to));
        kept_ = to;
        for (std::ptrdiff_t& row : latest_) {
            row = row == beginning::none ? row : moved_to_[static_cast<std::size_t>(row)];
        }
    }

   private:
    /// How the next step of a sequence goes on.
    enum class next_step : std::uint8_t {
        continues,  ///< from its last step
        begins,     ///< as its first one, from states that are given or zeros
        starts,     ///< as its first one, from the states of start()
    };

    /// Drops the beginnings of a window that was not kept.
    void drop_window() noexcept
    {
        for (; rows() > kept_; all_.pop_back()) {
            latest_[static_cast<std::size_t>(all_.back().sequence)] = all_.back().before;
        }
    }

    std::vector<beginning> all_;
    std::vector<std::ptrdiff_t> latest_;  // by sequence
    std::vector<next_step> next_;         // by sequence
    std::vector<std::ptrdiff_t> moved_to_;
    std::ptrdiff_t kept_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
