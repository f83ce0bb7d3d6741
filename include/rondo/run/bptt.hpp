#pragma once
/// @file
/// Unrolls a model over sequences, and its gradient back through time.

#include <rondo/model/parameter_group.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/plan_memory.hpp>
#include <rondo/sequence/packed_sequence.hpp>
#include <rondo/sequence/sequence.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
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
/// It owns the memory of the run and reuses it: after the first call with the same sizes nothing is
/// allocated. That memory grows with time, unless run_options::memory bounds it. It refers to the
/// model, whose parameters it reads afresh in every call, unless they are run_options::frozen, and, from
/// forward() to backward(), to the input, unless that had to be copied (see sequence.hpp). One object serves
/// one thread.
template <class Cell, class T, class... Fixed>
class bptt {
   public:
    using model_type = model<Cell, T, Fixed...>;  ///< what it unrolls
    using value_type = T;                         ///< of all numbers
    /// Features of the input, if they are a constant of the model; else 0.
    static constexpr std::ptrdiff_t fixed_input =
        model_type::sizes_type::template constant<ir_internal::compiled<Cell>::shapes.input.rows>();
    /// The same of the output.
    static constexpr std::ptrdiff_t fixed_output =
        model_type::sizes_type::template constant<ir_internal::compiled<Cell>::shapes.output.rows>();

    /// Refers to @p m, which must outlive it.
    explicit bptt(model_type& m, run_options options = {}) : bptt(std::as_const(m), options)
    {
        trained_ = options.frozen ? nullptr : &m;
    }
    /// The same of a model that is not to be trained.
    explicit bptt(model_type const& m, run_options options = {})
        : model_(&m),
          options_(options),
          run_(m, options.pool, options.frozen),
          gradients_{rondo::parameters<Cell, T>(m.bound())}
    {
    }

    bptt(model_type const&&, run_options = {}) = delete;  // it would not outlive it
    bptt(bptt&&) noexcept = default;
    bptt& operator=(bptt&&) noexcept = default;

    /// Runs over @p x, of shape (time, batch, input), from @p initial states (of zeros if left
    /// out), and keeps what backward() needs. Returns the output, (time, batch, output), valid until
    /// the next call.
    ///
    /// Or over a list of sequences, each (time, input), of any lengths: the output is then as long as the
    /// longest, and zero after the end of each.
    /// @throws std::invalid_argument if @p x is empty, a shape is not the expected one, or the memory
    ///         budget is too small.
    template <class X>
    xt::xtensor<T, 3> const& forward(X const& x, states_of<Cell, T> const& initial)
    {
        return begin<true>(x, exec_internal::full_length{}, &initial);
    }
    /// The same, from states of zeros.
    template <class X>
    xt::xtensor<T, 3> const& forward(X const& x)
    {
        return begin<true>(x, exec_internal::full_length{}, nullptr);
    }
    /// The same over sequences of so many steps each; what @p x has after the end of one is not read,
    /// and the output is zero there.
    /// @throws std::invalid_argument as above, and if a length is not from 1 to the steps of @p x.
    template <class X, exec_internal::length_list Lengths>
    xt::xtensor<T, 3> const& forward(X const& x, Lengths const& lengths, states_of<Cell, T> const& initial)
    {
        return begin<true>(x, lengths, &initial);
    }
    template <class X, exec_internal::length_list Lengths>
    xt::xtensor<T, 3> const& forward(X const& x, Lengths const& lengths)
    {
        return begin<true>(x, lengths, nullptr);
    }

    /// Like forward(), but keeps nothing: the memory it takes does not grow with time. The output is the
    /// same but for rounding, as sums may be added up in another order.
    template <class X>
    xt::xtensor<T, 3> const& infer(X const& x, states_of<Cell, T> const& initial)
    {
        return begin<false>(x, exec_internal::full_length{}, &initial);
    }
    template <class X>
    xt::xtensor<T, 3> const& infer(X const& x)
    {
        return begin<false>(x, exec_internal::full_length{}, nullptr);
    }
    template <class X, exec_internal::length_list Lengths>
    xt::xtensor<T, 3> const& infer(X const& x, Lengths const& lengths, states_of<Cell, T> const& initial)
    {
        return begin<false>(x, lengths, &initial);
    }
    template <class X, exec_internal::length_list Lengths>
    xt::xtensor<T, 3> const& infer(X const& x, Lengths const& lengths)
    {
        return begin<false>(x, lengths, nullptr);
    }

    /// The states after the last step of each sequence in the last run.
    [[nodiscard]] states_of<Cell, T> const& final_states() const noexcept { return final_; }

    /// Derives a loss whose derivative with respect to the output is @p dy, of the output's shape,
    /// and with respect to the final states @p dfinal (zero if left out). What @p dy has after the end
    /// of a sequence is not read, and the gradient of the input is zero there. The result is valid until
    /// the next call.
    /// @throws std::logic_error if the last run was not a forward();
    ///         std::invalid_argument if a shape is not the expected one.
    template <class Dy>
    rondo::gradients<Cell, T> const& backward(Dy const& dy, states_of<Cell, T> const& dfinal)
    {
        return end(dy, &dfinal);
    }
    template <class Dy>
    rondo::gradients<Cell, T> const& backward(Dy const& dy)
    {
        return end(dy, nullptr);
    }
    /// The gradients of the last backward(), to be changed in place (clipped, say).
    rondo::gradients<Cell, T>& last_gradients() noexcept { return gradients_; }
    /// The model's parameters and their gradient, as an optimiser takes them: an array of one, without
    /// entries if the model was const or is frozen.
    std::array<parameter_group<T>, 1> parameter_groups() noexcept
    {
        if (trained_ == nullptr) {
            return {};
        }
        return {{{trained_->parameters().flat(), gradients_.parameters.flat()}}};
    }

    /// The memory of the last forward() and its backward().
    [[nodiscard]] memory_plan const& plan() const noexcept { return plan_; }

   private:
    // (Whether to keep is a template argument, so that a program compiles only what it runs.)
    template <bool Keep, class X, class Lengths>
    xt::xtensor<T, 3> const& begin(X const& x, Lengths const& lengths, states_of<Cell, T> const* initial)
    {
        kept_ = false;
        take_up(x, lengths);
        exec_internal::timeline const& time = run_.time();
        exec_internal::check_states<Cell>(initial, run_.bound(), time.batch(), "rondo: the initial state",
                                          options_.check_finite);
        if constexpr (Keep) {
            plan_ = run_.plan(exec_internal::costs_of_run(*model_, time, steps_, options_), options_.memory);
        } else {
            run_.time().cut(1);
        }
        resize(output_, shapes.output.rows);
        if (is_packed()) {
            y_.resize(time, run_.bound()[shapes.output.rows]);
        }
        T* const y = is_packed() ? y_.data() : output_.data();
        if constexpr (Keep) {
            run_.forward(input(), y, initial, final_);
        } else {
            run_.infer(input(), y, initial, final_);
        }
        if (is_packed()) {
            y_.unpack(time, output_);
        }
        kept_ = Keep;
        return output_;
    }

    template <class Dy>
    rondo::gradients<Cell, T> const& end(Dy const& dy, states_of<Cell, T> const* dfinal)
    {
        if (!kept_) {
            throw std::logic_error(
                "rondo: backward() needs a forward() before it; the last run of "
                "this object kept nothing, or failed");
        }
        exec_internal::timeline const& time = run_.time();
        std::string_view const what = "rondo: the output gradient dy";
        output_gradient_.bind(dy, what, shapes.dimensions, {steps_, time.batch(), shapes.output.rows},
                              run_.bound());
        T const* const rows = rows_of_array(output_gradient_, dy_, what, shapes.output.rows);
        exec_internal::check_states<Cell>(dfinal, run_.bound(), time.batch(),
                                          "rondo: the gradient of the final state", options_.check_finite);
        gradients_.parameters.fill(T(0));
        resize(gradients_.input, shapes.input.rows);
        if (is_packed()) {
            dx_.resize(time, run_.bound()[shapes.input.rows]);
        }
        T* const dx = is_packed() ? dx_.data() : gradients_.input.data();
        if (!run_.writes_input_gradient()) {  // of a step that does not use its input
            std::fill_n(dx, time.rows() * run_.bound()[shapes.input.rows], T(0));
        }
        run_.backward(input(), rows, dx, dfinal, gradients_);
        if (is_packed()) {
            dx_.unpack(time, gradients_.input);
        }
        return gradients_;
    }

    /// Checks the input, and sets the time.
    template <class X>
    void take_up(X const& x, exec_internal::full_length)
    {
        if constexpr (exec_internal::sequence_list<X>) {
            std::ptrdiff_t const features = run_.bound()[shapes.input.rows];
            exec_internal::check_sequences(x, features,
                                           shapes.dimensions[static_cast<std::size_t>(shapes.input.rows)]);
            run_.time().set(x, options_.chunk_rows, [](auto const& s) { return s.shape()[0]; });
            steps_ = run_.time().steps();
            x_.pack(run_.time(), x, features);
            if (options_.check_finite) {
                x_.check_finite(run_.time(), what_input);
            }
        } else {
            bind_caller_input(x);
            run_.time().set(steps_, input_.shape(1), options_.chunk_rows);
            rows_of_array(input_, x_, what_input, shapes.input.rows);
        }
    }
    template <class X, exec_internal::length_list Lengths>
    void take_up(X const& x, Lengths const& lengths)
    {
        bind_caller_input(x);
        exec_internal::check_lengths(lengths, steps_, input_.shape(1));
        run_.time().set(lengths, options_.chunk_rows);
        rows_of_array(input_, x_, what_input, shapes.input.rows);
    }
    template <class X>
    void bind_caller_input(X const& x)
    {
        input_.bind(x, what_input, shapes.dimensions, {0, 0, shapes.input.rows}, run_.bound());
        steps_ = input_.shape(0);
    }

    /// Sequences of different lengths are packed on the way in and unpacked on the way out.
    [[nodiscard]] bool is_packed() const { return !run_.time().sorted_indices().empty(); }
    [[nodiscard]] T const* input() { return is_packed() ? x_.data() : input_.data(); }
    /// The rows of the timeline of an array of the caller's, where they stand or packed.
    T const* rows_of_array(exec_internal::sequence<T> const& array, exec_internal::packed_sequence<T>& packed,
                           std::string_view what, ir_internal::dimension_id features)
    {
        if (is_packed()) {
            packed.pack(run_.time(), array, run_.bound()[features]);
        }
        if (options_.check_finite && is_packed()) {
            packed.check_finite(run_.time(), what);
        } else if (options_.check_finite) {
            array.check_finite(what);
        }
        return is_packed() ? packed.data() : array.data();
    }
    void resize(xt::xtensor<T, 3>& to, ir_internal::dimension_id features)
    {
        to.resize({static_cast<std::size_t>(steps_), static_cast<std::size_t>(run_.time().batch()),
                   static_cast<std::size_t>(run_.bound()[features])});
    }

    static constexpr auto const& shapes = ir_internal::compiled<Cell>::shapes;
    static constexpr std::string_view what_input = "rondo: the input x";

    model_type const* model_;
    model_type* trained_ = nullptr;  // the same, if its parameters may be changed through this
    run_options options_;
    exec_internal::checkpointed_run<Cell, T, Fixed...> run_;
    exec_internal::sequence<T> input_;
    exec_internal::sequence<T> output_gradient_;
    exec_internal::packed_sequence<T> x_;
    exec_internal::packed_sequence<T> y_;
    exec_internal::packed_sequence<T> dy_;
    exec_internal::packed_sequence<T> dx_;
    xt::xtensor<T, 3> output_;
    states_of<Cell, T> final_;
    rondo::gradients<Cell, T> gradients_;
    memory_plan plan_;
    std::ptrdiff_t steps_ = 0;  // of the caller's arrays
    bool kept_ = false;
};

}  // namespace rondo::inline RONDO_ISA
