#pragma once
/// @file
/// The last steps of a sequence without end, with all values that a gradient over them needs.

#include <rondo/exec/backward_pass.hpp>
#include <rondo/exec/forward_pass.hpp>
#include <rondo/exec/state_view.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/model_reference.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/run/history_rows.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/sequence/caller_states.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/sequence_views.hpp>
#include <rondo/time/chunk.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The loss whose gradient is taken over a history.
template <class Cell, class T>
struct history_loss {
    sequence_views<step_outputs_of<Cell>, T> const& output_gradients;  ///< of the last steps
    std::ptrdiff_t depth;                                              ///< how many steps to go back at most
    std::ptrdiff_t chunk_rows;                                         ///< see run_options
};

/// The steps that truncated_bptt can go back over.
///
/// They are cut into chunks where a sequence of the batch starts anew, so that the state before and the
/// state after have a row each:
///
/// @code
/// sequence 0  o  o  o  o  o  o  o  o  o
/// sequence 1  o  o  o | o  o  o  o | o  o    starts anew twice: three chunks
/// continues             0:yes        0:yes
///                       1:no         1:no
/// @endcode
///
/// The oldest steps are dropped by moving the others to the front. That copies at most the values that a
/// gradient reads.
template <class Cell, class T, class... Fixed>
class history {
   public:
    using inputs = step_inputs_of<Cell>;    ///< the inputs of the step
    using outputs = step_outputs_of<Cell>;  ///< the outputs of the step

    /// Refers to @p m, and to the thread pool of @p options, which must outlive it.
    history(model_reference<Cell, T, Fixed...> const& m, run_options const& options)
        : forward_(m, options.pool, options.frozen), backward_(wanted_by<Cell>(options))
    {
    }

    /// The model.
    /// @throws std::logic_error if it was replaced by one of other sizes.
    [[nodiscard]] auto const& model() { return forward_.model(); }
    /// The model's sizes.
    [[nodiscard]] auto const& bound() const noexcept { return forward_.bound(); }
    /// The sequences side by side; 0 before start().
    [[nodiscard]] std::ptrdiff_t batch() const noexcept { return batch_; }

    /// How many steps there are.
    [[nodiscard]] std::ptrdiff_t steps() const noexcept { return steps_; }
    /// The chunks, which are cut where a sequence starts anew.
    [[nodiscard]] std::span<chunk const> chunks() const noexcept { return chunks_; }
    /// Whether sequence @p b continues in chunk @p c.
    [[nodiscard]] bool continues(std::size_t c, std::ptrdiff_t b) const
    {
        return continues_[c * static_cast<std::size_t>(batch_) + static_cast<std::size_t>(b)] != 0;
    }
    /// The states from row @p row on.
    [[nodiscard]] state_view<Cell, T> states_at(std::ptrdiff_t row) { return forward_.states_at(row); }
    /// The inputs from step @p t on, as rows (time, batch).
    [[nodiscard]] pointers_of<inputs, T const> inputs_from(std::ptrdiff_t t) const { return x_.from(t); }
    /// The gradients of the outputs that backward() has used, from step @p t on, as rows (time, batch).
    [[nodiscard]] pointers_of<outputs, T const> output_gradients_from(std::ptrdiff_t t) const
    {
        return dy_.from(t);
    }

    /// Drops all steps and all sequences.
    void clear() noexcept
    {
        chunks_.clear();
        continues_.clear();
        batch_ = 0;
        steps_ = 0;
    }
    /// Starts @p batch sequences with states of (batch, dimension), of zeros if null.
    void start(std::ptrdiff_t batch, states_of<Cell, T> const* initial)
    {
        clear();
        forward_.reserve({.states = batch});
        load_states<Cell>(forward_.states_at(0), bound(), initial, 0, batch);
        batch_ = batch;
        add_chunk(0);
    }
    /// Starts sequence @p b anew, with a state of (1, dimension), of zeros if null.
    void restart(std::ptrdiff_t b, states_of<Cell, T> const* initial)
    {
        if (chunks_.back().steps > 0) {
            std::ptrdiff_t const from = chunks_.back().final_states();
            forward_.reserve({.states = from + 2 * batch_, .saved = steps_ * batch_});
            copy_states<Cell>(forward_.states_at(from), forward_.states_at(from + batch_), batch_);
            add_chunk(from + batch_);
        }
        *(continues_.end() - batch_ + b) = 0;
        load_states<Cell>(forward_.states_at(chunks_.back().state_row + b), bound(), initial, 0, 1);
    }
    /// Drops the oldest steps, up to the last @p steps.
    void drop_all_but(std::ptrdiff_t steps)
    {
        std::ptrdiff_t const dropped = steps_ - std::max<std::ptrdiff_t>(steps, 0);
        if (dropped <= 0) {
            return;
        }
        std::ptrdiff_t left = dropped;
        auto first = chunks_.begin();
        for (; first + 1 != chunks_.end() && first->steps <= left; ++first) {
            left -= first->steps;
        }
        *first = first->part(left, first->steps - left);
        continues_.erase(continues_.begin(), continues_.begin() + (first - chunks_.begin()) * batch_);
        chunks_.erase(chunks_.begin(), first);
        steps_ -= dropped;
        move_to_front(dropped * batch_, chunks_.front().state_row);
    }

    /// Copies @p x, the inputs that the next forward() runs over.
    void take_inputs(sequence_views<inputs, T> const& x)
    {
        x_.reserve(steps_ + x[0].steps(), batch_, bound());
        x_.take(x, steps_);
    }
    /// Runs over @p steps more steps, whose inputs take_inputs() has copied, and writes their outputs to @p
    /// y, each (time, batch, features). If it throws, the history is left without these steps.
    void forward(std::ptrdiff_t steps, pointers_of<outputs, T> const& y, std::ptrdiff_t chunk_rows)
    {
        chunk& last = chunks_.back();
        std::ptrdiff_t const span = steps_in_rows(chunk_rows, steps, batch_);
        forward_.prepare({.states = last.final_states() + (steps + 1) * batch_,
                          .saved = (steps_ + steps) * batch_,
                          .span = span * batch_,
                          .step = batch_});
        forward_.bind(inputs_from(steps_), y);
        for (std::ptrdiff_t t = 0; t < steps;) {
            std::ptrdiff_t const n = std::min(span, steps - t);
            forward_.run({.steps = n,
                          .batch = batch_,
                          .data_row = t * batch_,
                          .saved_row = (steps_ + t) * batch_,
                          .state_row = last.final_states() + t * batch_});
            t += n;
        }
        last.steps += steps;
        steps_ += steps;
    }
    /// Removes the @p steps steps of the last forward() from the history.
    void take_back(std::ptrdiff_t steps) noexcept
    {
        chunks_.back().steps -= steps;
        steps_ -= steps;
    }
    /// Stores the states after the last step.
    void store_states(states_of<Cell, T>& to)
    {
        resize_states<Cell>(to, bound(), batch_);
        exec_internal::store_states<Cell>(forward_.states_at(chunks_.back().final_states()), bound(), to, 0,
                                          batch_);
    }

    /// Runs back. Adds to the gradients of the parameters; resizes and sets the gradients of the inputs,
    /// which cover the steps of the loss only. Gradients that the options leave out stay as they are.
    void backward(history_loss<Cell, T> const& loss, gradients<Cell, T>& g)
    {
        std::ptrdiff_t const depth = std::min(loss.depth, steps_);
        std::ptrdiff_t const span = steps_in_rows(loss.chunk_rows, depth, batch_);
        prepare_backward(steps_, span, g);

        std::ptrdiff_t const steps = loss.output_gradients[0].steps();
        std::ptrdiff_t const begin = steps_ - steps;
        dy_.clear(0, begin);
        dy_.take(loss.output_gradients, begin);
        dx_.clear(begin, steps_);
        backward_.bind(inputs_from(0), output_gradients_from(0), dx_.from(0));
        run_back(depth, span);
        resize_sequences<inputs, T>(g.input, steps, batch_, bound(), backward_.wanted().input);
        for (std::size_t k = 0; k < inputs::count; ++k) {
            std::copy_n(dx_.from(begin)[k], steps * dx_.entries(k), nth_array(g.input, k).data());
        }
        resize_states<Cell>(g.initial, bound(), batch_);
        exec_internal::store_states<Cell>(backward_.initial_adjoints(), bound(), g.initial, 0, batch_);
    }

    /// Makes room for calls of @p every steps and gradients over @p over steps, after start().
    void reserve(std::ptrdiff_t every, std::ptrdiff_t over, std::ptrdiff_t chunk_rows, gradients<Cell, T>& g)
    {
        std::ptrdiff_t const steps = std::max(every, over);
        std::ptrdiff_t const chunks = steps / every + 3;
        chunks_.reserve(static_cast<std::size_t>(chunks));
        continues_.reserve(static_cast<std::size_t>(chunks * batch_));
        forward_.prepare({.states = (steps + chunks) * batch_,
                          .saved = steps * batch_,
                          .span = steps_in_rows(chunk_rows, every, batch_) * batch_,
                          .step = batch_});
        x_.reserve(steps, batch_, bound());
        prepare_backward(steps, steps_in_rows(chunk_rows, over, batch_), g);
        resize_states<Cell>(g.initial, bound(), batch_);
    }

   private:
    void add_chunk(std::ptrdiff_t state_row)
    {
        std::ptrdiff_t const row = steps_ * batch_;
        chunks_.push_back(
            {.steps = 0, .batch = batch_, .data_row = row, .saved_row = row, .state_row = state_row});
        continues_.insert(continues_.end(), static_cast<std::size_t>(batch_), 1);
    }
    void move_to_front(std::ptrdiff_t row, std::ptrdiff_t state_row)
    {
        for (chunk& c : chunks_) {
            c.data_row -= row;
            c.saved_row -= row;
            c.state_row -= state_row;
        }
        std::ptrdiff_t const rows = steps_ * batch_;
        forward_.move_saved_values(row, rows);
        forward_.move_states(state_row, chunks_.back().final_states() + batch_);
        x_.move_to_front(row / batch_, steps_);
    }
    void prepare_backward(std::ptrdiff_t steps, std::ptrdiff_t span, gradients<Cell, T>& g)
    {
        backward_.prepare(forward_, {.states = (span + 1) * batch_, .span = span * batch_, .step = batch_},
                          g.parameters);
        dy_.reserve(steps, batch_, bound());
        dx_.reserve(steps, batch_, bound(), backward_.wanted().input);
    }
    /// Runs back over the last @p depth steps, @p span of them at a time.
    void run_back(std::ptrdiff_t depth, std::ptrdiff_t span)
    {
        bool at_end = true;
        for (std::size_t c = chunks_.size(); c-- > 0 && depth > 0;) {
            chunk const& whole = chunks_[c];
            std::ptrdiff_t const first = std::max<std::ptrdiff_t>(whole.steps - depth, 0);
            depth -= whole.steps - first;
            for (std::ptrdiff_t end = whole.steps; end > first;) {
                std::ptrdiff_t const begin = std::max(first, end - span);
                chunk const part = whole.part(begin, end - begin);
                if (at_end) {
                    load_states<Cell>(backward_.final_adjoints(part), bound(), nullptr, 0, batch_);
                } else {
                    copy_states<Cell>(backward_.initial_adjoints(), backward_.final_adjoints(part), batch_);
                }
                at_end = false;
                backward_.run(part);
                backward_.accumulate_gradients(part);
                end = begin;
            }
            if (!at_end && depth > 0) {
                stop_at_restart(c);
            }
        }
    }
    /// Clears the adjoints of the sequences that start anew with chunk @p c: their gradient goes no further.
    void stop_at_restart(std::size_t c)
    {
        for (std::ptrdiff_t b = 0; b < batch_; ++b) {
            if (!continues(c, b)) {
                load_states<Cell>(backward_.initial_adjoints(), bound(), nullptr, b, b + 1);
            }
        }
    }

    forward_pass<forward_exe<Cell>, T, Fixed...> forward_;
    backward_pass<Cell, T, Fixed...> backward_;
    std::vector<chunk> chunks_;
    std::vector<char> continues_;  // by chunk and sequence: whether it continues the chunk before
    history_rows<inputs, T> x_;
    history_rows<outputs, T> dy_;  // zero except for the last steps
    history_rows<inputs, T> dx_;   // if they are wanted
    std::ptrdiff_t batch_ = 0;
    std::ptrdiff_t steps_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
