#pragma once
/// @file
/// Unrolls a model over a sequence without end, and its gradient over a bounded number of steps.

#include <rondo/error/input_error.hpp>
#include <rondo/exec/thread_pool.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/parameter_fingerprint.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/history.hpp>
#include <rondo/run/history_check.hpp>
#include <rondo/run/move_guard.hpp>
#include <rondo/run/run_of.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/run/truncation.hpp>
#include <rondo/sequence/array_rows.hpp>
#include <rondo/sequence/caller_states.hpp>
#include <rondo/sequence/check_symbol.hpp>
#include <rondo/sequence/given_sequences.hpp>
#include <rondo/sequence/gradient_views.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/require_forward.hpp>
#include <rondo/sequence/sequence_views.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>

namespace rondo::inline RONDO_ISA {

/// Truncated backpropagation through time, BPTT(k2; k1) of Williams and Peng 1990.
///
/// @code
/// truncated_bptt run{m, {.every = 10, .over = 30}};
/// for (...) {                                     // the next 10 steps of a long sequence
///     auto const& y = run.forward(x);             // x (time, batch, input), time at most 10
///     auto const& g = run.backward(dy);           // dy (time, batch, output)
/// }
/// @endcode
///
/// States are carried from call to call. backward() gives the gradient of a loss of the outputs of the last
/// forward() alone, and goes back over the last `over` steps, whichever calls they came from. The states
/// before those steps count as constants, and so do earlier outputs. Saved values are those that were
/// computed at the time: if parameters have changed since, the gradient of the older steps is the
/// approximation that Williams and Peng describe.
///
/// Where `over` is less than `every`, outputs further back have no part in the gradient. Where it
/// covers all steps since the beginning and parameters stay, the gradients of all calls add up to
/// that of bptt.
///
/// The object owns its memory, which grows with `over` and not with time. It copies the input. It owns the
/// parameters together with the model and reads them in every call, unless they are run_options::frozen: the
/// model may move, and may be destroyed before the run. After prepare(), calls of `every` steps allocate
/// nothing, and neither does reset(); without prepare(), nothing is allocated once `over` steps have been
/// run. One object serves one thread.
template <class Cell, class T = float, class... Fixed>
class truncated_bptt {
    static_assert(!ir_internal::compiled<Cell>::has_prologue,
                  "truncated_bptt does not take cells with per_sequence inputs or start() yet; a state whose "
                  "next value is itself is a context, and reset(states) sets the states that sequences begin "
                  "with");

   public:
    using model_type = model<Cell, T, Fixed...>;  ///< type of the model

    truncated_bptt(truncated_bptt&&) noexcept = default;
    truncated_bptt& operator=(truncated_bptt&&) noexcept = default;

    /// Refers to @p m.
    /// @throws std::logic_error if @p m was moved from;
    ///         input_error if a length is less than one step, there is a memory budget, because `over` limits
    ///         the memory, or the thread pool has no threads.
    truncated_bptt(model_type const& m, truncation lengths, run_options options = {})
        : lengths_(lengths),
          options_(options),
          history_(m, options),
          results_(options.check_finite),
          gradients_(exec_internal::make_gradients<T>(m.bound(), options.frozen))
    {
        exec_internal::threads_of(options.pool);
        check_length(lengths.every, "every");
        check_length(lengths.over, "over");
        if (options.memory != 0) {
            exec_internal::reject("truncation",
                                  "no memory budget, as the steps that the gradient goes back over are saved "
                                  "whatever it takes",
                                  exec_internal::concat(options.memory, " bytes"));
        }
    }

    /// Runs over the next steps @p x, of shape (time, batch, input), at most `every`, from the states after
    /// the last call, at first from zeros. Returns the output, (time, batch, output), valid until the next
    /// call.
    /// @throws input_error if there are more steps or a shape is not the expected one; nothing has changed
    ///         then. After any other exception, such as one from a thread or the number_error of
    ///         run_options::check_finite, the states are those before the call, which can be repeated.
    ///         Old steps that the steps of @p x would have pushed out of the last `over` have been dropped,
    ///         and backward() needs another forward().
    template <class X>
    outputs_of<Cell, T> const& forward(X const& x)
    {
        return run_forward(exec_internal::views_of<inputs, T, exec_internal::sequence_kinds::arrays>(x));
    }

    /// The gradient of a loss whose derivative with respect to the output of the last forward() is @p dy,
    /// (time, batch, output). In the result, valid until the next call, `input` is with respect to the input
    /// of the last forward() and `initial` with respect to the states that the gradient ended at. Gradients
    /// that run_options leave out have no entries in it.
    /// @throws std::logic_error if there was no forward() since the beginning or reset(), if the last one
    ///         failed, or if parameters have changed since (see bptt::backward());
    ///         input_error if the shape is not the expected one; number_error if a gradient is not finite and
    ///         run_options::check_finite is set. After any exception the call can be repeated: it changes
    ///         gradients alone.
    template <class Dy>
    rondo::gradients<Cell, T> const& backward(Dy const& dy)
    {
        return run_backward(exec_internal::gradient_views_of<outputs, T>(dy));
    }
    /// The gradients of the last backward(), which may be changed in place, as clipping does.
    rondo::gradients<Cell, T>& last_gradients()
    {
        moved_.check();
        return *gradients_;
    }

    /// The states that the next forward() starts from, each (batch, dimension of the state): those after the
    /// last step, or those of a reset(). Empty before the first call if they are zeros.
    [[nodiscard]] states_of<Cell, T> const& current_states() const { return moved_.checked(states_); }

    /// Starts all sequences anew, with states of zeros and a batch of any size. No gradient goes back to
    /// earlier steps.
    void reset()
    {
        moved_.check();
        forget_steps();
        has_initial_ = false;
        for (auto& s : states_) {
            s.fill(T(0));
        }
    }
    /// Starts all sequences anew from the caller's states, each (batch, dimension of the state). The next
    /// forward() checks their shapes. They may be current_states(), so that the sequences continue and no
    /// gradient goes back to earlier steps.
    void reset(states_of<Cell, T> const& initial)
    {
        moved_.check();
        bool const is_own = &initial == &states_;
        has_initial_ = !is_own || has_initial_ || history_.batch() > 0;
        forget_steps();
        if (!is_own) {
            states_ = initial;
        }
    }
    /// Starts sequence @p b of the batch anew, with a state of zeros. Its gradient does not go back to
    /// earlier steps; the other sequences continue.
    /// @throws input_error if there is no such sequence.
    void reset(std::size_t b) { reset_one(b, nullptr); }
    /// Starts sequence @p b of the batch anew from the caller's states, each (1, dimension of the state).
    /// @throws input_error if there is no such sequence or a shape is not the expected one.
    void reset(std::size_t b, states_of<Cell, T> const& initial) { reset_one(b, &initial); }

    /// Starts anew, and allocates the memory for calls with `every` steps of @p batch sequences and gradients
    /// over `over` steps: for threads that must not allocate.
    /// @throws input_error if the batch is zero.
    void prepare(std::size_t batch)
    {
        moved_.check();
        if (batch == 0) {
            exec_internal::reject("prepare", "a batch of at least 1", "0");
        }
        history_.start(static_cast<std::ptrdiff_t>(batch), nullptr);
        auto const& sizes = history_.bound();
        exec_internal::resize_sequences<outputs, T>(output_, lengths_.every, history_.batch(), sizes);
        exec_internal::resize_sequences<inputs, T>(gradients_->input, lengths_.every, history_.batch(), sizes,
                                                   options_.input_gradient.inputs_of<Cell>());
        history_.reserve(lengths_.every, lengths_.over, options_.chunk_rows, *gradients_);
        history_.store_states(states_);
        reset();
    }

   private:
    using inputs = exec_internal::step_inputs_of<Cell>;
    using outputs = exec_internal::step_outputs_of<Cell>;
    using input_views = exec_internal::sequence_views<inputs, T>;
    using output_views = exec_internal::sequence_views<outputs, T>;

    outputs_of<Cell, T> const& run_forward(input_views&& x)
    {
        moved_.check();
        exec_internal::check_sequences<inputs, T>(x, history_.bound(), 0, history_.batch());
        if (x[0].steps() > lengths_.every) {
            exec_internal::reject(inputs::titles[0].view(),
                                  exec_internal::concat("at most ", lengths_.every, " steps at once"),
                                  std::to_string(x[0].steps()));
        }
        check_finite<inputs>(x);
        exec_internal::check_symbols<inputs, T>(x, history_.bound());
        if (history_.batch() > 0) {
            results_.start_forward(&states_);
            run_steps(x);
            return output_;
        }
        states_of<Cell, T> const* const initial = has_initial_ ? &states_ : nullptr;
        exec_internal::check_states<Cell>(initial, history_.bound(), x[0].batch(), "the initial state",
                                          options_.check_finite);
        results_.start_forward(initial);
        try {
            history_.start(x[0].batch(), initial);
            run_steps(x);
        } catch (...) {
            history_.clear();
            throw;
        }
        return output_;
    }
    void run_steps(input_views const& x)
    {
        std::ptrdiff_t const steps = x[0].steps();
        last_steps_ = 0;
        history_.drop_all_but(lengths_.over - steps);
        history_.take_inputs(x);  // which may be the last outputs
        exec_internal::resize_sequences<outputs, T>(output_, steps, history_.batch(), history_.bound());
        exec_internal::pointers_of<outputs, T> y;
        for (std::size_t k = 0; k < outputs::count; ++k) {
            y[k] = exec_internal::nth_array(output_, k).data();
        }
        history_.forward(steps, y, options_.chunk_rows);
        results_.check_forward(history_, steps, output_);
        history_.store_states(states_);
        fingerprint_.take(history_.model().parameters(), options_.check_finite);
        last_steps_ = steps;
    }
    rondo::gradients<Cell, T> const& run_backward(output_views&& dy)
    {
        moved_.check();
        exec_internal::require_forward(last_steps_ != 0, ", and no reset() of all sequences between them");
        fingerprint_.check(history_.model().parameters());
        exec_internal::check_sequences<outputs, T>(dy, history_.bound(), last_steps_, history_.batch());
        check_finite<outputs>(dy);
        gradients_->parameters.fill(T(0));
        history_.backward({dy, lengths_.over, options_.chunk_rows}, *gradients_);
        results_.check_backward(history_, lengths_.over, last_steps_, *gradients_);
        return *gradients_;
    }
    template <class Sequences>
    void check_finite(exec_internal::sequence_views<Sequences, T> const& all) const
    {
        for (std::size_t k = 0; options_.check_finite && k < Sequences::count; ++k) {
            exec_internal::array_rows<T> rows;
            rows.bind(all[k], exec_internal::reading::in_place);
            rows.check_finite(Sequences::titles[k].view());
        }
    }
    static void check_length(std::ptrdiff_t n, char const* name)
    {
        if (n < 1) {
            exec_internal::reject(std::string("truncation: ") + name, "at least 1 step", std::to_string(n));
        }
    }

    void forget_steps() noexcept
    {
        history_.clear();
        last_steps_ = 0;
    }

    void reset_one(std::size_t b, states_of<Cell, T> const* initial)
    {
        moved_.check();
        if (static_cast<std::ptrdiff_t>(b) >= history_.batch()) {
            exec_internal::reject(
                "reset",
                exec_internal::concat("a sequence of a batch of ", history_.batch(), ", counted from 0"),
                std::to_string(b));
        }
        exec_internal::check_states<Cell>(initial, history_.bound(), 1, "reset: the initial state",
                                          options_.check_finite);
        history_.restart(static_cast<std::ptrdiff_t>(b), initial);
        history_.store_states(states_);
    }

    exec_internal::move_guard moved_;
    truncation lengths_;
    run_options options_;
    outputs_of<Cell, T> output_;
    states_of<Cell, T> states_;
    exec_internal::history<Cell, T, Fixed...> history_;
    exec_internal::history_check<Cell, T, Fixed...> results_;
    std::unique_ptr<rondo::gradients<Cell, T>> gradients_;
    exec_internal::parameter_fingerprint<Cell, T> fingerprint_;  // of the last forward()
    std::ptrdiff_t last_steps_ = 0;                              // of the last forward(); 0 if it failed
    bool has_initial_ = false;
};

/// The run for models of a type: `truncated_bptt_of<model<lstm<>>>` is `truncated_bptt<lstm<>>`.
template <class Model>
using truncated_bptt_of = exec_internal::run_of<truncated_bptt, Model>;

}  // namespace rondo::inline RONDO_ISA
