#pragma once
/// @file
/// Unrolls a model over sequences, and its gradient back through time.

#include <rondo/run/gradients.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/run/sequence.hpp>
#include <rondo/run/unrolling.hpp>

#include <xtensor/xtensor.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace rondo {

/// Backpropagation through time (Werbos 1990) for a model.
///
/// @code
/// bptt run{m};
/// auto const& y = run.forward(x);              // x (time, batch, input)
/// auto const& g = run.backward(dy);            // dy (time, batch, output)
/// @endcode
///
/// It owns the memory of the run and reuses it: after the first call with the same sizes nothing is
/// allocated. It refers to the model, whose parameters it reads afresh in every call, and, from
/// forward() to backward(), to the input, unless that had to be copied (see sequence.hpp). One
/// object serves one thread.
template <class Cell, class T, class... Fixed>
class bptt {
   public:
    using model_type = model<Cell, T, Fixed...>;  ///< what it unrolls

    /// Refers to @p m, which must outlive it.
    explicit bptt(model_type const& m, run_options options = {})
        : options_(options),
          unrolling_(m, options.team),
          gradients_{rondo::parameters<Cell, T>(m.bound())}
    {
    }

    /// Runs over @p x, of shape (time, batch, input), from @p initial states (of zeros if left
    /// out), and keeps what backward() needs. Returns the output, (time, batch, output), valid until
    /// the next call.
    /// @throws std::invalid_argument if @p x is empty or a shape is not the expected one.
    template <class X>
    xt::xtensor<T, 3> const& forward(X const& x, states<Cell, T> const& initial)
    {
        begin(x, &initial, true);
        return output_;
    }
    /// The same, from states of zeros.
    template <class X>
    xt::xtensor<T, 3> const& forward(X const& x)
    {
        begin(x, nullptr, true);
        return output_;
    }

    /// Like forward(), but keeps nothing: the memory it takes does not grow with time.
    template <class X>
    xt::xtensor<T, 3> const& infer(X const& x, states<Cell, T> const& initial)
    {
        begin(x, &initial, false);
        return output_;
    }
    template <class X>
    xt::xtensor<T, 3> const& infer(X const& x)
    {
        begin(x, nullptr, false);
        return output_;
    }

    /// The states after the last step of the last run.
    [[nodiscard]] states<Cell, T> const& final_states() const noexcept { return final_; }

    /// Derives a loss whose derivative with respect to the output is @p dy, of the output's shape,
    /// and with respect to the final states @p dfinal (zero if left out). The result is valid until
    /// the next call.
    /// @throws std::logic_error if the last run was not a forward();
    ///         std::invalid_argument if a shape is not the expected one.
    template <class Dy>
    rondo::gradients<Cell, T> const& backward(Dy const& dy, states<Cell, T> const& dfinal)
    {
        end(dy, &dfinal);
        return gradients_;
    }
    template <class Dy>
    rondo::gradients<Cell, T> const& backward(Dy const& dy)
    {
        end(dy, nullptr);
        return gradients_;
    }
    /// The gradients of the last backward(), to be changed in place (clipped, say).
    rondo::gradients<Cell, T>& last_gradients() noexcept { return gradients_; }

   private:
    template <class X>
    void begin(X const& x, states<Cell, T> const* initial, bool keep)
    {
        auto const& sizes = unrolling_.bound();
        auto const& shapes = compiled<Cell>::shapes;
        kept_ = false;
        input_.refer(x, "rondo: the input x", shapes.dimensions, {0, 0, shapes.input.rows}, sizes);
        if (options_.check_finite) {
            input_.check_finite("rondo: the input x");
        }
        check_states<Cell>(initial, sizes, input_.shape(1), "rondo: the initial state",
                           options_.check_finite);
        whole_ = {input_.shape(0), input_.shape(1)};
        span_ = steps_of_rows(options_.rows_at_once, whole_);

        std::ptrdiff_t const in_memory = keep ? whole_.rows() : span_ * whole_.batch;
        unrolling_.prepare_forward({in_memory + whole_.batch, in_memory, span_ * whole_.batch,
                                    whole_.batch});
        resize(output_, shapes.output.rows);
        unrolling_.refer_forward(input_.data(), output_.data());
        put_states<Cell>(unrolling_.states_at(0), sizes, initial, 0, whole_.batch);
        stretch s;
        for (std::ptrdiff_t t = 0; t < whole_.steps; t += s.steps) {
            s = whole_.part(t, std::min(span_, whole_.steps - t));
            if (!keep) {
                s.kept = s.states = 0;
            }
            unrolling_.forward(s);
            if (!keep) {
                copy_states<Cell>(unrolling_.states_at(s.final_states()), unrolling_.states_at(0),
                                  s.batch);
            }
        }
        get_states<Cell>(unrolling_.states_at(keep ? whole_.final_states() : 0), sizes, final_,
                         whole_.batch);
        kept_ = keep;
    }

    template <class Dy>
    void end(Dy const& dy, states<Cell, T> const* dfinal)
    {
        if (!kept_) {
            throw std::logic_error("rondo: backward() needs a forward() before it; the last run of "
                                   "this object kept nothing, or failed");
        }
        auto const& sizes = unrolling_.bound();
        auto const& shapes = compiled<Cell>::shapes;
        output_gradient_.refer(dy, "rondo: the output gradient dy", shapes.dimensions,
                               {whole_.steps, whole_.batch, shapes.output.rows}, sizes);
        if (options_.check_finite) {
            output_gradient_.check_finite("rondo: the output gradient dy");
        }
        check_states<Cell>(dfinal, sizes, whole_.batch, "rondo: the gradient of the final state",
                           options_.check_finite);
        gradients_.parameters.fill(T(0));
        std::ptrdiff_t const rows = span_ * whole_.batch;
        unrolling_.prepare_backward({rows + whole_.batch, 0, rows, whole_.batch},
                                    gradients_.parameters);
        resize(gradients_.input, shapes.input.rows);
        if (!unrolling_.writes_input_gradient()) {
            gradients_.input.fill(T(0));  // of a step that does not use its input
        }
        unrolling_.refer_backward(input_.data(), output_gradient_.data(), gradients_.input.data());

        std::ptrdiff_t first = (whole_.steps - 1) / span_ * span_;
        stretch s = whole_.part(first, whole_.steps - first);
        put_states<Cell>(unrolling_.adjoints_at_end(s), sizes, dfinal, 0, whole_.batch);
        unrolling_.backward(s);
        while (first > 0) {
            first -= span_;
            s = whole_.part(first, span_);
            copy_states<Cell>(unrolling_.adjoints_at_begin(), unrolling_.adjoints_at_end(s), s.batch);
            unrolling_.backward(s);
        }
        get_states<Cell>(unrolling_.adjoints_at_begin(), sizes, gradients_.initial, whole_.batch);
    }

    void resize(xt::xtensor<T, 3>& to, dimension_id features)
    {
        to.resize({static_cast<std::size_t>(whole_.steps), static_cast<std::size_t>(whole_.batch),
                   static_cast<std::size_t>(unrolling_.bound()[features])});
    }

    run_options options_;
    unrolling<Cell, T, Fixed...> unrolling_;
    sequence<T> input_;
    sequence<T> output_gradient_;
    xt::xtensor<T, 3> output_;
    states<Cell, T> final_;
    rondo::gradients<Cell, T> gradients_;
    stretch whole_;  // of the last run
    std::ptrdiff_t span_ = 0;
    bool kept_ = false;
};

}  // namespace rondo
