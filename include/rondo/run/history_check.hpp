#pragma once
/// @file
/// Checks the results of a run over a history.

#include <rondo/run/history.hpp>
#include <rondo/run/result_check.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Checks the outputs, states and gradients of a history if run_options::check_finite is set; else does
/// nothing.
template <class Cell, class T, class... Fixed>
class history_check {
   public:
    using history_type = history<Cell, T, Fixed...>;  ///< the runs that it checks

    /// Checks results if @p check is true.
    explicit history_check(finite_check check) : is_on_(check), results_(check) {}

    /// Checks the window of the last forward(), whose outputs are @p y.
    /// @throws number_error naming the first value that is not finite.
    void check_forward(history_type& h, outputs_of<Cell, T> const& y)
    {
        if (is_on_) {
            states_of<Cell, T> initial, final;
            h.store_states(initial);
            h.store_final_states(final);
            start(h, initial, h.chunks().columns());
            std::ptrdiff_t const first = h.chunks().rows();
            std::ptrdiff_t const now = h.chunks().columns();
            row_order const order(h.batch(), [&](std::ptrdiff_t b) {
                return find_rows(h.window(), b, now, {.row = first, .time = now});
            });
            results_.check_forward(h.model(), order, h.inputs_from(first), y, final);
        }
    }
    /// Checks the last backward(), over @p depth columns at most; the last @p columns of them are those of
    /// the last forward(), whose first is time 0.
    /// @throws number_error naming the first derivative that is not finite.
    void check_backward(history_type& h, std::ptrdiff_t depth, std::ptrdiff_t columns,
                        gradients<Cell, T> const& g)
    {
        if (is_on_) {
            history_chunks const& all = h.chunks();
            std::ptrdiff_t const begin = std::max<std::ptrdiff_t>(all.columns() - depth, 0);
            row_order const order(h.batch(), [&](std::ptrdiff_t b) {
                return find_rows(all, b, first_column(all, b, begin), {.time = all.columns() - columns});
            });
            states_of<Cell, T> const initial = find_states(h, begin);
            start(h, initial, begin);
            results_.check_backward(h.model(), order, h.inputs_from(0), h.output_gradients_from(0), g);
        }
    }

   private:
    /// Begins a check of steps from column @p begin on, with the states @p initial before them.
    void start(history_type& h, states_of<Cell, T> const& initial, std::ptrdiff_t begin)
    {
        results_.start_forward(&initial, h.prologue().find_starts(begin));
        results_.set_per_sequence(h.prologue().copy_latest_inputs(per_sequence_));
    }
    /// The rows of sequence @p b from column @p begin on, counted from @p origin.
    static std::vector<timed_row> find_rows(history_chunks const& chunks, std::ptrdiff_t b,
                                            std::ptrdiff_t begin, timed_row origin)
    {
        std::vector<timed_row> rows;
        chunks.for_each_row(begin, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t sequence) {
            if (sequence == b) {
                rows.push_back({row - origin.row, t - origin.time});
            }
        });
        return rows;
    }
    /// Where sequence @p b is in chunk @p c; the number of sequences of the chunk if it is not there.
    static std::ptrdiff_t place_of(history_chunks const& chunks, history_chunk const& c, std::ptrdiff_t b)
    {
        auto const all = chunks.sequences(c);
        return std::ranges::find(all, b) - all.begin();
    }
    /// The column where the gradient of sequence @p b ends: @p begin, or where it begins anew after that.
    static std::ptrdiff_t first_column(history_chunks const& chunks, std::ptrdiff_t b, std::ptrdiff_t begin)
    {
        std::ptrdiff_t first = begin;
        for (history_chunk const& c : chunks.all()) {
            std::ptrdiff_t const i = place_of(chunks, c, b);
            if (c.column > begin && i < c.rows.batch && !chunks.continues(c, i)) {
                first = c.column;
            }
        }
        return first;
    }
    /// The states of each sequence at the first step that its gradient reaches.
    static states_of<Cell, T> find_states(history_type& h, std::ptrdiff_t begin)
    {
        states_of<Cell, T> states;
        h.store_states(states);  // of sequences without steps
        history_chunks const& chunks = h.chunks();
        for (std::ptrdiff_t b = 0; b < h.batch(); ++b) {
            std::ptrdiff_t const first = first_column(chunks, b, begin);
            auto const all = chunks.all();
            auto const c = std::ranges::find_if(all, [&](history_chunk const& one) {
                return one.end() > first && place_of(chunks, one, b) < one.rows.batch;
            });
            if (c != all.end()) {
                std::ptrdiff_t const skipped = std::max<std::ptrdiff_t>(first - c->column, 0);
                state_rows at = c->rows.part(skipped, 0).states_before();
                at.first += place_of(chunks, *c, b) - b;
                store_states<Cell>(h.states_at(at), h.bound(), states, b, b + 1);
            }
        }
        return states;
    }

    bool is_on_;
    result_check<Cell, T> results_;
    std::vector<T> per_sequence_;  // inputs of the sequences that are checked
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
