#pragma once
/// @file
/// Runs a model over all segments of a time plan and back, with the saved values of one segment at a time.

#include <rondo/exec/backward_pass.hpp>
#include <rondo/exec/forward_pass.hpp>
#include <rondo/exec/pass_costs.hpp>
#include <rondo/exec/prologue_pass.hpp>
#include <rondo/exec/state_view.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/model_reference.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/run/checkpoint_store.hpp>
#include <rondo/run/forward_sweep.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/sequence/caller_states.hpp>
#include <rondo/sequence/per_sequence_views.hpp>
#include <rondo/time/time_plan.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Arguments and results of a forward run. Inputs and outputs have the rows of a time plan, states are in the
/// caller's order.
template <class Cell, class T>
struct forward_arrays {
    pointers_of<step_inputs_of<Cell>, T const> inputs;  ///< (rows, features)
    pointers_of<step_outputs_of<Cell>, T> outputs;      ///< (rows, features)
    states_of<Cell, T> const* initial;                  ///< null for zeros
    states_of<Cell, T>* final;                          ///< resized and filled in
};

/// Arguments and results of a backward run. Arrays have the rows of a time plan, states are in the
/// caller's order.
template <class Cell, class T>
struct backward_arrays {
    pointers_of<step_inputs_of<Cell>, T const> inputs;             ///< (rows, features), as they went forward
    pointers_of<step_outputs_of<Cell>, T const> output_gradients;  ///< (rows, features)
    pointers_of<step_inputs_of<Cell>, T> input_gradients;          ///< (rows, features); not used if left out
    states_of<Cell, T> const* final_gradient;                      ///< of the final states; null for zeros
};

/// A forward and a backward run over the segments of a time plan. One segment is *resident*: its values are
/// saved. On the way back the others are recomputed from checkpoints, the states that some of them begin
/// with.
///
/// Recomputed values are equal to the bit, and recomputed outputs are written to their rows again.
template <class Cell, class T, class... Fixed>
class checkpointed_run {
   public:
    using forward_type = forward_pass<forward_exe<Cell>, T, Fixed...>;  ///< its forward pass

    /// Refers to @p m, and to the thread pool of @p options, which must outlive it.
    checkpointed_run(model_reference<Cell, T, Fixed...> const& m, run_options const& options)
        : forward_(m, options.pool, options.frozen), backward_(wanted_by<Cell>(options))
    {
    }

    /// The model.
    /// @throws std::logic_error if it was replaced by one of other sizes.
    [[nodiscard]] auto const& model() { return forward_.model(); }
    [[nodiscard]] auto model() const { return forward_.model(); }
    /// The model's sizes.
    [[nodiscard]] auto const& bound() const noexcept { return forward_.bound(); }

    /// Copies the per-sequence inputs @p given of the sequences of @p time, and runs the prologue. Returns
    /// the copies.
    /// @throws input_error naming the first number that is not that of a symbol or, with @p check_finite, is
    /// not
    ///         finite.
    per_sequence_pointers<step_inputs_of<Cell>, T const> start_sequences(
        time_plan const& time, per_sequence_views<step_inputs_of<Cell>, T> const& given, bool check_finite)
    {
        std::ptrdiff_t const batch = time.lengths().batch();
        per_sequence_.bind(given, bound(), batch, time.lengths().sorted_indices(), check_finite);
        if constexpr (compiled<Cell>::has_prologue) {
            auto const& m = forward_.model();
            prologue_.forward(m.bound(), m.parameters(), per_sequence_.data(), batch, forward_.pool(),
                              forward_.frozen());
        }
        return per_sequence_.data();
    }
    /// The prologue of the sequences that were started last.
    [[nodiscard]] prologue_pass<Cell, T>& prologue() noexcept { return prologue_; }
    /// Runs over all chunks of @p time, whose sequences have been started, and saves the values that
    /// backward() needs.
    void forward(time_plan const& time, forward_arrays<Cell, T> const& arrays)
    {
        resident_ = none;
        begins_with_start_ = arrays.initial == nullptr;
        start_sweep<Cell, T>(forward_, time, time.segments().largest(), arrays.initial, *arrays.final,
                             prologue_);
        forward_.bind(arrays.inputs, arrays.outputs);
        if (time.segments().size() > 1) {
            std::ptrdiff_t const batch = time.lengths().batch();
            checkpoints_.start(time.checkpoints(), forward_.states_at({.batch = batch}));
        }
        make_resident(time, time.segments().size() - 1, arrays.final);
    }
    /// Runs back over all chunks of @p time, after forward() with the same plan. Adds to the gradients of the
    /// parameters, and sets those of the input and of the initial states, except for those that the options
    /// leave out.
    void backward(time_plan const& time, backward_arrays<Cell, T> const& arrays, gradients<Cell, T>& g)
    {
        backward_.prepare(forward_, backward_rows(time.chunks().extents()), g.parameters);
        backward_.bind(arrays.inputs, arrays.output_gradients, arrays.input_gradients);
        if constexpr (compiled<Cell>::has_prologue) {
            prologue_.start_backward(bound());
            backward_.bind_prologue(prologue_);
        }
        for (std::size_t k = 0; k < step_inputs_of<Cell>::count; ++k) {
            if (backward_.wanted().input.has(k) && !backward_.writes_input_gradient(k)) {  // it is not used
                std::fill_n(arrays.input_gradients[k],
                            time.chunks().rows() * features_of<step_inputs_of<Cell>>(bound(), k), T(0));
            }
        }
        for (std::ptrdiff_t i = time.segments().size(); i-- > 0;) {
            make_resident(time, i, nullptr);
            for (std::size_t end = time.segments().first_chunk(i + 1);
                 end > time.segments().first_chunk(i);) {
                end = run_group_back(time, end, arrays.final_gradient);
            }
        }
        std::ptrdiff_t const batch = time.lengths().batch();
        resize_states<Cell>(g.initial, bound(), batch);
        store_states<Cell>(backward_.initial_adjoints(batch), bound(), g.initial, 0, batch,
                           time.lengths().sorted_indices());
        if constexpr (compiled<Cell>::has_prologue) {
            run_prologue_back(time, g);
        }
    }
    /// The forward pass, for a run that overwrites the saved values: there is no backward() after it.
    forward_type& release_forward_pass() noexcept
    {
        resident_ = none;
        return forward_;
    }

   private:
    /// Goes back through the prologue, from the adjoints that the steps have added up.
    void run_prologue_back(time_plan const& time, gradients<Cell, T>& g)
    {
        std::ptrdiff_t const batch = time.lengths().batch();
        if constexpr (compiled<Cell>::shapes.has_start) {
            if (begins_with_start_) {
                prologue_.add_start_gradients(backward_.initial_adjoints(batch));
            }
        }
        auto const& m = forward_.model();
        prologue_.backward(m.bound(), m.parameters(), g.parameters, backward_.wanted(), forward_.pool(),
                           forward_.frozen());
        store_per_sequence<Cell>(prologue_, bound(), batch, time.lengths().sorted_indices(),
                                 backward_.wanted().input, g.input);
    }
    /// Makes segment @p i the resident one. The states that it begins with must be in the rows from 0 on, or
    /// there must be a checkpoint before it.
    void make_resident(time_plan const& time, std::ptrdiff_t i, states_of<Cell, T>* final)
    {
        if (resident_ == i) {
            return;
        }
        resident_ = none;  // its values are overwritten, or half of them if a thread fails
        if (time.segments().size() > 1) {
            advance_to(time, i, final);
        }
        std::size_t const first = time.segments().first_chunk(i);
        for (std::size_t c = first; c < time.segments().first_chunk(i + 1); ++c) {
            chunk const& here = time.chunks()[c];
            if (c > first) {
                copy_states<Cell>(forward_.states_at(time.chunks()[c - 1].states_after()),
                                  forward_.states_at(here.states_before()), here.batch);
            }
            forward_.run(here);
            store_final_states(forward_, time, c, forward_.states_at(here.states_after()), final);
        }
        resident_ = i;
    }
    /// Runs from the last checkpoint before segment @p i to its beginning, with new checkpoints on the way.
    void advance_to(time_plan const& time, std::ptrdiff_t i, states_of<Cell, T>* final)
    {
        auto const states_before = [&](std::ptrdiff_t segment) {
            return forward_.states_at({.batch = time.chunks()[time.segments().first_chunk(segment)].batch});
        };
        std::ptrdiff_t at = checkpoints_.load_before(i, states_before);
        while (at < i) {
            std::ptrdiff_t const next = checkpoints_.next_before(i);
            for (std::size_t c = time.segments().first_chunk(at); c < time.segments().first_chunk(next);
                 ++c) {
                run_without_saving(forward_, time, c, time.chunks()[c], final);
            }
            at = next;
            if (at < i) {
                checkpoints_.save(at, states_before(at));
            }
        }
    }
    /// Runs back over the accumulation group before chunk @p end; returns its first chunk.
    std::size_t run_group_back(time_plan const& time, std::size_t end,
                               states_of<Cell, T> const* final_gradient)
    {
        std::size_t begin = end - 1;
        while (!time.chunks().starts_group(begin)) {
            --begin;
        }
        std::ptrdiff_t const first_row = time.chunks()[begin].data_row;
        for (std::size_t c = end; c-- > begin;) {
            chunk const& here = time.chunks()[c];
            run_back(time, c, here.data_row - first_row, final_gradient);
            if (end - begin > 1) {
                backward_.add_to_group(here, here.data_row - first_row);
            }
        }
        if (end - begin > 1) {
            chunk const& last = time.chunks()[end - 1];
            backward_.accumulate_group(last.data_row + last.rows() - first_row);
        } else {
            backward_.accumulate_gradients(time.chunks()[begin]);
        }
        return begin;
    }
    /// Runs back over chunk @p c from the adjoints of the chunk after it; for sequences that end with it,
    /// from the gradients of their final states.
    void run_back(time_plan const& time, std::size_t c, std::ptrdiff_t offset,
                  states_of<Cell, T> const* final_gradient)
    {
        chunk const& here = time.chunks()[c];
        std::ptrdiff_t const active = time.chunks().active_after(c);
        auto const end = backward_.final_adjoints(here);
        copy_states<Cell>(backward_.initial_adjoints(active), end, active);
        load_states<Cell>(end, bound(), final_gradient, active, here.batch, time.lengths().sorted_indices());
        backward_.run(here, offset);
    }

    static constexpr std::ptrdiff_t none = -1;

    forward_type forward_;
    backward_pass<Cell, T, Fixed...> backward_;
    per_sequence_rows<step_inputs_of<Cell>, T> per_sequence_;
    prologue_pass<Cell, T> prologue_;
    checkpoint_store<Cell, T> checkpoints_;
    bool begins_with_start_ = false;  // not with states of the caller
    std::ptrdiff_t resident_ = none;  // segment
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
