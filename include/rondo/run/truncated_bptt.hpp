#pragma once
/// @file
/// Unrolls a model over a sequence without end, and its gradient over a bounded number of steps.

#include <rondo/exec/thread_pool.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/parameter_fingerprint.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/history.hpp>
#include <rondo/run/move_guard.hpp>
#include <rondo/run/run_of.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/sequence/caller_states.hpp>
#include <rondo/sequence/require_forward.hpp>
#include <rondo/sequence/sequence.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>

namespace rondo::inline RONDO_ISA {

/// How often a gradient is taken, and how far back it goes: k1 and k2 of Williams and Peng 1990, in time
/// steps.
struct truncation {
    std::ptrdiff_t every = 1;  ///< the most steps of a forward(), after which there is a gradient
    std::ptrdiff_t over = 1;   ///< the most steps that the gradient goes back
};

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
/// model may move, and may be destroyed before the run. After prepare(),
/// calls of `every` steps allocate nothing, and neither does reset(); without prepare(), nothing is allocated
/// once `over` steps have been run. One object serves one thread.
template <class Cell, class T = float, class... Fixed>
class truncated_bptt {
   public:
    using model_type = model<Cell, T, Fixed...>;  ///< type of the model

    truncated_bptt(truncated_bptt&&) noexcept = default;
    truncated_bptt& operator=(truncated_bptt&&) noexcept = default;

    /// Refers to @p m.
    /// @throws std::logic_error if @p m was moved from;
    ///         std::invalid_argument if a length is less than one step, or there is a memory budget, because
    ///         `over` limits the memory; input_error if the thread pool has no threads.
    truncated_bptt(model_type const& m, truncation lengths, run_options options = {})
        : lengths_(lengths),
          options_(options),
          history_(m, options.pool, options.frozen),
          gradients_(new rondo::gradients<Cell, T>{rondo::parameters<Cell, T>(m.bound())})
    {
        exec_internal::threads_of(options.pool);
        check_length(lengths.every, "every");
        check_length(lengths.over, "over");
        if (options.memory != 0) {
            throw std::invalid_argument(
                "rondo: truncation: expected no memory budget, as the steps that "
                "the gradient goes back over are saved whatever it takes; found " +
                std::to_string(options.memory) + " bytes");
        }
    }

    /// Runs over the next steps @p x, of shape (time, batch, input), at most `every`, from the states after
    /// the last call, at first from zeros. Returns the output, (time, batch, output), valid until the next
    /// call.
    /// @throws std::invalid_argument if there are more steps or a shape is not the expected one;
    ///         nothing has changed then. After any other exception, such as one from a thread, the states are
    ///         those before the call, which can be repeated; the steps before the last `over`, those of @p x
    ///         included, have been dropped, and backward() needs another forward().
    template <class X>
    xt::xtensor<T, 3> const& forward(X const& x)
    {
        moved_.check();
        auto const& sizes = history_.bound();
        auto const& shapes = ir_internal::compiled<Cell>::shapes;
        x_.bind(x, "rondo: the input x", shapes.dimensions,
                {.batch = history_.batch(), .features = shapes.input.rows}, sizes);
        std::ptrdiff_t const steps = x_.shape(0);
        if (steps > lengths_.every) {
            throw std::invalid_argument("rondo: the input x: expected at most " +
                                        std::to_string(lengths_.every) + " steps at once; found " +
                                        std::to_string(steps));
        }
        if (options_.check_finite) {
            x_.check_finite("rondo: the input x");
        }
        if (history_.batch() > 0) {
            run_steps();
            return output_;
        }
        states_of<Cell, T> const* const initial = has_initial_ ? &states_ : nullptr;
        exec_internal::check_states<Cell>(initial, sizes, x_.shape(1), "rondo: the initial state",
                                          options_.check_finite);
        try {
            history_.start(x_.shape(1), initial);
            run_steps();
        } catch (...) {
            history_.clear();
            throw;
        }
        return output_;
    }

    /// The gradient of a loss whose derivative with respect to the output of the last forward() is @p dy,
    /// (time, batch, output). In the result, valid until the next call, `input` is with respect to the input
    /// of the last forward() and `initial` with respect to the states that the gradient ended at.
    /// @throws std::logic_error if there was no forward() since the beginning or reset(), if the last one
    ///         failed, or if parameters have changed since (see bptt::backward());
    ///         std::invalid_argument if the shape is not the expected one. After any exception the call can
    ///         be repeated: it changes gradients alone.
    template <class Dy>
    rondo::gradients<Cell, T> const& backward(Dy const& dy)
    {
        moved_.check();
        exec_internal::require_forward(last_steps_ != 0, ", and no reset() of all sequences between them");
        fingerprint_.check(history_.model().parameters());
        auto const& shapes = ir_internal::compiled<Cell>::shapes;
        dy_.bind(dy, "rondo: the output gradient dy", shapes.dimensions,
                 {.steps = last_steps_, .batch = history_.batch(), .features = shapes.output.rows},
                 history_.bound());
        if (options_.check_finite) {
            dy_.check_finite("rondo: the output gradient dy");
        }
        gradients_->parameters.fill(T(0));
        exec_internal::resize_sequence(gradients_->input, last_steps_, history_.batch(),
                                       history_.bound()[shapes.input.rows]);
        history_.backward({dy_.data(), last_steps_, lengths_.over, options_.chunk_rows}, *gradients_);
        return *gradients_;
    }
    /// The gradients of the last backward(), which may be changed in place, as clipping does.
    rondo::gradients<Cell, T>& last_gradients()
    {
        moved_.check();
        return *gradients_;
    }

    /// The states that the next forward() starts from, each (batch, dimension of the state): those after the
    /// last step, or those of a reset(). Empty before the first call if they are zeros.
    [[nodiscard]] states_of<Cell, T> const& current_states() const
    {
        moved_.check();
        return states_;
    }

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
    /// Starts all sequences anew from states of the caller's, each (batch, dimension of the state). The next
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
    /// @throws std::invalid_argument if there is no such sequence.
    void reset(std::size_t b) { reset_one(b, nullptr); }
    /// Starts sequence @p b of the batch anew from states of the caller's, each (1, dimension of the state).
    /// @throws std::invalid_argument if there is no such sequence or a shape is not the expected one.
    void reset(std::size_t b, states_of<Cell, T> const& initial) { reset_one(b, &initial); }

    /// Starts anew, and allocates the memory for calls with `every` steps of @p batch sequences and gradients
    /// over `over` steps: for threads that must not allocate.
    /// @throws std::invalid_argument if the batch is zero.
    void prepare(std::size_t batch)
    {
        moved_.check();
        if (batch == 0) {
            throw std::invalid_argument("rondo: prepare: expected a batch of at least 1; found 0");
        }
        auto const& shapes = ir_internal::compiled<Cell>::shapes;
        history_.start(static_cast<std::ptrdiff_t>(batch), nullptr);
        auto const& sizes = history_.bound();
        exec_internal::resize_sequence(output_, lengths_.every, history_.batch(), sizes[shapes.output.rows]);
        exec_internal::resize_sequence(gradients_->input, lengths_.every, history_.batch(),
                                       sizes[shapes.input.rows]);
        history_.reserve(lengths_.every, lengths_.over, options_.chunk_rows, *gradients_);
        history_.store_states(states_);
        reset();
    }

   private:
    /// Runs over the steps of the input.
    void run_steps()
    {
        last_steps_ = 0;
        std::ptrdiff_t const steps = x_.shape(0);
        history_.drop_all_but(lengths_.over - steps);
        exec_internal::resize_sequence(output_, steps, history_.batch(),
                                       history_.bound()[ir_internal::compiled<Cell>::shapes.output.rows]);
        history_.forward(x_.data(), steps, output_.data(), options_.chunk_rows);
        history_.store_states(states_);
        fingerprint_.take(history_.model().parameters(), options_.check_finite);
        last_steps_ = steps;
    }

    static void check_length(std::ptrdiff_t n, char const* name)
    {
        if (n < 1) {
            throw std::invalid_argument(std::string("rondo: truncation: ") + name +
                                        ": expected at least 1 step; found " + std::to_string(n));
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
            throw std::invalid_argument("rondo: reset: expected a sequence of a batch of " +
                                        std::to_string(history_.batch()) + ", counted from 0; found " +
                                        std::to_string(b));
        }
        exec_internal::check_states<Cell>(initial, history_.bound(), 1, "rondo: reset: the initial state",
                                          options_.check_finite);
        history_.restart(static_cast<std::ptrdiff_t>(b), initial);
        history_.store_states(states_);
    }

    exec_internal::move_guard moved_;
    truncation lengths_;
    run_options options_;
    exec_internal::sequence<T> x_;
    exec_internal::sequence<T> dy_;
    xt::xtensor<T, 3> output_;
    states_of<Cell, T> states_;
    exec_internal::history<Cell, T, Fixed...> history_;
    std::unique_ptr<rondo::gradients<Cell, T>> gradients_;
    exec_internal::parameter_fingerprint<Cell, T> fingerprint_;  // of the last forward()
    std::ptrdiff_t last_steps_ = 0;                              // of the last forward(); 0 if it failed
    bool has_initial_ = false;
};

/// The run for models of a type: `truncated_bptt_of<model<lstm<>>>` is `truncated_bptt<lstm<>>`.
template <class Model>
using truncated_bptt_of = exec_internal::run_of<truncated_bptt, Model>;

}  // namespace rondo::inline RONDO_ISA
