#pragma once
/// @file
/// The last steps of sequences without end, with all values that a gradient over them needs.

#include <rondo/exec/backward_pass.hpp>
#include <rondo/exec/forward_pass.hpp>
#include <rondo/exec/state_view.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/model_reference.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/run/carried_states.hpp>
#include <rondo/run/history_arguments.hpp>
#include <rondo/run/history_chunks.hpp>
#include <rondo/run/history_prologue.hpp>
#include <rondo/run/history_rows.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/sequence_views.hpp>
#include <rondo/time/chunk.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The steps that truncated_bptt can go back over, as @ref history_chunks.
///
/// The states after the last step of each sequence are in rows of their own. A chunk begins with a copy of
/// those of its sequences, unless it continues the last one. So sequences may take steps, pause and begin
/// anew independently of each other.
///
/// The oldest columns are dropped by moving the rows of the others to the front. That copies at most the
/// values that a gradient reads.
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
    [[nodiscard]] auto model() const { return forward_.model(); }
    /// The model's sizes.
    [[nodiscard]] auto const& bound() const noexcept { return forward_.bound(); }
    /// The sequences side by side; 0 before start().
    [[nodiscard]] std::ptrdiff_t batch() const noexcept
    {
        return static_cast<std::ptrdiff_t>(is_new_.size());
    }

    /// The chunks of all windows that are kept.
    [[nodiscard]] history_chunks const& chunks() const noexcept { return chunks_; }
    /// The chunks of the last forward().
    [[nodiscard]] history_chunks const& window() const noexcept { return window_; }
    /// The states at rows @p at.
    [[nodiscard]] state_view<Cell, T> states_at(state_rows at) { return forward_.states_at(at); }
    /// The inputs from row @p row on.
    [[nodiscard]] pointers_of<inputs, T const> inputs_from(std::ptrdiff_t row) const { return x_.from(row); }
    /// The gradients of the outputs that backward() has used, from row @p row on.
    [[nodiscard]] pointers_of<outputs, T const> output_gradients_from(std::ptrdiff_t row) const
    {
        return dy_.from(row);
    }

    /// The prologue of its sequences.
    [[nodiscard]] history_prologue<Cell, T>& prologue() noexcept { return prologue_; }

    /// Drops all steps and all sequences.
    void clear() noexcept
    {
        chunks_.clear();
        is_new_.clear();
        prologue_.clear();
    }
    /// Starts @p batch sequences with states of (batch, dimension); if null, with those of start() or zeros.
    void start(std::ptrdiff_t batch, states_of<Cell, T> const* initial)
    {
        chunks_.clear();
        states_.start(bound(), batch);
        next_.start(bound(), batch);
        adjoints_.start(bound(), batch);
        states_.load(bound(), initial);
        is_new_.assign(static_cast<std::size_t>(batch), 0);
        prologue_.start(batch, initial != nullptr);
    }
    /// Starts sequence @p b anew, with a state of (1, dimension); if null, with that of start() or zeros.
    void restart(std::ptrdiff_t b, states_of<Cell, T> const* initial)
    {
        states_.load(bound(), b, initial);
        is_new_[static_cast<std::size_t>(b)] = 1;
        prologue_.restart(b, initial != nullptr);
    }
    /// Drops the oldest columns, up to the last @p columns.
    void drop_all_but(std::ptrdiff_t columns)
    {
        std::ptrdiff_t const dropped = chunks_.columns() - std::max<std::ptrdiff_t>(columns, 0);
        if (dropped <= 0) {
            return;
        }
        chunk const front = chunks_.drop(dropped);
        forward_.move_saved_values(front.saved_row, chunks_.rows());
        state_rows const first = front.states_before();
        forward_.move_states(
            first, {.first = first.first + chunks_.states(), .history = first.history + chunks_.histories()});
        x_.move_to_front(front.saved_row, chunks_.rows());
        prologue_.drop(dropped);
    }

    /// Copies the inputs of a window, and runs over its steps. The outputs are written to @p y, each (time,
    /// batch, features), with zeros after the end of each sequence. The window counts after keep() only.
    void forward(history_window<Cell, T> const& with, arrays_of<outputs, T>& y)
    {
        std::ptrdiff_t const columns = with.inputs[0].steps();
        window_.follow(chunks_, with.lengths, columns, is_new_);
        std::ptrdiff_t const first = chunks_.rows();
        std::ptrdiff_t const rows = window_.rows() - first;
        bool const is_full = rows == columns * batch();
        x_.reserve(first + rows, bound());
        x_.take(with.inputs, window_, chunks_.columns());  // which may be the last outputs
        if (!is_full) {
            y_.reserve(rows, bound());
        }
        resize_sequences<outputs, T>(y, columns, batch(), bound());
        run(with, is_full ? pointers_to<outputs, T>(y) : y_.from(0));
        if (!is_full) {
            y_.give(window_, chunks_.columns(), -first, y);
        }
    }
    /// Counts the window of the last forward(), whose final states are those that the next one starts from.
    void keep()
    {
        chunks_.append(window_);
        for (history_chunk const& c : window_.all()) {
            for (std::ptrdiff_t const b : window_.sequences(c)) {
                is_new_[static_cast<std::size_t>(b)] = 0;
            }
        }
        std::swap(states_, next_);
        prologue_.keep();
    }
    /// Stores the states after the last step that counts.
    void store_states(states_of<Cell, T>& to) const { states_.store(bound(), to); }
    /// Stores the states after the last step of the window.
    void store_final_states(states_of<Cell, T>& to) const { next_.store(bound(), to); }

    /// Runs back. Adds to the gradients of the parameters; resizes and sets the gradients of the inputs,
    /// which cover the columns of the loss only. Gradients that the options leave out stay as they are.
    void backward(history_loss<Cell, T> const& loss, gradients<Cell, T>& g)
    {
        std::ptrdiff_t const columns = loss.output_gradients[0].steps();
        std::ptrdiff_t const begin = chunks_.columns() - columns;
        std::ptrdiff_t const first = chunks_.row_of_column(begin);
        reserve_backward(chunks_.rows(), chunks_.rows_run_together(loss.chunk_rows, loss.depth), g);
        dy_.clear(0, first);
        dy_.take(loss.output_gradients, chunks_, begin);
        dx_.clear(first, chunks_.rows());
        backward_.bind(inputs_from(0), output_gradients_from(0), dx_.from(0));
        prologue_.start_backward(forward_, backward_);
        adjoints_.load(bound(), nullptr);
        run_back(loss);
        prologue_.backward(forward_, backward_.wanted(), g);
        resize_sequences<inputs, T>(g.input, columns, batch(), bound(), backward_.wanted().input);
        dx_.give(chunks_, begin, 0, g.input);
        adjoints_.store(bound(), g.initial);
    }

    /// Makes room for calls of @p every steps and gradients over @p over steps, after start().
    void reserve(std::ptrdiff_t every, std::ptrdiff_t over, std::ptrdiff_t chunk_rows, gradients<Cell, T>& g)
    {
        std::ptrdiff_t const steps = std::max(every, over);
        std::ptrdiff_t const chunks = steps / every + 3;
        chunks_.reserve(chunks, batch());
        window_.reserve(1, batch());
        forward_.prepare({.states = (steps + chunks) * batch(),
                          .histories = chunks * batch(),
                          .saved = steps * batch(),
                          .span = steps_in_rows(chunk_rows, every, batch()) * batch(),
                          .step = batch()});
        prologue_.reserve(chunks * batch(), forward_, backward_.wanted(), g);
        x_.reserve(steps * batch(), bound());
        reserve_backward(steps * batch(), steps_in_rows(chunk_rows, over, batch()) * batch(), g);
        resize_states<Cell>(g.initial, bound(), batch());
    }

   private:
    /// Runs over the window, whose outputs are rows from @p y on.
    void run(history_window<Cell, T> const& with, pointers_of<outputs, T> const& y)
    {
        forward_.prepare({.states = window_.states(),
                          .histories = window_.histories(),
                          .saved = window_.rows(),
                          .span = window_.rows_run_together(with.chunk_rows),
                          .step = batch()});
        std::ptrdiff_t const first = chunks_.rows();
        forward_.bind(inputs_from(first), y);
        prologue_.forward(forward_, window_, with.per_sequence);
        if (window_.all().empty() || window_.all().front().rows.batch < batch()) {
            copy_states<Cell>(states_.rows(), next_.rows(), batch());  // of sequences without steps
        }
        for (history_chunk const& c : window_.all()) {
            if (!window_.extends()) {
                auto const& before = c.column == chunks_.columns() ? states_ : next_;
                before.take(window_.sequences(c), states_at(c.rows.states_before()));
            }
            prologue_.begin_forward(window_.sequences(c), c.column, states_at(c.rows.states_before()));
            std::ptrdiff_t const at_once = steps_in_rows(with.chunk_rows, c.rows.steps, c.rows.batch);
            for (std::ptrdiff_t t = 0; t < c.rows.steps; t += at_once) {
                chunk part = c.rows.part(t, std::min(at_once, c.rows.steps - t));
                part.data_row -= first;
                forward_.run(part);
            }
            next_.put(window_.sequences(c), states_at(c.rows.states_after()));
        }
    }
    void reserve_backward(std::ptrdiff_t rows, std::ptrdiff_t span, gradients<Cell, T>& g)
    {
        backward_.prepare(forward_,
                          {.states = span + batch(), .histories = batch(), .span = span, .step = batch()},
                          g.parameters);
        dy_.reserve(rows, bound());
        dx_.reserve(rows, bound(), backward_.wanted().input);
    }
    /// Runs back over the last columns.
    void run_back(history_loss<Cell, T> const& loss)
    {
        std::ptrdiff_t const stop = std::max<std::ptrdiff_t>(chunks_.columns() - loss.depth, 0);
        for (std::size_t i = chunks_.all().size(); i-- > 0 && chunks_.all()[i].end() > stop;) {
            history_chunk const& c = chunks_.all()[i];
            auto const sequences = chunks_.sequences(c);
            std::ptrdiff_t const first = std::max<std::ptrdiff_t>(stop - c.column, 0);
            std::ptrdiff_t const span = steps_in_rows(loss.chunk_rows, c.rows.steps - first, c.rows.batch);
            prologue_.begin_backward(sequences, c.column);
            for (std::ptrdiff_t end = c.rows.steps; end > first;) {
                std::ptrdiff_t const begin = std::max(first, end - span);
                chunk const part = c.rows.part(begin, end - begin);
                if (end == c.rows.steps) {
                    adjoints_.take(sequences, backward_.final_adjoints(part));
                } else {
                    copy_states<Cell>(backward_.initial_adjoints(part.batch), backward_.final_adjoints(part),
                                      part.batch);
                }
                backward_.run(part);
                backward_.accumulate_gradients(part);
                end = begin;
            }
            auto const at_beginning = backward_.initial_adjoints(c.rows.batch);
            adjoints_.put(sequences, at_beginning);
            prologue_.end_backward(sequences, c.column, c.column + first, at_beginning);
            if (c.column > stop) {
                stop_at_beginnings(c);
            }
        }
    }
    /// Clears the adjoints of the sequences that begin anew with @p c: their gradient goes no further.
    void stop_at_beginnings(history_chunk const& c)
    {
        for (std::ptrdiff_t i = 0; i < c.rows.batch; ++i) {
            if (!chunks_.continues(c, i)) {
                std::ptrdiff_t const b = chunks_.sequences(c)[static_cast<std::size_t>(i)];
                adjoints_.load(bound(), b, nullptr);
            }
        }
    }

    forward_pass<forward_exe<Cell>, T, Fixed...> forward_;
    backward_pass<Cell, T, Fixed...> backward_;
    history_chunks chunks_;
    history_chunks window_;             // of the last forward()
    std::vector<char> is_new_;          // by sequence: whether it has begun anew since its last step
    carried_states<Cell, T> states_;    // after the last step that counts
    carried_states<Cell, T> next_;      // after the window
    carried_states<Cell, T> adjoints_;  // of the states between two chunks
    history_prologue<Cell, T> prologue_;
    history_rows<inputs, T> x_;
    history_rows<outputs, T> y_;   // of a window of different lengths
    history_rows<outputs, T> dy_;  // zero except for the last columns
    history_rows<inputs, T> dx_;   // if they are wanted
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
