#pragma once
/// @file
/// Runs a model one time step a call, for live input.

#include <rondo/error/input_error.hpp>
#include <rondo/exec/prologue_pass.hpp>
#include <rondo/exec/state_rings.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/kernel/run_rows.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/model_reference.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/run/forward_sweep.hpp>
#include <rondo/run/move_guard.hpp>
#include <rondo/run/named_spans.hpp>
#include <rondo/run/run_access.hpp>
#include <rondo/run/run_of.hpp>
#include <rondo/sequence/caller_states.hpp>
#include <rondo/sequence/check_symbol.hpp>
#include <rondo/sequence/per_sequence_views.hpp>
#include <rondo/sequence/sequence_views.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// The result of a step of a stream: a span, or @ref named_spans if the cell has several outputs.
template <class Cell, class T = float>
using stream_output = std::conditional_t<exec_internal::step_outputs_of<Cell>::are_named,
                                         named_spans<Cell, T>, std::span<T const>>;

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

    /// Copies the parameters of @p m and starts from the states of start(), or from zeros.
    /// @throws std::logic_error if @p m was moved from; input_error if there are no voices, or too many.
    explicit stream(model_type const& m, std::size_t voices = 1) : stream(reference(m), voices) {}
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
        run_prologue();
    }
    /// Begins new sequences: sets the states to those of start() or, if the cell has none, to zeros. Inputs
    /// that are per_sequence stay.
    void reset()
    {
        moved_.check();
        exec_internal::load_initial_states<Cell, T>(rings_.restart(work_), sizes_, nullptr, prologue_,
                                                    voices_);
        rings_.store(work_, sizes_, states_);
    }
    /// Begins new sequences with other values of the per_sequence inputs: `live.begin(named("speaker"_s =
    /// s))`, each a span, or something that converts to one, of (voices, features). Allocates nothing.
    /// @throws input_error if one has another size or is not the number of a symbol; nothing has changed
    /// then.
    template <class... Named>
    void begin(lang_internal::named_values<Named...> const& given)
    {
        using names = lang_internal::named_values<Named...>;
        static_assert(inputs::per_sequence_count > 0,
                      "this cell has no per_sequence inputs; reset() begins new sequences");
        if constexpr (inputs::per_sequence_count > 0) {
            static_assert(exec_internal::per_sequence_names_fit<inputs, names>::value);
            [&]<std::size_t... K>(std::index_sequence<K...>) {
                begin_with({std::span<T const>(
                    given.template get<exec_internal::per_sequence_name<inputs, K>>())...});
            }(std::make_index_sequence<inputs::per_sequence_count>{});
        }
    }
    /// Sets the states, each (voices, dimension of the state).
    /// @throws input_error if a shape is not (voices, dimension of the state).
    void set_states(states_of<Cell, T> const& s)
    {
        check_states(s);
        states_ = s;
        exec_internal::load_states<Cell>(rings_.restart(work_), sizes_, &states_, 0, voices_);
    }
    /// The states after the last step, each (voices, dimension of the state). Allocates nothing.
    states_of<Cell, T> const& current_states()
    {
        moved_.check();
        rings_.store(work_, sizes_, states_);
        return states_;
    }

    /// Runs one time step. A cell with per_sequence inputs needs a begin() before the first. @p x is (voices,
    /// input), voice by voice; the result is (voices, output) and valid until the next step, which may read
    /// it as its input. Several outputs are spans by name, `y["policy"_s]`, each (voices, features).
    /// @throws input_error if @p x has another size; std::logic_error if the first sequences have not begun;
    ///         nothing has changed then.
    stream_output<Cell, T> step(std::span<T const> x)
        requires(!exec_internal::step_inputs_of<Cell>::are_named)
    {
        return run_step({x});
    }
    /// Runs one time step of a cell with several inputs: `live.step(named("x"_s = x, "gap"_s = gap))`, each a
    /// span, or something that converts to one, of (voices, features).
    template <class... Named>
    stream_output<Cell, T> step(lang_internal::named_values<Named...> const& x)
        requires(exec_internal::step_inputs_of<Cell>::are_named)
    {
        static_assert(exec_internal::step_names_fit<inputs, lang_internal::named_values<Named...>>::value);
        return [&]<std::size_t... K>(std::index_sequence<K...>) {
            return run_step(
                {std::span<T const>(x.template get<exec_internal::sequence_name<inputs, K>>())...});
        }(std::make_index_sequence<inputs::count>{});
    }

   private:
    friend struct exec_internal::run_access;
    using exe = kernel_internal::inference_exe<Cell>;
    using inputs = exec_internal::step_inputs_of<Cell>;
    using outputs = exec_internal::step_outputs_of<Cell>;
    using reference =
        exec_internal::model_reference<Cell, T, Fixed...>;  // rejects a model that was moved from

    stream(reference const& m, std::size_t voices)
        : sizes_(m.bound()), parameters_(std::make_unique<rondo::parameters<Cell, T>>(m.parameters()))
    {
        exec_internal::require(voices > 0, "a stream", "at least 1 voice", static_cast<double>(voices));
        voices_ = static_cast<std::ptrdiff_t>(voices);
        sizes_.check_rows("a stream", 1, voices_);
        exec_internal::resize_states<Cell>(states_, sizes_, voices_);
        exec_internal::check_symbol_counts<inputs, T>(sizes_);
        std::ptrdiff_t const outputs_of_voices = voices_ * exec_internal::all_features_of<outputs>(sizes_);
        output_.resize(static_cast<std::size_t>(2 * outputs_of_voices));
        work_.resize(sizes_, {.states = 2 * voices_, .histories = voices_, .span = voices_, .step = voices_},
                     0);
        rings_.start(work_, voices_);
        work_.pack(sizes_, *parameters_);
        per_sequence_.resize(
            voices * static_cast<std::size_t>(exec_internal::all_features_per_sequence<inputs>(sizes_)));
        run_prologue();
        reset();
    }

    void check_states(states_of<Cell, T> const& s) const
    {
        moved_.check();
        exec_internal::check_states<Cell>(&s, sizes_, voices_, "the state of a stream", false);
    }
    /// Computes the values that are computed once for each sequence.
    void run_prologue()
    {
        if constexpr (ir_internal::compiled<Cell>::has_prologue) {
            exec_internal::per_sequence_pointers<inputs, T const> first{};
            T const* next = per_sequence_.data();
            for (std::size_t k = 0; k < first.size(); ++k) {
                first[k] = next;
                next += voices_ * exec_internal::features_of_per_sequence<inputs>(sizes_, k);
            }
            prologue_.forward(sizes_, *parameters_, first, voices_, nullptr, false);
            if constexpr (kernel_internal::has_per_sequence_values<exe>) {
                work_.ctx.batch = voices_;
                work_.for_each_array(ir_internal::storage::per_sequence,
                                     [&](ir_internal::array a, kernel_internal::rows_of<T>& rows) {
                                         rows = prologue_.value(a.index);
                                     });
            }
        }
    }
    void check_begin(std::array<std::span<T const>, inputs::per_sequence_count> const& given) const
    {
        moved_.check();
        exec_internal::check_spans<inputs, T>(given, sizes_, voices_);
    }
    void begin_with(std::array<std::span<T const>, inputs::per_sequence_count> const& given)
    {
        check_begin(given);
        T* to = per_sequence_.data();
        for (std::span<T const> const one : given) {
            to = std::copy(one.begin(), one.end(), to);
        }
        run_prologue();
        has_begun_ = true;
        reset();
    }

    void check_begun() const
    {
        moved_.check();
        if (!has_begun_) [[unlikely]] {
            throw std::logic_error(
                "rondo: a stream of a cell with per_sequence inputs needs begin(...) before its first step");
        }
    }
    void check_input(std::size_t k, std::span<T const> x) const
    {
        std::ptrdiff_t const features = exec_internal::features_of<inputs>(sizes_, k);
        if (static_cast<std::ptrdiff_t>(x.size()) != voices_ * features) [[unlikely]] {
            exec_internal::reject_span(inputs::are_named ? inputs::titles[k].view() : "the input", voices_,
                                       features, x.size());
        }
        std::ptrdiff_t const count = exec_internal::symbols_of<inputs>(sizes_, k);
        for (std::size_t v = 0; count > 0 && v < x.size(); ++v) {
            exec_internal::check_symbol(x[v], count, inputs::titles[k].view(), 0,
                                        static_cast<std::ptrdiff_t>(v));
        }
    }
    stream_output<Cell, T> run_step(std::array<std::span<T const>, inputs::count> const& x)
    {
        check_begun();
        exec_internal::pointers_of<inputs, T const> first;
        for (std::size_t k = 0; k < inputs::count; ++k) {
            check_input(k, x[k]);
            first[k] = x[k].data();
        }
        exec_internal::pointers_of<outputs, T> const y = outputs_for(first);
        work_.template bind_sequences<inputs>(ir_internal::storage::input, first, sizes_);
        work_.template bind_sequences<outputs>(ir_internal::storage::output, y, sizes_);
        order_ = order_.reversed();
        // Several voices are tiles, which share the weights.
        kernel_internal::static_for<exe::schedule.stages.size()>([&]<std::size_t S>() RONDO_INLINE_LAMBDA {
            if constexpr (!exe::schedule.stages[S].is_once) {
                kernel_internal::run_rows<kernel_internal::stage_exe<exe, S>, T>(work_.ctx, sizes_,
                                                                                 {0, voices_}, order_);
            }
        });
        rings_.advance(work_);
        std::array<std::span<T const>, outputs::count> all;
        for (std::size_t k = 0; k < outputs::count; ++k) {
            all[k] = {y[k],
                      static_cast<std::size_t>(voices_ * exec_internal::features_of<outputs>(sizes_, k))};
        }
        if constexpr (outputs::are_named) {
            return stream_output<Cell, T>(all);
        } else {
            return all[0];
        }
    }

    /// Memory for the outputs of a step with inputs @p x: the first half of the buffer, or the second if an
    /// input is in the first, as an output of the last step may be.
    exec_internal::pointers_of<outputs, T> outputs_for(
        exec_internal::pointers_of<inputs, T const> const& x) noexcept
    {
        std::less<T const*> const before;
        T* const second = output_.data() + output_.size() / 2;
        bool const is_own = std::any_of(x.begin(), x.end(), [&](T const* one) {
            return !before(one, output_.data()) && before(one, second);
        });
        T* next = is_own ? second : output_.data();
        exec_internal::pointers_of<outputs, T> y;
        for (std::size_t k = 0; k < outputs::count; ++k) {
            y[k] = next;
            next += voices_ * exec_internal::features_of<outputs>(sizes_, k);
        }
        return y;
    }

    exec_internal::move_guard moved_;
    exec_internal::sizes<Cell, Fixed...> sizes_;
    std::unique_ptr<rondo::parameters<Cell, T>> parameters_;
    states_of<Cell, T> states_;
    std::ptrdiff_t voices_ = 0;
    bool has_begun_ = inputs::per_sequence_count == 0;  // whether the per-sequence inputs have values
    kernel_internal::traversal order_{};                // of the last step
    kernel_internal::aligned_vector<T> output_;
    kernel_internal::aligned_vector<T> per_sequence_;  // the per-sequence inputs, one after the other
    exec_internal::prologue_pass<Cell, T> prologue_;
    exec_internal::workspace<exe, T> work_;
    exec_internal::state_rings<Cell, T> rings_;  // the states in its memory
};

/// The stream for models of a type: `stream_of<model<lstm<>>>` is `stream<lstm<>>`.
template <class Model>
using stream_of = exec_internal::run_of<stream, Model>;

}  // namespace rondo::inline RONDO_ISA
