#pragma once
/// @file
/// Unrolls a model over sequences, and its gradient back through time.

#include <rondo/run/carried.hpp>
#include <rondo/run/sequence.hpp>
#include <rondo/run/workspace.hpp>

#include <xtensor/xtensor.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace rondo {

/// The derivative of a loss with respect to everything that goes into a run.
template <class Cell, class T>
struct gradients {
    rondo::parameters<Cell, T> parameters;  ///< of every parameter, summed over steps and batch
    xt::xtensor<T, 3> input{};              ///< (time, batch, input)
    states<Cell, T> initial{};              ///< of the initial states, each (batch, dimension)
};

/// How a run is carried out.
struct run_options {
    /// Look for entries of the inputs, initial states and output gradients that are not finite, and
    /// throw on the first.
    bool check_finite = false;
    /// About how many rows (time and batch) the time-parallel work takes on at once. Temporaries
    /// take memory in proportion; fewer fit a nearer cache, more make larger products.
    std::ptrdiff_t rows_at_once = 512;
    /// Threads to share the work with, which must outlive the run; null for the calling one alone.
    workers* team = nullptr;
};

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
        : model_(&m), options_(options), gradients_{rondo::parameters<Cell, T>(m.bound())}
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
    using forward_workspace = workspace<forward_code<Cell>, T>;
    using backward_workspace = workspace<backward_code<Cell>, T>;

    template <class X>
    void begin(X const& x, states<Cell, T> const* initial, bool keep)
    {
        auto const& sizes = model_->bound();
        auto const& shapes = compiled<Cell>::shapes;
        kept_ = false;
        input_.refer(x, "rondo: the input x", shapes.dimensions, {0, 0, shapes.input.rows}, sizes);
        if (options_.check_finite) {
            input_.check_finite("rondo: the input x");
        }
        steps_ = input_.shape(0);
        batch_ = input_.shape(1);
        span_ = std::clamp<std::ptrdiff_t>(options_.rows_at_once / batch_, 1, steps_);

        std::ptrdiff_t const in_memory = keep ? steps_ : span_;
        forward_.resize(sizes, batch_, span_, in_memory, 0);
        forward_.pack(sizes, model_->parameters());
        output_.resize({static_cast<std::size_t>(steps_), static_cast<std::size_t>(batch_),
                        static_cast<std::size_t>(sizes[shapes.output.rows])});
        point(forward_, storage::input, const_cast<T*>(input_.data()), shapes.input.rows);
        point(forward_, storage::output, output_.data(), shapes.output.rows);
        put_states<Cell>(forward_, sizes, initial, {0, batch_}, "rondo: the initial state",
                         options_.check_finite);

        for (std::ptrdiff_t t = 0; t < steps_; t += span_) {
            time_span const span{t, std::min(t + span_, steps_), batch_};
            std::ptrdiff_t const base = keep ? 0 : t;
            forward_.for_each(storage::carried_in,
                              [&](array, rows_of<T>& r) { r.first_row = base * batch_; });
            forward_.for_each(storage::carried_out,
                              [&](array, rows_of<T>& r) { r.first_row = (base - 1) * batch_; });
            forward_.for_each(storage::remembered,
                              [&](array, rows_of<T>& r) { r.first_row = base * batch_; });
            forward_.for_each(storage::span,
                              [&](array, rows_of<T>& r) { r.first_row = t * batch_; });
            execute<forward_code<Cell>, false>(forward_.ctx, sizes, span, forward_.scratch.data(),
                                               options_.team);
            if (!keep) {
                move_states<Cell>(forward_, {span.length(), batch_}, {0, batch_});
            }
        }
        get_states<Cell>(forward_, sizes, final_, {keep ? steps_ : 0, batch_});
        kept_ = keep;
    }

    template <class Dy>
    void end(Dy const& dy, states<Cell, T> const* dfinal)
    {
        if (!kept_) {
            throw std::logic_error("rondo: backward() needs a forward() before it; the last run of "
                                   "this object kept nothing, or failed");
        }
        auto const& sizes = model_->bound();
        auto const& shapes = compiled<Cell>::shapes;
        output_gradient_.refer(dy, "rondo: the output gradient dy", shapes.dimensions,
                               {steps_, batch_, shapes.output.rows}, sizes);
        if (options_.check_finite) {
            output_gradient_.check_finite("rondo: the output gradient dy");
        }
        backward_.resize(sizes, batch_, span_, span_,
                         options_.team == nullptr ? 1 : options_.team->count());
        backward_.pack(sizes, model_->parameters());
        gradients_.parameters.fill(T(0));
        for (std::size_t i = 0; i < gradients_.parameters.count; ++i) {
            backward_.ctx.gradients[i] = gradients_.parameters.entries(i).data();
        }
        gradients_.input.resize({static_cast<std::size_t>(steps_), static_cast<std::size_t>(batch_),
                                 static_cast<std::size_t>(sizes[shapes.input.rows])});
        if (backward_.find(storage::input_gradient, 0) == nullptr) {
            gradients_.input.fill(T(0));  // of a step that does not use its input
        }
        point(backward_, storage::input, const_cast<T*>(input_.data()), shapes.input.rows);
        point(backward_, storage::output_adjoint, const_cast<T*>(output_gradient_.data()),
              shapes.output.rows);
        point(backward_, storage::input_gradient, gradients_.input.data(), shapes.input.rows);
        borrow_from_forward();

        std::ptrdiff_t const first_length = (steps_ - 1) % span_ + 1;
        put_states<Cell>(backward_, sizes, dfinal, {first_length, batch_},
                         "rondo: the gradient of the final state", options_.check_finite);
        for (std::ptrdiff_t end = steps_; end > 0;) {
            time_span const span{end == steps_ ? end - first_length : end - span_, end, batch_};
            backward_.for_each(storage::carried_in, [&](array, rows_of<T>& r) {
                r.first_row = (span.begin - 1) * batch_;
            });
            auto const at_begin = [&](array, rows_of<T>& r) { r.first_row = span.begin * batch_; };
            backward_.for_each(storage::carried_out, at_begin);
            backward_.for_each(storage::span, at_begin);
            execute<backward_code<Cell>, true>(backward_.ctx, sizes, span, backward_.scratch.data(),
                                               options_.team);
            end = span.begin;
            if (end > 0) {
                move_states<Cell>(backward_, {0, batch_}, {span_, batch_});
            }
        }
        get_states<Cell>(backward_, sizes, gradients_.initial, {0, batch_});
    }

    /// Points an array of the caller's at its memory.
    template <class Workspace>
    void point(Workspace& w, storage kind, T* data, dimension_id dim)
    {
        if (rows_of<T>* const rows = w.find(kind, 0)) {
            *rows = {data, model_->bound()[dim], 0};
        }
    }

    /// Lets the backward step read what the forward step kept.
    void borrow_from_forward()
    {
        backward_.for_each(storage::remembered, [&](array a, rows_of<T>& r) {
            r = *forward_.find(storage::remembered, a.index);
        });
        backward_.for_each(storage::old_state, [&](array a, rows_of<T>& r) {
            r = *forward_.find(storage::carried_out, a.index);
            r.first_row = 0;
        });
        backward_.for_each(storage::new_state, [&](array a, rows_of<T>& r) {
            r = *forward_.find(storage::carried_out, a.index);
            r.first_row = -batch_;
        });
    }

    model_type const* model_;
    run_options options_;
    forward_workspace forward_;
    backward_workspace backward_;
    sequence<T> input_;
    sequence<T> output_gradient_;
    xt::xtensor<T, 3> output_;
    states<Cell, T> final_;
    rondo::gradients<Cell, T> gradients_;
    std::ptrdiff_t steps_ = 0;
    std::ptrdiff_t batch_ = 0;
    std::ptrdiff_t span_ = 0;
    bool kept_ = false;
};

}  // namespace rondo
