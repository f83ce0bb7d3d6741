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

    /// Begins a forward run with the states of the caller's sequences, null for zeros.
    void start_forward(states_of<Cell, T> const* initial) { results_.start_forward(initial); }
    /// Checks the last forward(), over @p steps steps, whose outputs are @p y. If it throws, it has removed
    /// these steps from the history.
    /// @throws number_error naming the first value that is not finite.
    void check_forward(history_type& h, std::ptrdiff_t steps, outputs_of<Cell, T> const& y) const
    {
        if (is_on_) {
            states_of<Cell, T> final;
            h.store_states(final);
            try {
                results_.check_forward(h.model(), {steps, h.batch()}, h.inputs_from(h.steps() - steps), y,
                                       final);
            } catch (...) {
                h.take_back(steps);
                throw;
            }
        }
    }
    /// Checks the last backward(), over @p depth steps at most; the last @p steps of them are those of the
    /// last forward(), whose first is time 0.
    /// @throws number_error naming the first derivative that is not finite.
    void check_backward(history_type& h, std::ptrdiff_t depth, std::ptrdiff_t steps,
                        gradients<Cell, T> const& g)
    {
        if (is_on_) {
            row_order order(std::min(depth, h.steps()), h.batch());
            order.first_time = steps - order.steps;
            states_of<Cell, T> initial;
            std::vector<std::ptrdiff_t> const starts = find_starts(h, order.steps, initial);
            order.starts = starts;
            results_.start_forward(&initial);
            std::ptrdiff_t const first = h.steps() - order.steps;
            results_.check_backward(h.model(), order, h.inputs_from(first), h.output_gradients_from(first),
                                    g);
        }
    }

   private:
    /// For each sequence the first of the last @p depth steps that its gradient reaches, and the states
    /// before it.
    static std::vector<std::ptrdiff_t> find_starts(history_type& h, std::ptrdiff_t depth,
                                                   states_of<Cell, T>& states)
    {
        std::vector<std::ptrdiff_t> starts;
        resize_states<Cell>(states, h.bound(), h.batch());
        for (std::ptrdiff_t b = 0; b < h.batch(); ++b) {
            std::ptrdiff_t left = depth;  // in chunk c and before it
            std::size_t c = h.chunks().size() - 1;
            for (; left > h.chunks()[c].steps && h.continues(c, b); --c) {
                left -= h.chunks()[c].steps;
            }
            chunk const& first = h.chunks()[c];
            starts.push_back(std::max<std::ptrdiff_t>(left - first.steps, 0));
            std::ptrdiff_t const skipped = std::max<std::ptrdiff_t>(first.steps - left, 0);
            store_states<Cell>(h.states_at(first.state_row + skipped * h.batch()), h.bound(), states, b,
                               b + 1);
        }
        return starts;
    }

    bool is_on_;
    result_check<Cell, T> results_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
