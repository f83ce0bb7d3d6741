#pragma once
/// @file
/// Unrolls a model over sequences, and its gradient back through time.

#include <rondo/exec/thread_pool.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/parameter_fingerprint.hpp>
#include <rondo/model/parameter_group.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/bptt_memory.hpp>
#include <rondo/run/checkpointed_run.hpp>
#include <rondo/run/inference_run.hpp>
#include <rondo/run/move_guard.hpp>
#include <rondo/run/result_check.hpp>
#include <rondo/run/run_access.hpp>
#include <rondo/run/run_of.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/sequence/call_arguments.hpp>
#include <rondo/sequence/caller_states.hpp>
#include <rondo/sequence/given_sequences.hpp>
#include <rondo/sequence/gradient_views.hpp>
#include <rondo/sequence/inferred_rows.hpp>
#include <rondo/sequence/input_rows.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/require_forward.hpp>
#include <rondo/sequence/sequence_view.hpp>
#include <rondo/sequence/shaped.hpp>
#include <rondo/time/time_plan.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// Backpropagation through time (Werbos 1990) for a model.
///
/// @code
/// bptt run{m};
/// auto const& y = run.forward(x);              // x (time, batch, input)
/// auto const& g = run.backward(dy);            // dy (time, batch, output)
/// @endcode
///
/// The object owns the memory of the run and reuses it: after the first call with the same sizes nothing is
/// allocated. That memory grows with time, unless run_options::memory bounds it. The object owns the
/// parameters together with the model and reads them in every call, unless they are run_options::frozen: the
/// model may move, and may be destroyed before the run. One object serves one thread.
template <class Cell, class T = float, class... Fixed>
class bptt {
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
    static constexpr bool takes_borrowed_input = true;  ///< a stack need not copy its own arrays

    /// Refers to @p m.
    /// @throws std::logic_error if @p m was moved from; input_error if the pool has no threads.
    explicit bptt(model_type& m, run_options options = {}) : bptt(std::as_const(m), options)
    {
        is_trained_ = !options.frozen;
    }
    /// Refers to a temporary model, whose parameters parameter_groups() gives.
    explicit bptt(model_type&& m, run_options options = {}) : bptt(m, options) {}
    /// Refers to a model that is not to be trained.
    explicit bptt(model_type const& m, run_options options = {})
        : options_(options),
          run_(m, options),
          results_(options.check_finite),
          gradients_(exec_internal::make_gradients<T>(m.bound(), options.frozen))
    {
        exec_internal::threads_of(options.pool);
    }
    /// Takes the memory and the saved values of another run, whose calls throw std::logic_error then.
    bptt(bptt&&) noexcept = default;
    bptt& operator=(bptt&&) noexcept = default;

    /// Runs over @p x, of shape (time, batch, input), and saves what backward() needs. Returns the output,
    /// (time, batch, output), valid until the next call.
    ///
    /// @code
    /// run.forward(x);                                                // all steps, from start() or zeros
    /// run.forward(x, {.initial = states});                           // each (batch, dimension of the state)
    /// run.forward(x, {.lengths = {9, 5, 7}, .initial = states});     // three sequences, padded
    /// @endcode
    ///
    /// With lengths, sequence b has `lengths[b]` steps. After its end @p x is not read, and the output is
    /// zero. @p x may also be a list of sequences, each (time, input), of any lengths: the output is then as
    /// long as the longest. Arrays are xtensor containers, views or expressions of any layout; shaped() makes
    /// an array of the numbers in a vector or behind a pointer.
    /// Several inputs are given by name, `run.forward(named("x"_s = x, "mask"_s = mask))`, or as inputs_of,
    /// and several outputs are given back by name, `y["policy"_s]`. Symbols are integers, (time, batch).
    /// Inputs that are per_sequence are (batch, features), or (batch) for numbers and symbols.
    /// The run keeps a copy of @p x, so the caller's array may change, unless it is borrowed().
    /// @throws input_error if @p x is empty, a shape is not the expected one, there is not one length for
    ///         each sequence, from 1 to the steps of @p x, or the memory budget is too small;
    ///         number_error if a result is not finite and run_options::check_finite is set. The last
    ///         forward() is then lost.
    template <class X = exec_internal::numbers_in_braces>
    outputs_of<Cell, T> const& forward(X const& x, forward_arguments<Cell, T>&& with = {})
    {
        return run_forward(exec_internal::sequences_of<inputs, T>(x, with.lengths), with.initial.get());
    }

    /// Runs without saving values, so backward() cannot follow. The memory that grows with time is that of
    /// the outputs that are wanted, some 40 bytes for every run_options::chunk_rows rows and, if the input
    /// cannot be read in place, its copy. `{.outputs = output_steps::none}` is for final_states() alone.
    ///
    /// The output differs from that of forward() by rounding, because sums may be accumulated in another
    /// order. It accepts and rejects the arguments that forward() accepts and rejects.
    template <class X = exec_internal::numbers_in_braces>
    outputs_of<Cell, T> const& infer(X const& x, infer_arguments<Cell, T>&& with = {})
    {
        return run_inference(exec_internal::sequences_of<inputs, T>(x, with.lengths), with);
    }

    /// The states after the last step of each sequence in the last run, each (batch, dimension of the state).
    [[nodiscard]] states_of<Cell, T> const& final_states() const { return moved_.checked(final_); }

    /// The gradient of a loss whose derivative is @p dy with respect to the output, (time, batch, output),
    /// and `with.final` with respect to the final states, each (batch, dimension of the state); zeros if left
    /// out. After the end of a sequence @p dy is not read, and the gradient of the input is zero. The result
    /// is valid until the next call; gradients that run_options leave out have no entries in it. Several
    /// outputs have a gradient each, zeros if it is left out: `run.backward(named("policy"_s = dp))`.
    /// @throws std::logic_error if the last run was not a forward(), or if parameters have changed since: the
    ///         first, middle or last entry of one, and with run_options::check_finite any;
    ///         input_error if a shape is not the expected one, after which a right call may follow;
    ///         number_error if a gradient is not finite and run_options::check_finite is set.
    ///         After that or any other exception, such as one from a thread, there are no saved values.
    template <class Dy = exec_internal::numbers_in_braces>
    rondo::gradients<Cell, T> const& backward(Dy const& dy, backward_arguments<Cell, T>&& with = {})
    {
        return run_backward(exec_internal::gradient_views_of<outputs, T>(dy), with.final.get());
    }
    /// The gradients of the last backward(), which may be changed in place, as clipping does.
    rondo::gradients<Cell, T>& last_gradients()
    {
        moved_.check();
        return *gradients_;
    }
    /// The model's parameters and their gradient, as an optimiser takes them: an array of one group, which
    /// has no entries if the model is const or frozen.
    std::array<parameter_group<T>, 1> parameter_groups()
    {
        moved_.check();
        if (!is_trained_) {
            return {};
        }
        return {{{run_.model().parameters().flat(), gradients_->parameters.flat()}}};
    }

    /// Whether backward() computes the gradient of an input, see run_options.
    [[nodiscard]] bool gives_input_gradient() const noexcept { return bool{options_.input_gradient}; }

    /// The memory of the last forward() and its backward(), in bytes and time steps.
    [[nodiscard]] memory_plan const& plan() const { return moved_.checked(memory_); }
    /// The number of forward() and infer() calls so far.
    [[nodiscard]] std::uint64_t runs() const noexcept { return runs_; }

   private:
    friend struct exec_internal::run_access;
    using sequence_view = exec_internal::sequence_view<T>;
    using given_sequences = exec_internal::given_sequences<inputs, T>;

    outputs_of<Cell, T> const& run_forward(given_sequences&& x, states_of<Cell, T> const* initial)
    {
        start_run(x, initial);
        x.visit_lengths([&](auto const& lengths) {
            memory_ = time_.make(lengths, options_.chunk_rows, options_.memory, [&](auto const& chunked) {
                return exec_internal::bptt_costs<Cell, T>(run_.model(), chunked, steps_, options_);
            });
        });
        bind(x_, x.all, [](sequence_view const& one) { return one.is_borrowed(); });
        results_.set_per_sequence(run_.start_sequences(time_, x.per_sequence, options_.check_finite));
        run_.forward(time_, {.inputs = x_.data(),
                             .outputs = y_.make(output_, time_, steps_, run_.bound()),
                             .initial = initial,
                             .final = &final_});
        fingerprint_.take(run_.model().parameters(), options_.check_finite);
        y_.finish(output_, time_);
        results_.check_forward(run_.model(), time_, x_.data(), output_, final_);
        has_saved_values_ = true;
        return output_;
    }

    outputs_of<Cell, T> const& run_inference(given_sequences&& x, infer_arguments<Cell, T> const& with)
    {
        start_run(x, with.initial.get());
        x.visit_lengths([&](auto const& lengths) { time_.make(lengths, options_.chunk_rows); });
        bind(x_, x.all, [](sequence_view const&) { return true; });
        results_.set_per_sequence(run_.start_sequences(time_, x.per_sequence, options_.check_finite));
        inferred_.start(output_, time_, with.outputs, steps_, run_.bound());
        inference_.run(run_.release_forward_pass(), time_,
                       {.inputs = x_.data(),
                        .outputs = inferred_,
                        .initial = with.initial.get(),
                        .final = &final_,
                        .prologue = run_.prologue()});
        results_.check_forward(run_.model(), time_, x_.data(), output_, final_);
        return output_;
    }

    rondo::gradients<Cell, T> const& run_backward(exec_internal::sequence_views<outputs, T>&& dy,
                                                  states_of<Cell, T> const* dfinal)
    {
        moved_.check();
        exec_internal::require_forward(has_saved_values_);
        fingerprint_.check(run_.model().parameters());
        exec_internal::check_sequences<outputs, T>(dy, run_.bound(), steps_, time_.lengths().batch());
        exec_internal::check_states<Cell>(dfinal, run_.bound(), time_.lengths().batch(),
                                          "the gradient of the final state", options_.check_finite);
        bind(dy_, dy, [](sequence_view const&) { return true; });
        results_.start_backward(dfinal);
        has_saved_values_ = false;  // if a thread fails, those of a segment may be half recomputed
        gradients_->parameters.fill(T(0));
        exec_internal::input_set const of_inputs = options_.input_gradient.inputs_of<Cell>();
        auto const dx = dx_.make(gradients_->input, time_, steps_, run_.bound(), of_inputs);
        run_.backward(time_,
                      {.inputs = x_.data(),
                       .output_gradients = dy_.data(),
                       .input_gradients = dx,
                       .final_gradient = dfinal},
                      *gradients_);
        dx_.finish(gradients_->input, time_, of_inputs);
        results_.check_backward(run_.model(), time_, x_.data(), dy_.data(), *gradients_);
        has_saved_values_ = true;
        return *gradients_;
    }

    /// Begins a run over @p x: checks the arguments, and gives up the values that the last run has saved.
    void start_run(given_sequences& x, states_of<Cell, T> const* initial)
    {
        moved_.check();
        has_saved_values_ = false;
        ++runs_;
        x.check(run_.bound());
        exec_internal::check_states<Cell>(initial, run_.bound(), x.batch(), "the initial state",
                                          options_.check_finite);
        steps_ = x.steps();
        results_.start_forward(initial);
    }
    /// Whether @p a shares memory with a result of this object, which the run overwrites.
    [[nodiscard]] bool overlaps_results(sequence_view const& a) const
    {
        auto const parameters = std::as_const(*gradients_).parameters.flat();
        return exec_internal::overlaps_any<outputs>(a, output_) ||
               exec_internal::overlaps_any<inputs>(a, gradients_->input) ||
               a.overlaps(parameters.data(), parameters.size());
    }
    /// Makes rows of @p all, in place where `outlives(view)` says that an array stays until it is read.
    template <class Rows, class Views, class Outlives>
    void bind(Rows& rows, Views const& all, Outlives const& outlives)
    {
        rows.bind(all, time_, [&](sequence_view const& one) {
            return outlives(one) && !overlaps_results(one) ? exec_internal::reading::in_place
                                                           : exec_internal::reading::copied;
        });
        rows.check_symbols(time_, run_.bound());
        if (options_.check_finite) {
            rows.check_finite(time_);
        }
    }

    bool is_trained_ = false;  // whether the parameters may be changed through this object
    exec_internal::move_guard moved_;
    run_options options_;
    exec_internal::time_plan time_;  // of the last run
    exec_internal::checkpointed_run<Cell, T, Fixed...> run_;
    exec_internal::inference_run<Cell, T, Fixed...> inference_;
    exec_internal::input_rows<inputs, T> x_;
    exec_internal::input_rows<outputs, T> dy_;
    exec_internal::output_rows<outputs, T> y_;
    exec_internal::output_rows<inputs, T> dx_;
    exec_internal::inferred_rows<outputs, T> inferred_;
    exec_internal::result_check<Cell, T> results_;
    outputs_of<Cell, T> output_;
    states_of<Cell, T> final_;
    std::unique_ptr<rondo::gradients<Cell, T>> gradients_;
    memory_plan memory_;                                         // of the last forward()
    std::ptrdiff_t steps_ = 0;                                   // of the caller's arrays
    exec_internal::parameter_fingerprint<Cell, T> fingerprint_;  // of the last forward()
    std::uint64_t runs_ = 0;
    bool has_saved_values_ = false;
};

/// The run for models of a type: `bptt_of<model<lstm<>>>` is `bptt<lstm<>>`.
template <class Model>
using bptt_of = exec_internal::run_of<bptt, Model>;

}  // namespace rondo::inline RONDO_ISA
