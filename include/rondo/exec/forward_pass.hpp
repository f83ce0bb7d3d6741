#pragma once
/// @file
/// Runs a model forwards over chunks of time.
///
/// A forward pass has the memory and the arithmetic. Which chunks there are, which of them have their values
/// saved and which states a chunk starts from is up to its user.

#include <rondo/exec/run_schedule.hpp>
#include <rondo/exec/state_view.hpp>
#include <rondo/exec/thread_pool.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/kernel/blocking.hpp>
#include <rondo/model/model_reference.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/time/chunk.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// @p rows with temporaries for one block of blocking::forward_rows() rows instead of a whole chunk.
constexpr row_counts counts_forward(row_counts rows, std::ptrdiff_t threads) noexcept
{
    rows.span = std::min(rows.span, std::max(blocking::forward_rows(threads), rows.step));
    return rows;
}

/// Runs a model forwards by @p Exe, one of the executables of its forward step. All arrays are referred to by
/// rows, see @ref chunk; temporaries are those of one part of a chunk at a time.
template <class Exe, class T, class... Fixed>
class forward_pass {
   public:
    using cell_type = typename Exe::cell_type;                   ///< whose step is run
    using model_type = model_reference<cell_type, T, Fixed...>;  ///< how it refers to the model

    /// Refers to @p m, and to @p pool (null for the calling thread alone), which must outlive it. With @p
    /// frozen parameters it packs the weights once, see run_options.
    forward_pass(model_type m, thread_pool* pool, bool frozen)
        : model_(std::move(m)), pool_(pool), frozen_(frozen)
    {
    }

    /// The model.
    /// @throws std::logic_error if it was replaced by one of other sizes.
    [[nodiscard]] model_type const& model()
    {
        model_.update();
        return model_;
    }
    /// A reference of the caller's own to the model.
    /// @throws std::logic_error if it was replaced by one of other sizes.
    [[nodiscard]] model_type model() const
    {
        model_type m = model_;
        m.update();
        return m;
    }
    /// The threads that share the work; null for the calling one alone.
    [[nodiscard]] thread_pool* pool() const noexcept { return pool_; }
    /// Whether the parameters are frozen.
    [[nodiscard]] bool frozen() const noexcept { return frozen_; }
    /// The model's sizes.
    [[nodiscard]] auto const& bound() const noexcept { return model_.bound(); }

    /// Makes room for rows of states and saved values; rows that are there stay.
    void reserve(row_counts const& rows) { work_.resize(bound(), rows, 0); }
    /// Makes room for chunks of up to `rows.span` rows and `rows.step` sequences, and packs the weights.
    void prepare(row_counts const& rows)
    {
        reserve(counts_forward(rows, threads_of(pool_)));
        work_.pack(bound(), model().parameters(), frozen_);
    }
    /// Sets the caller's rows for run(): the inputs, and where the outputs go.
    void bind(pointers_of<step_inputs_of<cell_type>, T const> const& inputs,
              pointers_of<step_outputs_of<cell_type>, T> const& outputs)
    {
        work_.template bind_sequences<step_inputs_of<cell_type>>(storage::input, inputs, bound());
        work_.template bind_sequences<step_outputs_of<cell_type>>(storage::output, outputs, bound());
    }
    /// Sets the rows of the per-sequence values for run(), one for each sequence.
    template <class Prologue>
    void bind_prologue([[maybe_unused]] Prologue& prologue)
    {
        if constexpr (has_per_sequence_values<Exe>) {
            work_.for_each_array(storage::per_sequence,
                                 [&](array a, rows_of<T>& r) { r = prologue.value(a.index); });
        }
    }
    /// Runs over @p c. The states that it begins with must be in their rows. Unless it @p keeps_states of all
    /// steps, those that can be are updated in place; the chunk must then begin with row 0.
    void run(chunk const& c, bool keeps_states = true)
    {
        work_.ctx.updates_in_place = !keeps_states;
        if constexpr (has_per_sequence_values<Exe>) {
            work_.ctx.batch = c.batch;
        }
        std::ptrdiff_t const at_once =
            Exe::schedule.is_single_loop
                ? c.steps
                : steps_in_rows(blocking::forward_rows(threads_of(pool_)), c.steps, c.batch);
        for (std::ptrdiff_t first = 0; first < c.steps; first += at_once) {
            chunk const part = c.part(first, std::min(at_once, c.steps - first));
            work_.set_offsets(
                {{storage::carried_in, part.state_row, part.history_row},
                 {storage::carried_out, part.state_row + part.batch, part.history_row + part.batch},
                 {storage::saved, part.saved_row},
                 {storage::input, part.data_row},
                 {storage::output, part.data_row}});
            run_schedule<Exe, false>(work_.ctx, bound(), {.begin = 0, .end = part.steps, .batch = part.batch},
                                     pool_);
        }
    }

    /// The states at rows @p at.
    state_view<cell_type, T> states_at(state_rows at) { return states_of_workspace<cell_type>(work_, at); }
    /// The states after a run over @p c that does not keep those of all steps.
    state_view<cell_type, T> last_states(chunk const& c)
    {
        return updated_in_place<Exe>(states_at(c.states_after()));
    }
    /// The array of saved values or states of a kind and index, which a backward pass reads.
    [[nodiscard]] rows_of<T> const& saved_array(storage kind, int index)
    {
        return work_.array_of(kind, index);
    }
    /// Moves @p count rows of saved values, from row @p first on, to the front of their memory.
    void move_saved_values(std::ptrdiff_t first, std::ptrdiff_t count)
    {
        work_.for_each_array(storage::saved,
                             [&](array, rows_of<T>& r) { move_to_front(r, first, first + count); });
    }
    /// Moves the states from rows @p first on, up to rows @p last, to the front of their memory.
    void move_states(state_rows first, state_rows last)
    {
        work_.for_each_array(storage::carried_out, [&](array a, rows_of<T>& r) {
            std::ptrdiff_t const delay = work_.delay_of(a);
            move_to_front(r, first.of(delay), last.of(delay));
        });
    }

   private:
    static void move_to_front(rows_of<T> const& r, std::ptrdiff_t first, std::ptrdiff_t last)
    {
        std::copy(r.data + first * r.row_stride, r.data + last * r.row_stride, r.data);
    }

    model_type model_;
    thread_pool* pool_;
    bool frozen_;
    workspace<Exe, T> work_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
