#pragma once
/// @file
/// Unrolls a model over sequences without end, and its gradient over a bounded number of steps.

#include <rondo/model/gradients.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/parameter_group.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/move_guard.hpp>
#include <rondo/run/run_access.hpp>
#include <rondo/run/run_of.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/run/truncated_run.hpp>
#include <rondo/run/truncation.hpp>
#include <rondo/run/window_access.hpp>
#include <rondo/sequence/call_arguments.hpp>
#include <rondo/sequence/gradient_views.hpp>
#include <rondo/sequence/per_sequence_views.hpp>
#include <rondo/sequence/sequence_views.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>

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
/// Sequences of a batch need not take steps in every call, nor equally many: see forward(). `every` and
/// `over` count the steps of the calls, whether or not a sequence takes them.
///
/// A sequence begins with its first step, and anew with its first step after a reset: with the states of the
/// cell's start(), or with zeros. Its per_sequence inputs stay the same from there on.
///
/// Where `over` is less than `every`, outputs further back have no part in the gradient. Where it
/// covers all steps since the beginning and parameters stay, the gradients of all calls add up to
/// that of bptt.
///
/// The object owns its memory, which grows with `over` and not with time. It copies the input. It owns the
/// parameters together with the model and reads them in every call, unless they are run_options::frozen: the
/// model may move, and may be destroyed before the run. After prepare(), calls of `every` steps allocate
/// nothing, and neither does reset(); without prepare(), nothing is allocated once `over` steps have been
/// run. With lengths, a call allocates where it needs more memory than any before. One object serves one
/// thread.
template <class Cell, class T = float, class... Fixed>
class truncated_bptt {
   public:
    using model_type = model<Cell, T, Fixed...>;           ///< type of the model
    using value_type = T;                                  ///< of all numbers
    using inputs = exec_internal::step_inputs_of<Cell>;    ///< the inputs of the step
    using outputs = exec_internal::step_outputs_of<Cell>;  ///< the outputs of the step
    /// Features of the (first) input, if they are a constant of the model; else 0.
    static constexpr std::ptrdiff_t fixed_input =
        exec_internal::fixed_features_of<inputs, typename model_type::sizes_type>();
    /// Features of the (first) output, if they are a constant of the model; else 0.
    static constexpr std::ptrdiff_t fixed_output =
        exec_internal::fixed_features_of<outputs, typename model_type::sizes_type>();

    truncated_bptt(truncated_bptt&&) noexcept = default;
    truncated_bptt& operator=(truncated_bptt&&) noexcept = default;

    /// Refers to @p m, whose parameters parameter_groups() gives.
    /// @throws std::logic_error if @p m was moved from;
    ///         input_error if a length is less than one step, there is a memory budget, because `over` limits
    ///         the memory, or the thread pool has no threads.
    truncated_bptt(model_type& m, truncation lengths, run_options options = {})
        : truncated_bptt(std::as_const(m), lengths, options)
    {
        is_trained_ = !options.frozen;
    }
    /// Refers to a temporary model.
    truncated_bptt(model_type&& m, truncation lengths, run_options options = {})
        : truncated_bptt(m, lengths, options)
    {
    }
    /// Refers to a model that is not to be trained.
    truncated_bptt(model_type const& m, truncation lengths, run_options options = {})
        : run_(m, lengths, options)
    {
    }

    /// Runs over the next steps @p x, of shape (time, batch, input), at most `every`, from the states after
    /// the last call, at first from those of start() or from zeros. Returns the output, (time, batch,
    /// output), valid until the next call.
    ///
    /// With lengths, `forward(x, {.lengths = {9, 0, 5}})`, sequence b has the first `lengths[b]` steps of
    /// this call, which may be none, and then waits for the next one: its state is that after its last step.
    /// Where it has no step, @p x is not read and the output is zero. @p x may also be a list of sequences,
    /// each (time, input), which may be empty.
    ///
    /// Inputs that are per_sequence, (batch, features), are given with every call. They are read for the
    /// sequences that have a step in it.
    /// @throws input_error if there are more steps, a shape is not the expected one, there is not one length
    ///         for each sequence, from 0 to the steps of @p x, or a per_sequence input differs from the one
    ///         that its sequence began with; nothing has changed then.
    ///         After any other exception, such as one from a thread or the number_error of
    ///         run_options::check_finite, the states are those before the call, which can be repeated.
    ///         Old steps that the steps of @p x would have pushed out of the last `over` have been dropped,
    ///         and backward() needs another forward().
    template <class X = exec_internal::numbers_in_braces>
    outputs_of<Cell, T> const& forward(X const& x, layer_arguments&& with = {})
    {
        moved_.check();
        ++runs_;
        auto const& y = run_.forward(exec_internal::sequences_of<inputs, T>(x, with.lengths));
        run_.keep();
        return y;
    }

    /// Runs over the next steps as forward() does, and carries the states on, without a gradient: backward()
    /// cannot follow, and no later gradient goes back over these steps or those before.
    /// @throws input_error or number_error as forward().
    template <class X = exec_internal::numbers_in_braces>
    outputs_of<Cell, T> const& infer(X const& x, layer_arguments&& with = {})
    {
        auto const& y = forward(x, {.lengths = with.lengths});
        run_.forget_steps(true);
        return y;
    }

    /// The gradient of a loss whose derivative with respect to the output of the last forward() is @p dy,
    /// (time, batch, output), which is not read where a sequence has no step. In the result, valid until the
    /// next call, `input` is with respect to the input of the last forward() and `initial` with respect to
    /// the states that the gradient ended at, zero for a sequence that has begun anew since. The gradient of
    /// a per_sequence input is summed over the steps that the gradient reaches, and start() has a part in it
    /// for sequences whose first step it reaches. Gradients that run_options leave out have no entries in it.
    /// @throws std::logic_error if there was no forward() since the beginning or reset(), if the last one
    ///         failed, or if parameters have changed since (see bptt::backward());
    ///         input_error if the shape is not the expected one; number_error if a gradient is not finite and
    ///         run_options::check_finite is set. After any exception the call can be repeated: it changes
    ///         gradients alone.
    template <class Dy = exec_internal::numbers_in_braces>
    rondo::gradients<Cell, T> const& backward(Dy const& dy)
    {
        moved_.check();
        return run_.backward(exec_internal::gradient_views_of<outputs, T>(dy));
    }
    /// The gradients of the last backward(), which may be changed in place, as clipping does.
    rondo::gradients<Cell, T>& last_gradients()
    {
        moved_.check();
        return run_.gradients();
    }

    /// The model's parameters and their gradient, as an optimiser takes them: an array of one group, which
    /// has no entries if the model is const or frozen.
    std::array<parameter_group<T>, 1> parameter_groups()
    {
        moved_.check();
        if (!is_trained_) {
            return {};
        }
        return {{{run_.history().model().parameters().flat(), run_.gradients().parameters.flat()}}};
    }
    /// Whether backward() computes the gradient of an input, see run_options.
    [[nodiscard]] bool gives_input_gradient() const noexcept { return bool{run_.options().input_gradient}; }
    /// The number of calls so far that have run steps or dropped them.
    [[nodiscard]] std::uint64_t runs() const noexcept { return runs_; }
    /// The lengths of the truncation.
    [[nodiscard]] truncation lengths() const noexcept { return run_.lengths(); }

    /// The states that the next forward() starts from, each (batch, dimension of the state): those after the
    /// last step, or those of a reset(). Those of start(), which is computed with the first step of a
    /// sequence, are zeros until then. Empty before the first call without a reset().
    [[nodiscard]] states_of<Cell, T> const& current_states() const { return moved_.checked(run_).states(); }

    /// Starts all sequences anew, with the states of start() or zeros, and a batch of any size. No gradient
    /// goes back to earlier steps.
    void reset()
    {
        moved_.check();
        ++runs_;
        run_.reset();
    }
    /// Starts all sequences anew from the caller's states, each (batch, dimension of the state). The next
    /// forward() checks their shapes. They may be current_states() itself, so that the sequences continue,
    /// perhaps with other per_sequence inputs, and no gradient goes back to earlier steps.
    void reset(states_of<Cell, T> const& initial)
    {
        moved_.check();
        ++runs_;
        run_.reset(initial);
    }
    /// Starts sequence @p b of the batch anew, with the state of start() or zeros. Its gradient does not go
    /// back to earlier steps; the other sequences continue.
    /// @throws input_error if there is no such sequence.
    void reset(std::size_t b)
    {
        moved_.check();
        ++runs_;
        run_.reset(b, nullptr);
    }
    /// Starts sequence @p b of the batch anew from the caller's states, each (1, dimension of the state).
    /// @throws input_error if there is no such sequence or a shape is not the expected one.
    void reset(std::size_t b, states_of<Cell, T> const& initial)
    {
        moved_.check();
        ++runs_;
        run_.reset(b, &initial);
    }

    /// Starts anew, and allocates the memory for calls with `every` steps of @p batch sequences and gradients
    /// over `over` steps: for threads that must not allocate.
    /// @throws input_error if the batch is zero.
    void prepare(std::size_t batch)
    {
        moved_.check();
        ++runs_;
        run_.prepare(batch);
    }

   private:
    friend struct exec_internal::window_access;
    friend struct exec_internal::run_access;

    template <bool Save, class X>
    xt::xtensor<T, 3> const& open_window(X const& x, lengths_view lengths)
    {
        moved_.check();
        ++runs_;
        forgets_ = !Save;
        return run_.forward(exec_internal::sequences_of<inputs, T>(x, lengths));
    }
    void keep_window(std::ptrdiff_t)
    {
        run_.keep();
        if (forgets_) {
            run_.forget_steps(true);
        }
    }
    void discard_window() noexcept { run_.discard(); }
    rondo::gradients<Cell, T> const& back_over_windows(xt::xtensor<T, 3> const& dy)
    {
        moved_.check();
        return run_.backward_over_windows(dy);
    }
    void restart_windows(std::ptrdiff_t b)
    {
        moved_.check();
        if (b < 0) {
            run_.reset();
        } else {
            run_.reset(static_cast<std::size_t>(b), nullptr);
        }
    }
    auto runs_of_windows() { return std::tie(*this); }

    bool is_trained_ = false;  // whether the parameters may be changed through this object
    bool forgets_ = false;     // the last window, which was not for training
    std::uint64_t runs_ = 0;
    exec_internal::move_guard moved_;
    exec_internal::truncated_run<Cell, T, Fixed...> run_;
};

/// The run for models of a type: `truncated_bptt_of<model<lstm<>>>` is `truncated_bptt<lstm<>>`.
template <class Model>
using truncated_bptt_of = exec_internal::run_of<truncated_bptt, Model>;

}  // namespace rondo::inline RONDO_ISA
