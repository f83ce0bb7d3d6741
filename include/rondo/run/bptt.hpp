#pragma once
/// @file
/// Unrolls a model over sequences, and its gradient back through time.

#include <rondo/exec/thread_pool.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/parameter_fingerprint.hpp>
#include <rondo/model/parameter_group.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/bptt_memory.hpp>
#include <rondo/run/checkpointed_run.hpp>
#include <rondo/run/inference_run.hpp>
#include <rondo/run/move_guard.hpp>
#include <rondo/run/run_of.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/sequence/bound_input.hpp>
#include <rondo/sequence/bound_output.hpp>
#include <rondo/sequence/caller_states.hpp>
#include <rondo/sequence/lengths.hpp>
#include <rondo/sequence/require_forward.hpp>
#include <rondo/sequence/sequence_list.hpp>
#include <rondo/time/time_plan.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
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
/// model may move, and may be destroyed before the run. From forward() to backward() the object also refers
/// to the input, unless that had to be copied (see sequence.hpp). One object serves one thread.
template <class Cell, class T = float, class... Fixed>
class bptt {
   public:
    using model_type = model<Cell, T, Fixed...>;  ///< type of the model
    using value_type = T;                         ///< of all numbers
    /// Features of the input, if they are a constant of the model; else 0.
    static constexpr std::ptrdiff_t fixed_input =
        model_type::sizes_type::template constant<ir_internal::compiled<Cell>::shapes.input.rows>();
    /// Features of the output, if they are a constant of the model; else 0.
    static constexpr std::ptrdiff_t fixed_output =
        model_type::sizes_type::template constant<ir_internal::compiled<Cell>::shapes.output.rows>();

    /// Refers to @p m.
    /// @throws std::logic_error if @p m was moved from; input_error if the thread pool has no threads.
    explicit bptt(model_type& m, run_options options = {}) : bptt(std::as_const(m), options)
    {
        is_trained_ = !options.frozen;
    }
    /// Refers to a temporary model, whose parameters parameter_groups() gives.
    explicit bptt(model_type&& m, run_options options = {}) : bptt(m, options) {}
    /// Refers to a model that is not to be trained.
    /// @throws std::logic_error if @p m was moved from; input_error if the thread pool has no threads.
    explicit bptt(model_type const& m, run_options options = {})
        : options_(options),
          run_(m, options.pool, options.frozen),
          gradients_(new rondo::gradients<Cell, T>{rondo::parameters<Cell, T>(m.bound())})
    {
        exec_internal::threads_of(options.pool);
    }

    /// Takes the memory of another run, with the values that it has saved. Any call of the other throws
    /// std::logic_error then.
    bptt(bptt&&) noexcept = default;
    bptt& operator=(bptt&&) noexcept = default;

    /// Runs over @p x, of shape (time, batch, input), from @p initial states, each (batch, dimension of the
    /// state), and saves what backward() needs. Returns the output, (time, batch, output), valid until the
    /// next call.
    ///
    /// @p x may be a list of sequences, each (time, input), of any lengths: the output is then as long as the
    /// longest, and zero after the end of each.
    /// @throws std::invalid_argument if @p x is empty, a shape is not the expected one, or the memory
    ///         budget is too small.
    template <class X>
    xt::xtensor<T, 3> const& forward(X const& x, states_of<Cell, T> const& initial)
    {
        return run_forward<true>(x, exec_internal::full_length{}, &initial);
    }
    /// forward() from states of zeros.
    template <class X>
    xt::xtensor<T, 3> const& forward(X const& x)
    {
        return run_forward<true>(x, exec_internal::full_length{}, nullptr);
    }
    /// Runs over padded sequences, sequence b with `lengths[b]` steps. After the end of a sequence @p x is
    /// not read, and the output is zero.
    /// @throws std::invalid_argument as forward() without lengths, and if there is not one length for each
    ///         sequence, from 1 to the steps of @p x.
    template <class X, exec_internal::length_list Lengths>
    xt::xtensor<T, 3> const& forward(X const& x, Lengths const& lengths, states_of<Cell, T> const& initial)
    {
        return run_forward<true>(x, lengths, &initial);
    }
    /// Runs over padded sequences from states of zeros.
    template <class X, exec_internal::length_list Lengths>
    xt::xtensor<T, 3> const& forward(X const& x, Lengths const& lengths)
    {
        return run_forward<true>(x, lengths, nullptr);
    }

    /// Runs without saving values, so backward() cannot follow. Except for the output, its memory does not
    /// grow with time. The output differs from that of forward() by rounding, because sums may be
    /// accumulated in another order.
    template <class X>
    xt::xtensor<T, 3> const& infer(X const& x, states_of<Cell, T> const& initial)
    {
        return run_forward<false>(x, exec_internal::full_length{}, &initial);
    }
    /// infer() from states of zeros.
    template <class X>
    xt::xtensor<T, 3> const& infer(X const& x)
    {
        return run_forward<false>(x, exec_internal::full_length{}, nullptr);
    }
    /// infer() over padded sequences, see forward() with lengths.
    template <class X, exec_internal::length_list Lengths>
    xt::xtensor<T, 3> const& infer(X const& x, Lengths const& lengths, states_of<Cell, T> const& initial)
    {
        return run_forward<false>(x, lengths, &initial);
    }
    /// infer() over padded sequences from states of zeros.
    template <class X, exec_internal::length_list Lengths>
    xt::xtensor<T, 3> const& infer(X const& x, Lengths const& lengths)
    {
        return run_forward<false>(x, lengths, nullptr);
    }

    /// The states after the last step of each sequence in the last run, each (batch, dimension of the state).
    [[nodiscard]] states_of<Cell, T> const& final_states() const
    {
        moved_.check();
        return final_;
    }

    /// The gradient of a loss whose derivative is @p dy with respect to the output, (time, batch, output),
    /// and @p dfinal with respect to the final states, each (batch, dimension of the state). After
    /// the end of a sequence @p dy is not read, and the gradient of the input is zero. The result is valid
    /// until the next call.
    /// @throws std::logic_error if the last run was not a forward(), or if parameters have changed since: the
    ///         first, middle or last entry of one, and with run_options::check_finite any;
    ///         std::invalid_argument if a shape is not the expected one, after which a right call may follow.
    ///         After any other exception, such as one from a thread, there are no saved values.
    template <class Dy>
    rondo::gradients<Cell, T> const& backward(Dy const& dy, states_of<Cell, T> const& dfinal)
    {
        return run_backward(dy, &dfinal);
    }
    /// backward() of a loss that does not depend on the final states.
    template <class Dy>
    rondo::gradients<Cell, T> const& backward(Dy const& dy)
    {
        return run_backward(dy, nullptr);
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

    /// The memory of the last forward() and its backward(), in bytes and time steps.
    [[nodiscard]] memory_plan const& plan() const
    {
        moved_.check();
        return memory_;
    }
    /// The number of forward() and infer() calls so far.
    [[nodiscard]] std::uint64_t runs() const noexcept { return runs_; }

   private:
    // Whether to save values is a template argument, so that a program compiles only what it runs.
    template <bool Save, class X, class Lengths>
    xt::xtensor<T, 3> const& run_forward(X const& x, Lengths const& lengths,
                                         states_of<Cell, T> const* initial)
    {
        moved_.check();
        has_saved_values_ = false;
        ++runs_;
        bind_input<Save>(x, lengths);
        exec_internal::check_states<Cell>(initial, run_.bound(), batch(), "rondo: the initial state",
                                          options_.check_finite);
        exec_internal::forward_arrays<Cell, T> const arrays{
            .input = x_.rows(),
            .output = y_.make_rows(output_, time_, steps_, run_.bound()[shapes.output.rows]),
            .initial = initial,
            .final = &final_};
        if constexpr (Save) {
            run_.forward(time_, arrays);
            fingerprint_.take(run_.model().parameters(), options_.check_finite);
        } else {
            inference_.run(run_.release_forward_pass(), time_, arrays);
        }
        y_.finish(output_, time_);
        has_saved_values_ = Save;
        return output_;
    }

    template <class Dy>
    rondo::gradients<Cell, T> const& run_backward(Dy const& dy, states_of<Cell, T> const* dfinal)
    {
        moved_.check();
        exec_internal::require_forward(has_saved_values_);
        fingerprint_.check(run_.model().parameters());
        std::string_view const what = "rondo: the output gradient dy";
        dy_.bind(dy, what, shapes.dimensions,
                 {.steps = steps_, .batch = batch(), .features = shapes.output.rows}, run_.bound());
        T const* const output_gradient = dy_.make_rows(time_, what, options_.check_finite);
        exec_internal::check_states<Cell>(dfinal, run_.bound(), batch(),
                                          "rondo: the gradient of the final state", options_.check_finite);
        has_saved_values_ = false;  // if a thread fails, those of a segment may be half recomputed
        gradients_->parameters.fill(T(0));
        std::ptrdiff_t const features = run_.bound()[shapes.input.rows];
        T* const input_gradient = dx_.make_rows(gradients_->input, time_, steps_, features);
        if (!run_.writes_input_gradient) {  // the step does not use its input
            std::fill_n(input_gradient, time_.chunks().rows() * features, T(0));
        }
        run_.backward(time_,
                      {.input = x_.rows(),
                       .output_gradient = output_gradient,
                       .input_gradient = input_gradient,
                       .final_gradient = dfinal},
                      *gradients_);
        dx_.finish(gradients_->input, time_);
        has_saved_values_ = true;
        return *gradients_;
    }

    /// Checks the input, plans the time and makes the rows of the input.
    template <bool Save, class X, class Lengths>
    void bind_input(X const& x, Lengths const& lengths)
    {
        std::string_view const what = "rondo: the input x";
        if constexpr (exec_internal::sequence_list<X>) {
            std::ptrdiff_t const features = run_.bound()[shapes.input.rows];
            exec_internal::check_sequences(x, features,
                                           shapes.dimensions[static_cast<std::size_t>(shapes.input.rows)]);
            auto const steps_of = [](auto const& s) { return s.shape()[0]; };
            plan_time<Save>(exec_internal::listed_lengths{x, steps_of}, 0);
            x_.make_rows(x, time_, features, what, options_.check_finite);
        } else {
            x_.bind(x, what, shapes.dimensions, {.features = shapes.input.rows}, run_.bound());
            exec_internal::check_lengths(lengths, x_.shape(0), x_.shape(1));
            if constexpr (std::same_as<Lengths, exec_internal::full_length>) {
                plan_time<Save>(exec_internal::equal_lengths{.steps = x_.shape(0), .batch = x_.shape(1)},
                                x_.shape(0));
            } else {
                plan_time<Save>(exec_internal::listed_lengths{lengths}, x_.shape(0));
            }
            x_.make_rows(time_, what, options_.check_finite);
        }
    }
    /// Plans a run over the lengths of the input, whose arrays have @p steps steps; 0 for those of the
    /// longest sequence.
    template <bool Save, class Lengths>
    void plan_time(Lengths const& lengths, std::ptrdiff_t steps)
    {
        if constexpr (Save) {
            memory_ = time_.make(
                lengths, options_.chunk_rows, options_.memory, [&](exec_internal::time_plan const& chunked) {
                    return exec_internal::bptt_costs<Cell, T>(
                        run_.model(), chunked, steps > 0 ? steps : chunked.lengths().steps(), options_);
                });
        } else {
            time_.make(lengths, options_.chunk_rows);
        }
        steps_ = steps > 0 ? steps : time_.lengths().steps();
    }

    [[nodiscard]] std::ptrdiff_t batch() const noexcept { return time_.lengths().batch(); }

    static constexpr auto const& shapes = ir_internal::compiled<Cell>::shapes;

    bool is_trained_ = false;  // whether the parameters may be changed through this object
    exec_internal::move_guard moved_;
    run_options options_;
    exec_internal::time_plan time_;  // of the last run
    exec_internal::checkpointed_run<Cell, T, Fixed...> run_;
    exec_internal::inference_run<Cell, T, Fixed...> inference_;
    exec_internal::bound_input<T> x_;
    exec_internal::bound_input<T> dy_;
    exec_internal::bound_output<T> y_;
    exec_internal::bound_output<T> dx_;
    xt::xtensor<T, 3> output_;
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
