#pragma once
/// @file
/// The masks of dropout in windows that follow each other.

#include <rondo/stack/dropout_mask.hpp>
#include <rondo/stack/run_record.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace rondo::inline RONDO_ISA::stack_internal {

/// Which mask each sequence of a batch has in the last windows.
///
/// A sequence keeps the draw that it begins with, and its steps are counted from there. So windows have the
/// masks of the whole sequence, and a sequence that begins anew has others.
class carried_masks {
   public:
    /// Where the steps of a sequence in a window are in its masks.
    struct part {
        std::uint64_t draw = 0;     ///< of the sequence
        std::ptrdiff_t first = 0;   ///< its steps before the window
        std::ptrdiff_t length = 0;  ///< its steps in the window
        bool is_new = true;         ///< whether it begins, and draws
    };

    /// Begins a window, whose lengths are those of @p run. Sequences that begin have the masks of @p draw.
    void open(run_record const& run, std::uint64_t draw)
    {
        window_.columns = run.steps();
        window_.parts.resize(static_cast<std::size_t>(run.batch()));
        for (std::ptrdiff_t b = 0; b < run.batch(); ++b) {
            auto const i = static_cast<std::size_t>(b);
            part& p = window_.parts[i];
            p = i < next_.size() ? next_[i] : part{};
            p.draw = p.is_new ? draw : p.draw;
            p.length = run.length(b);
        }
    }
    /// Counts the window of open(), and drops those that begin more than @p over columns ago. Returns whether
    /// a sequence has begun.
    bool keep(std::ptrdiff_t over)
    {
        bool has_begun = false;
        next_ = window_.parts;
        for (part& p : next_) {
            has_begun = has_begun || (p.is_new && p.length > 0);
            p.is_new = p.is_new && p.length == 0;
            p.first += p.length;
        }
        std::size_t kept = 0;  // of the windows before
        for (std::ptrdiff_t columns = window_.columns; kept < windows_.size() && columns < over; ++kept) {
            columns += windows_[windows_.size() - 1 - kept].columns;
        }
        std::rotate(windows_.begin(), windows_.end() - static_cast<std::ptrdiff_t>(kept), windows_.end());
        windows_.resize(std::max(windows_.size(), kept + 1));
        windows_[kept] = window_;  // into the memory of one that is dropped
        windows_.resize(kept + 1);
        return has_begun;
    }
    /// Begins all sequences anew.
    void clear() noexcept
    {
        next_.clear();
        windows_.clear();
    }
    /// Begins sequence @p b anew.
    void restart(std::size_t b)
    {
        if (b < next_.size()) {
            next_[b] = {};
        }
    }

    /// Calls `f(t, b, part, step)` for every step t of the window of open(), which is step `step` of its
    /// sequence.
    template <class F>
    void for_each_step(F&& f) const
    {
        visit(window_, 0, f);
    }
    /// Calls `f(t, b, part, step)` for every step of the last @p columns columns that are kept. The first of
    /// them is t = 0.
    template <class F>
    void for_each_step(std::ptrdiff_t columns, F&& f) const
    {
        std::ptrdiff_t end = columns;
        for (auto w = windows_.rbegin(); w != windows_.rend() && end > 0; ++w) {
            visit(*w, end - w->columns, f);
            end -= w->columns;
        }
    }

   private:
    /// The masks of a window.
    struct window {
        std::ptrdiff_t columns = 0;  ///< time steps
        std::vector<part> parts{};   ///< consecutive steps with one draw
    };

    template <class F>
    static void visit(window const& w, std::ptrdiff_t begin, F&& f)
    {
        for (std::ptrdiff_t b = 0; b < std::ssize(w.parts); ++b) {
            part const& p = w.parts[static_cast<std::size_t>(b)];
            for (std::ptrdiff_t t = std::max<std::ptrdiff_t>(-begin, 0); t < p.length; ++t) {
                f(begin + t, b, p, p.first + t);
            }
        }
    }

    window window_;
    std::vector<part> next_;
    std::vector<window> windows_;
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
