#pragma once
/// @file
/// The windows of a truncated run, which go forward one after the other and back over several.

#include <rondo/error/input_error.hpp>
#include <rondo/exec/thread_pool.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/model_reference.hpp>
#include <rondo/model/parameter_fingerprint.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/history.hpp>
#include <rondo/run/history_check.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/run/truncation.hpp>
#include <rondo/sequence/array_rows.hpp>
#include <rondo/sequence/caller_states.hpp>
#include <rondo/sequence/check_symbol.hpp>
#include <rondo/sequence/given_sequences.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/require_forward.hpp>
#include <rondo/sequence/sequence_views.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A truncated run. A window that forward() has run over counts after keep() only, so that a stack can run
/// all of its layers before any of them goes on.
template <class Cell, class T, class... Fixed>
class truncated_run {
   public:
    using inputs = step_inputs_of<Cell>;    ///< the inputs of the step
    using outputs = step_outputs_of<Cell>;  ///< the outputs of the step

    /// @throws input_error if a length is less than one step, there is a memory budget, or the thread pool
    ///         has no threads.
    truncated_run(model_reference<Cell, T, Fixed...> const& m, truncation lengths, run_options const& options)
        : lengths_(lengths),
          options_(options),
          history_(m, options),
          results_(options.check_finite),
          gradients_(make_gradients<T>(m.bound(), options.frozen))
    {
        threads_of(options.pool);
        check_length(lengths.every, "every");
        check_length(lengths.over, "over");
        if (options.memory != 0) {
            exec_internal::reject("truncation",
                                  "no memory budget, as the steps that the gradient goes back over are saved "
                                  "whatever it takes",
                                  concat(options.memory, " bytes"));
        }
    }

    /// The lengths of the truncation.
    [[nodiscard]] truncation const& lengths() const noexcept { return lengths_; }
    /// The options.
    [[nodiscard]] run_options const& options() const noexcept { return options_; }
    /// The history.
    [[nodiscard]] auto& history() noexcept { return history_; }
    /// A reference to the model.
    /// @throws std::logic_error if it was replaced by one of other sizes.
    [[nodiscard]] auto model() const { return history_.model(); }
    /// The gradients of the last backward().
    [[nodiscard]] rondo::gradients<Cell, T>& gradients() noexcept { return *gradients_; }
    /// The states before the next window; empty before the first one if they are zeros.
    [[nodiscard]] states_of<Cell, T> const& states() const noexcept { return states_; }

    /// Runs over a window.
    /// @throws input_error if there are too many steps or something else is not as expected.
    outputs_of<Cell, T> const& forward(given_sequences<inputs, T>&& x)
    {
        check(x);
        bool const is_first = history_.batch() == 0;
        states_of<Cell, T> const* const initial = has_initial_ ? &states_ : nullptr;
        if (is_first) {
            check_states<Cell>(initial, history_.bound(), x.batch(), "the initial state",
                               options_.check_finite);
        }
        is_open_ = is_first;
        try {
            if (is_first) {
                history_.start(x.batch(), initial);
            }
            columns_ = 0;
            history_.drop_all_but(lengths_.over - x.steps());
            history_.forward({x.all, x.each_length(), x.per_sequence, options_.chunk_rows}, output_);
            results_.check_forward(history_, output_);
            fingerprint_.take(history_.model().parameters(), options_.check_finite);
        } catch (...) {
            discard();
            throw;
        }
        return output_;
    }
    /// Counts the window of the last forward().
    void keep()
    {
        columns_ = history_.window().columns() - history_.chunks().columns();
        history_.keep();
        history_.store_states(states_);
        is_open_ = false;
    }
    /// Forgets the window of the last forward(). If it was the first one, the batch is open again.
    void discard() noexcept
    {
        if (is_open_) {
            history_.clear();
        }
        is_open_ = false;
    }

    /// The gradient of a loss of the outputs of the last window, or of the last columns if @p of_all.
    /// @throws std::logic_error, input_error or number_error as truncated_bptt::backward().
    rondo::gradients<Cell, T> const& backward(sequence_views<outputs, T>&& dy, bool of_all = false)
    {
        require_forward(columns_ != 0, ", and no reset() of all sequences between them");
        fingerprint_.check(history_.model().parameters());
        std::ptrdiff_t const columns = of_all ? dy[0].steps() : columns_;
        check_sequences<outputs, T>(dy, history_.bound(), columns, history_.batch());
        check_finite(dy, columns);
        gradients_->parameters.fill(T(0));
        history_.backward({dy, lengths_.over, options_.chunk_rows}, *gradients_);
        results_.check_backward(history_, lengths_.over, columns_, *gradients_);
        return *gradients_;
    }
    /// The gradient of the last outputs over all columns that the truncation reaches, from the gradient @p dy
    /// of the last outputs of a cell with one output. The gradients of the inputs have at least the columns
    /// of the last window.
    /// @throws as backward().
    rondo::gradients<Cell, T> const& backward_over_windows(xt::xtensor<T, 3> const& dy)
    {
        auto const columns = static_cast<std::ptrdiff_t>(dy.shape()[0]);
        std::ptrdiff_t const all =
            std::max({columns, columns_, std::min(lengths_.over, history_.chunks().columns())});
        resize_sequence(dy_, all, static_cast<std::ptrdiff_t>(dy.shape()[1]),
                        static_cast<std::ptrdiff_t>(dy.shape()[2]));
        auto const before = static_cast<std::ptrdiff_t>(dy_.size() - dy.size());
        std::fill_n(dy_.data(), before, T(0));
        std::copy(dy.begin(), dy.end(), dy_.data() + before);
        return backward(views_of<outputs, T>(dy_), true);
    }

    /// Drops all steps, and keeps the states. The next window may be the first of another batch, unless @p
    /// keeps_batch.
    void forget_steps(bool keeps_batch = false) noexcept
    {
        if (keeps_batch) {
            history_.drop_all_but(0);
        } else {
            history_.clear();
        }
        columns_ = 0;
    }
    /// Starts all sequences anew, from start() or from zeros.
    void reset()
    {
        forget_steps();
        has_initial_ = false;
        for (auto& s : states_) {
            s.fill(T(0));
        }
    }
    /// Starts all sequences anew from @p initial, which may be states().
    void reset(states_of<Cell, T> const& initial)
    {
        if (&initial == &states_) {
            forget_steps(true);
            history_.prologue().restart_all();
            return;
        }
        forget_steps();
        has_initial_ = true;
        states_ = initial;
    }
    /// Starts sequence @p b anew from a state of (1, dimension); if null, from start() or from zeros.
    /// @throws input_error if there is no such sequence or a shape is not the expected one.
    void reset(std::size_t b, states_of<Cell, T> const* initial)
    {
        if (std::cmp_greater_equal(b, history_.batch())) {
            exec_internal::reject("reset",
                                  concat("a sequence of a batch of ", history_.batch(), ", counted from 0"),
                                  std::to_string(b));
        }
        check_states<Cell>(initial, history_.bound(), 1, "reset: the initial state", options_.check_finite);
        history_.restart(static_cast<std::ptrdiff_t>(b), initial);
        history_.store_states(states_);
    }
    /// Starts anew, and allocates the memory for @p batch sequences.
    /// @throws input_error if the batch is zero, or larger than memory can hold.
    void prepare(std::size_t batch)
    {
        if (batch == 0) {
            exec_internal::reject("prepare", "a batch of at least 1", "0");
        }
        history_.bound().check_rows("prepare", std::max(lengths_.every, lengths_.over),
                                    static_cast<std::ptrdiff_t>(batch));
        history_.start(static_cast<std::ptrdiff_t>(batch), nullptr);
        auto const& sizes = history_.bound();
        resize_sequences<outputs, T>(output_, lengths_.every, history_.batch(), sizes);
        resize_sequences<inputs, T>(gradients_->input, lengths_.every, history_.batch(), sizes,
                                    options_.input_gradient.template inputs_of<Cell>());
        history_.reserve(lengths_.every, lengths_.over, options_.chunk_rows, *gradients_);
        history_.store_states(states_);
        reset();
    }

   private:
    void check(given_sequences<inputs, T>& x)
    {
        x.check_window(history_.bound(), history_.batch());
        if (x.steps() > lengths_.every) {
            exec_internal::reject(inputs::titles[0].view(),
                                  concat("at most ", lengths_.every, " steps at once"),
                                  std::to_string(x.steps()));
        }
        for (std::ptrdiff_t t = 0; options_.check_finite && t < x.steps(); ++t) {
            for (std::ptrdiff_t b = 0; b < x.batch(); ++b) {
                if (t < x.each_length().length(b, x.steps())) {
                    check_finite_row<inputs>(x.all, t, b);
                }
            }
        }
        check_symbols<inputs, T>(x.all, history_.bound(), x.each_length());
        history_.prologue().check(x.per_sequence, history_.bound(), x.each_length(), x.batch(),
                                  bool{options_.check_finite});
    }
    void check_finite(sequence_views<outputs, T> const& dy, std::ptrdiff_t columns) const
    {
        if (options_.check_finite) {
            std::ptrdiff_t const begin = history_.chunks().columns() - columns;
            history_.chunks().for_each_row(begin, [&](std::ptrdiff_t, std::ptrdiff_t t, std::ptrdiff_t b) {
                check_finite_row<outputs>(dy, t - begin, b);
            });
        }
    }
    template <class Sequences>
    static void check_finite_row(sequence_views<Sequences, T> const& all, std::ptrdiff_t t, std::ptrdiff_t b)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            std::vector<T> row(static_cast<std::size_t>(all[k].features()));
            all[k].copy_row(t, b, row.data(), all[k].features());
            check_row(row.data(), all[k].features(), all[k].value(), Sequences::titles[k].view(), t, b);
        }
    }
    static void check_length(std::ptrdiff_t n, char const* name)
    {
        if (n < 1) {
            exec_internal::reject(std::string("truncation: ") + name, "at least 1 step", std::to_string(n));
        }
    }

    truncation lengths_;
    run_options options_;
    outputs_of<Cell, T> output_;
    states_of<Cell, T> states_;
    exec_internal::history<Cell, T, Fixed...> history_;
    history_check<Cell, T, Fixed...> results_;
    std::unique_ptr<rondo::gradients<Cell, T>> gradients_;
    parameter_fingerprint<Cell, T> fingerprint_;  // of the last window
    std::ptrdiff_t columns_ = 0;                  // of the last window; 0 if it does not count
    xt::xtensor<T, 3> dy_;                        // of backward_over_windows()
    bool has_initial_ = false;
    bool is_open_ = false;  // whether the last forward() is the first of its batch, and does not count yet
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
