#pragma once
/// @file
/// Runs a model one time step a call, for live input.

#include <rondo/error/input_error.hpp>
#include <rondo/exec/state_view.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/kernel/run_rows.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/model_reference.hpp>
#include <rondo/run/move_guard.hpp>
#include <rondo/run/run_of.hpp>
#include <rondo/sequence/caller_states.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// A model that takes one time step at a time, for one or more voices side by side.
///
/// The constructor copies and packs the parameters and allocates the memory. step() does neither, and throws
/// only if its input has the wrong size or the stream was moved from, so it can run in a real-time thread.
/// Where all sizes are constants, `model<gru, float, fixed<input, 1>, fixed<hidden, 40>>`, every loop of a
/// single voice's step has a constant end. The outputs differ from those of bptt::infer() by rounding.
///
/// @code
/// stream live{m};
/// std::array<float, 1> x{0.5F};
/// std::span<float const> y = live.step(x);
/// @endcode
template <class Cell, class T = float, class... Fixed>
class stream {
   public:
    using model_type = model<Cell, T, Fixed...>;  ///< type of the model

    /// Copies the parameters of @p m and starts from states of zeros.
    /// @throws std::logic_error if @p m was moved from; input_error if there are no voices.
    explicit stream(model_type const& m, std::size_t voices = 1)
        : sizes_(exec_internal::model_reference<Cell, T, Fixed...>(m).bound()),  // rejects a moved one
          parameters_(std::make_unique<rondo::parameters<Cell, T>>(m.parameters())),
          states_(m.zero_states(voices))
    {
        if (voices == 0) {
            exec_internal::reject("a stream", "at least 1 voice", "0");
        }
        voices_ = static_cast<std::ptrdiff_t>(voices);
        auto const& shapes = ir_internal::compiled<Cell>::shapes;
        input_size_ = sizes_[shapes.input.rows];
        output_size_ = sizes_[shapes.output.rows];
        output_.resize(2 * voices * static_cast<std::size_t>(output_size_));
        work_.resize(sizes_, {.states = 2 * voices_, .span = voices_, .step = voices_}, 0);
        // Two sets of states, which step() swaps.
        work_.for_each_array(ir_internal::storage::carried_out,
                             [&](ir_internal::array, kernel_internal::rows_of<T>& rows) {
                                 rows.data += voices_ * rows.row_stride;
                             });
        work_.pack(sizes_, *parameters_);
        reset();
    }
    /// Takes the memory and the states of another stream. Any call of the other throws std::logic_error then.
    stream(stream&&) noexcept = default;
    stream& operator=(stream&&) noexcept = default;

    /// Copies and packs new parameters, those of a model of the same cell and sizes. Allocates nothing.
    /// @throws input_error naming the first parameter of another shape; nothing has changed then.
    void load(rondo::parameters<Cell, T> const& p)
    {
        moved_.check();
        *parameters_ = p;
        work_.pack(sizes_, *parameters_);
    }
    /// Sets the states to zeros.
    void reset()
    {
        moved_.check();
        for (auto& s : states_) {
            s.fill(T(0));
        }
        exec_internal::load_states<Cell>(states_in_memory(), sizes_, nullptr, 0, voices_);
    }
    /// Sets the states, each (voices, dimension of the state).
    /// @throws input_error if a shape is not (voices, dimension of the state).
    void set_states(states_of<Cell, T> const& s)
    {
        moved_.check();
        exec_internal::check_states<Cell>(&s, sizes_, voices_, "the state of a stream", false);
        states_ = s;
        exec_internal::load_states<Cell>(states_in_memory(), sizes_, &states_, 0, voices_);
    }
    /// The states after the last step, each (voices, dimension of the state). Allocates nothing.
    states_of<Cell, T> const& current_states()
    {
        moved_.check();
        exec_internal::store_states<Cell>(states_in_memory(), sizes_, states_, 0, voices_);
        return states_;
    }

    /// Runs one time step. @p x is (voices, input), voice by voice; the result is (voices, output) and valid
    /// until the next step, which may read it as its input.
    /// @throws input_error if @p x has another size; nothing has changed then.
    std::span<T const> step(std::span<T const> x)
    {
        moved_.check();
        if (static_cast<std::ptrdiff_t>(x.size()) != voices_ * input_size_) [[unlikely]] {
            reject_size(x.size());
        }
        T* const y = output_for(x.data());
        work_.bind_array(ir_internal::storage::input, x.data(), input_size_);
        work_.bind_array(ir_internal::storage::output, y, output_size_);
        order_ = order_.reversed();
        // Several voices are tiles, which share the weights.
        kernel_internal::static_for<exe::schedule.stages.size()>([&]<std::size_t S>() RONDO_INLINE_LAMBDA {
            kernel_internal::run_rows<kernel_internal::stage_exe<exe, S>, T>(work_.ctx, sizes_, {0, voices_},
                                                                             order_);
        });
        // The new states of this step are the old states of the next one.
        for (int k = 0; k < static_cast<int>(exec_internal::state_count<Cell>); ++k) {
            std::swap(work_.array_of(ir_internal::storage::carried_in, k).data,
                      work_.array_of(ir_internal::storage::carried_out, k).data);
        }
        return {y, static_cast<std::size_t>(voices_ * output_size_)};
    }

   private:
    using exe = kernel_internal::inference_exe<Cell>;

    [[noreturn]] void reject_size(std::size_t found) const
    {
        exec_internal::reject("the input of a stream",
                              exec_internal::concat(voices_ * input_size_, " numbers (voices = ", voices_,
                                                    ", ", input_size_, " features)"),
                              exec_internal::concat(found));
    }
    /// Memory for the output of a step with input @p x: the first half of the buffer, or the second if the
    /// input is in the first, as the output of the last step may be.
    T* output_for(T const* x) noexcept
    {
        std::less<T const*> const before;
        T* const second = output_.data() + output_.size() / 2;
        bool const is_own = !before(x, output_.data()) && before(x, second);
        return is_own ? second : output_.data();
    }
    /// The states before the next step.
    exec_internal::state_view<Cell, T> states_in_memory() noexcept
    {
        return exec_internal::states_of_workspace<Cell>(work_, 0, ir_internal::storage::carried_in);
    }

    exec_internal::move_guard moved_;
    exec_internal::sizes<Cell, Fixed...> sizes_;
    std::unique_ptr<rondo::parameters<Cell, T>> parameters_;
    states_of<Cell, T> states_;
    std::ptrdiff_t voices_ = 0;
    kernel_internal::traversal order_{};  // of the last step
    std::ptrdiff_t input_size_ = 0;
    std::ptrdiff_t output_size_ = 0;
    kernel_internal::aligned_vector<T> output_;
    exec_internal::workspace<exe, T> work_;
};

/// The stream for models of a type: `stream_of<model<lstm<>>>` is `stream<lstm<>>`.
template <class Model>
using stream_of = exec_internal::run_of<stream, Model>;

}  // namespace rondo::inline RONDO_ISA
