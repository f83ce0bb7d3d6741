#pragma once
/// @file
/// Steps a model through time as the inputs come.

#include <rondo/exec/workspace.hpp>
#include <rondo/kernel/run_rows.hpp>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// A model that takes one time step at a time, for one or more voices side by side.
///
/// It copies and packs the parameters and allocates its memory when it is made; step() does neither
/// and does not throw, so it can run in a real-time thread. Where all sizes are constants,
/// `model<gru, float, fixed<input, 1>, fixed<hidden, 40>>`, every loop of a single voice's step has a
/// constant end. The outputs are those of bptt::infer() but for rounding.
///
/// @code
/// stream live{m};
/// std::array<float, 1> x{0.5F};
/// std::span<float const> y = live.step(x);
/// @endcode
template <class Cell, class T, class... Fixed>
class stream {
   public:
    using model_type = model<Cell, T, Fixed...>;  ///< what it steps

    /// Copies the parameters of @p m and starts from states of zeros.
    /// @throws std::invalid_argument if there are no voices.
    explicit stream(model_type const& m, std::size_t voices = 1)
        : sizes_(m.bound()), parameters_(m.parameters()), states_(m.zero_states(voices))
    {
        if (voices == 0) {
            throw std::invalid_argument("rondo: a stream: expected at least 1 voice; found 0");
        }
        voices_ = static_cast<std::ptrdiff_t>(voices);
        auto const& shapes = ir_internal::compiled<Cell>::shapes;
        input_size_ = sizes_[shapes.input.rows];
        output_size_ = sizes_[shapes.output.rows];
        output_.resize(voices * static_cast<std::size_t>(output_size_));
        work_.resize(sizes_, {.carried = 2 * voices_, .span = voices_, .step = voices_}, 0);
        work_.for_each(ir_internal::storage::carried_out,
                       [&](exec_internal::array, kernel_internal::rows_of<T>& rows) {
                           rows.data += voices_ * rows.row_stride;
                       });
        work_.pack(sizes_, parameters_);
        reset();
    }
    stream(stream const&) = delete;
    stream& operator=(stream const&) = delete;

    /// Takes over new parameters, those of a model of the same cell and sizes. Allocates nothing.
    void load(rondo::parameters<Cell, T> const& p) noexcept
    {
        std::ranges::copy(p.flat(), parameters_.flat().begin());
        work_.pack(sizes_, parameters_);
    }
    /// Back to states of zeros.
    void reset() noexcept
    {
        for (auto& s : states_) {
            s.fill(T(0));
        }
        load_states();
    }
    /// Goes on from @p s.
    /// @throws std::invalid_argument if a shape is not (voices, dimension of the state).
    void set_states(states_of<Cell, T> const& s)
    {
        auto const& shapes = ir_internal::compiled<Cell>::shapes;
        for (std::size_t k = 0; k < exec_internal::state_count<Cell>; ++k) {
            ir_internal::dimension_id const dim = shapes.states[k].rows;
            exec_internal::check_state(s[k], k, voices_, sizes_[dim],
                                       shapes.dimensions[static_cast<std::size_t>(dim)],
                                       "rondo: the state of a stream", false);
        }
        states_ = s;
        load_states();
    }
    /// The states after the last step. Allocates nothing.
    states_of<Cell, T> const& current_states() noexcept
    {
        for (std::size_t k = 0; k < exec_internal::state_count<Cell>; ++k) {
            kernel_internal::rows_of<T> const& rows = carried(ir_internal::storage::carried_in, k);
            auto const size = static_cast<std::ptrdiff_t>(states_[k].shape()[1]);
            for (std::ptrdiff_t v = 0; v < voices_; ++v) {
                std::copy_n(rows.data + v * rows.row_stride, size, states_[k].data() + v * size);
            }
        }
        return states_;
    }

    /// One time step. @p x has the inputs of the first voice, then those of the next; so has the
    /// result the outputs, which are valid until the next step. A span of another size is a mistake
    /// that an assertion finds.
    std::span<T const> step(std::span<T const> x) noexcept
    {
        assert(static_cast<std::ptrdiff_t>(x.size()) == voices_ * input_size_);
        point(ir_internal::storage::input, const_cast<T*>(x.data()), input_size_);  // only read
        point(ir_internal::storage::output, output_.data(), output_size_);
        from_end_ = !from_end_;
        // Several voices are tiles, which share the weights.
        [&]<std::size_t... S>(std::index_sequence<S...>) RONDO_INLINE_LAMBDA {
            (kernel_internal::run_rows<kernel_internal::stage_exe<exe, S>, T>(work_.ctx, sizes_, 0, voices_,
                                                                              from_end_),
             ...);
        }(std::make_index_sequence<exe::schedule.stages.size()>{});
        // What this step leaves is what the next one finds.
        for (std::size_t k = 0; k < exec_internal::state_count<Cell>; ++k) {
            std::swap(carried(ir_internal::storage::carried_in, k).data,
                      carried(ir_internal::storage::carried_out, k).data);
        }
        return output_;
    }

   private:
    using exe = kernel_internal::inference_exe<Cell>;

    void point(ir_internal::storage kind, T* data, std::ptrdiff_t row_stride) noexcept
    {
        if (kernel_internal::rows_of<T>* const rows = work_.find(kind, 0)) {
            *rows = {data, row_stride, 0};
        }
    }
    kernel_internal::rows_of<T>& carried(ir_internal::storage kind, std::size_t k) noexcept
    {
        return *work_.find(kind, static_cast<int>(k));
    }
    void load_states() noexcept
    {
        for (std::size_t k = 0; k < exec_internal::state_count<Cell>; ++k) {
            kernel_internal::rows_of<T> const& rows = carried(ir_internal::storage::carried_in, k);
            auto const size = static_cast<std::ptrdiff_t>(states_[k].shape()[1]);
            std::fill_n(rows.data, voices_ * rows.row_stride, T(0));
            for (std::ptrdiff_t v = 0; v < voices_; ++v) {
                std::copy_n(states_[k].data() + v * size, size, rows.data + v * rows.row_stride);
            }
        }
    }

    exec_internal::sizes<Cell, Fixed...> sizes_;
    rondo::parameters<Cell, T> parameters_;
    states_of<Cell, T> states_;
    std::ptrdiff_t voices_ = 0;
    bool from_end_ = false;  // in the last step
    std::ptrdiff_t input_size_ = 0;
    std::ptrdiff_t output_size_ = 0;
    kernel_internal::aligned_vector<T> output_;
    exec_internal::workspace<exe, T> work_;
};

}  // namespace rondo::inline RONDO_ISA
