#pragma once
/// @file
/// Unrolls a model over sequences, and its gradient back through time.

#include <rondo/run/checkpointed_unrolling.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/run/sequence.hpp>

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
/// allocated. That memory grows with time, unless run_options::memory bounds it. It refers to the
/// model, whose parameters it reads afresh in every call, and, from forward() to backward(), to the
/// input, unless that had to be copied (see sequence.hpp). One object serves one thread.
template <class Cell, class T, class... Fixed>
class bptt {
   public:
    using model_type = model<Cell, T, Fixed...>;  ///< what it unrolls

    /// Refers to @p m, which must outlive it.
    explicit bptt(model_type const& m, run_options options = {})
        : model_(&m),
          options_(options),
          run_(m, options.team),
          gradients_{rondo::parameters<Cell, T>(m.bound())}
    {
    }

    /// Runs over @p x, of shape (time, batch, input), from @p initial states (of zeros if left
    /// out), and keeps what backward() needs. Returns the output, (time, batch, output), valid until
    /// the next call.
    /// @throws std::invalid_argument if @p x is empty, a shape is not the expected one, or the memory
    ///         budget is too small.
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

    /// The memory of the last forward() and its backward().
    [[nodiscard]] memory_plan const& plan() const noexcept { return plan_; }
    /// What a run over @p time takes, of which run_options::memory decides how much is kept.
    static memory_costs costs(model_type const& m, timeline const& time, run_options const& options)
    {
        auto const& shapes = compiled<Cell>::shapes;
        memory_costs c = checkpointed_unrolling<Cell, T, Fixed...>::costs(
            m.bound(), time, options.team == nullptr ? 1 : options.team->count());
        std::ptrdiff_t of_states = 0;
        for (extents const& s : shapes.states) {
            of_states += m.bound()[s.rows];
        }
        std::ptrdiff_t const of_step =
            m.bound()[shapes.input.rows] + m.bound()[shapes.output.rows];
        c.fixed += sizeof(T) * (m.parameters().flat().size() +
                                static_cast<std::size_t>(time.steps() * time.batch() * of_step +
                                                         time.batch() * 2 * of_states));
        return c;
    }

   private:
    template <class X>
    void begin(X const& x, states<Cell, T> const* initial, bool keep)
    {
        auto const& shapes = compiled<Cell>::shapes;
        kept_ = false;
        input_.refer(x, "rondo: the input x", shapes.dimensions, {0, 0, shapes.input.rows},
                     run_.bound());
        if (options_.check_finite) {
            input_.check_finite("rondo: the input x");
        }
        std::ptrdiff_t const batch = input_.shape(1);
        check_states<Cell>(initial, run_.bound(), batch, "rondo: the initial state",
                           options_.check_finite);
        run_.time().set(input_.shape(0), batch, options_.rows_at_once);
        if (keep) {
            plan_ = run_.plan(costs(*model_, run_.time(), options_), options_.memory);
        } else {
            run_.time().cut(1);
        }
        resize(output_, shapes.output.rows);
        if (keep) {
            run_.forward(input_.data(), output_.data(), initial, final_);
        } else {
            run_.infer(input_.data(), output_.data(), initial, final_);
        }
        kept_ = keep;
    }

    template <class Dy>
    void end(Dy const& dy, states<Cell, T> const* dfinal)
    {
        if (!kept_) {
            throw std::logic_error("rondo: backward() needs a forward() before it; the last run of "
                                   "this object kept nothing, or failed");
        }
        auto const& shapes = compiled<Cell>::shapes;
        timeline const& time = run_.time();
        output_gradient_.refer(dy, "rondo: the output gradient dy", shapes.dimensions,
                               {time.steps(), time.batch(), shapes.output.rows}, run_.bound());
        if (options_.check_finite) {
            output_gradient_.check_finite("rondo: the output gradient dy");
        }
        check_states<Cell>(dfinal, run_.bound(), time.batch(),
                           "rondo: the gradient of the final state", options_.check_finite);
        gradients_.parameters.fill(T(0));
        resize(gradients_.input, shapes.input.rows);
        if (!run_.writes_input_gradient()) {
            gradients_.input.fill(T(0));  // of a step that does not use its input
        }
        run_.backward(input_.data(), output_gradient_.data(), gradients_.input.data(), dfinal,
                      gradients_);
    }

    void resize(xt::xtensor<T, 3>& to, dimension_id features)
    {
        to.resize({static_cast<std::size_t>(run_.time().steps()),
                   static_cast<std::size_t>(run_.time().batch()),
                   static_cast<std::size_t>(run_.bound()[features])});
    }

    model_type const* model_;
    run_options options_;
    checkpointed_unrolling<Cell, T, Fixed...> run_;
    sequence<T> input_;
    sequence<T> output_gradient_;
    xt::xtensor<T, 3> output_;
    states<Cell, T> final_;
    rondo::gradients<Cell, T> gradients_;
    memory_plan plan_;
    bool kept_ = false;
};

/// The memory that bptt::forward() and bptt::backward() over @p batch sequences of @p steps steps will
/// take with @p options, before anything runs.
///
/// It counts all that the object allocates: what is kept, checkpoints, temporaries, packed weights, the
/// output, and all gradients. An input or output gradient that has to be copied (see sequence.hpp) comes
/// on top, and so does what an object holds from a larger run before.
/// @throws std::invalid_argument if a number is 0, or if no plan fits into options.memory, saying the
///         least that would do.
template <class Cell, class T, class... Fixed>
memory_plan plan_memory(model<Cell, T, Fixed...> const& m, std::size_t steps, std::size_t batch,
                        run_options const& options = {})
{
    if (steps == 0 || batch == 0) {
        throw std::invalid_argument("rondo: plan_memory: expected at least 1 step and 1 sequence; found " +
                                    std::to_string(steps) + " and " + std::to_string(batch));
    }
    timeline time;
    time.set(static_cast<std::ptrdiff_t>(steps), static_cast<std::ptrdiff_t>(batch),
             options.rows_at_once);
    checkpoint_schedule schedule;
    return plan_segments(time, schedule, bptt<Cell, T, Fixed...>::costs(m, time, options),
                         options.memory);
}

}  // namespace rondo
