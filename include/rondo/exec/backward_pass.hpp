#pragma once
/// @file
/// Runs a model backwards over chunks of time, from the values that a forward pass has saved.
///
/// A backward pass has memory for adjoints and the arithmetic. In which order chunks are run, and which
/// adjoints a chunk starts from, is up to its user.

#include <rondo/exec/forward_pass.hpp>
#include <rondo/exec/run_schedule.hpp>
#include <rondo/exec/stage_selection.hpp>
#include <rondo/exec/state_view.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/model/model_reference.hpp>
#include <rondo/model/parameters.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/time/chunk.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Runs a model backwards. Adjoints and temporaries are those of one chunk at a time.
template <class Cell, class T, class... Fixed>
class backward_pass {
   public:
    using forward_type = forward_pass<forward_exe<Cell>, T, Fixed...>;  ///< whose values it reads
    using inputs = step_inputs_of<Cell>;                                ///< the inputs of the step
    using outputs = step_outputs_of<Cell>;                              ///< the outputs of the step

    /// Computes the @p wanted gradients, and skips the work and the memory of the others.
    explicit backward_pass(wanted_gradients wanted = {}) : wanted_(wanted) {}

    /// Allocates memory, packs the weights and binds the values that @p forward has saved. The model, the
    /// thread pool and the frozen parameters are those of @p forward, which must outlive run() and must
    /// neither move nor reserve more rows until then. Gradients are added to @p gradients, if they are
    /// wanted.
    void prepare(forward_type& forward, row_counts const& rows, parameters<Cell, T>& gradients)
    {
        model_ = &forward.model();
        pool_ = forward.pool();
        work_.resize(model_->bound(), wanted_rows(rows, wanted_), wanted_threads(threads_of(pool_), wanted_));
        work_.pack(model_->bound(), model_->parameters(), forward.frozen(), selected());
        for (std::size_t i = 0; i < gradients.count; ++i) {
            work_.ctx.gradients[i] = gradients.entries(i).data();
        }
        unwanted_.reserve(unwanted_entries(model_->bound(), rows, wanted_));
        unwanted_rows_ = rows.span;
        share_saved_values(forward);
    }
    /// The bytes that prepare() allocates for a new object.
    template <class Sizes>
    static constexpr std::size_t bytes(Sizes const& sizes, row_counts const& rows, std::ptrdiff_t threads,
                                       wanted_gradients wanted)
    {
        return workspace<exe, T>::bytes(sizes, wanted_rows(rows, wanted), wanted_threads(threads, wanted),
                                        stage_selection<exe>(wanted)) +
               sizeof(T) * static_cast<std::size_t>(unwanted_entries(sizes, rows, wanted));
    }
    /// Sets the caller's rows for run(): the inputs, the gradients of the outputs, and where the gradients of
    /// the inputs go, which are read for those that are wanted.
    void bind(pointers_of<inputs, T const> const& given,
              pointers_of<outputs, T const> const& output_gradients,
              pointers_of<inputs, T> const& input_gradients)
    {
        auto const& sizes = model_->bound();
        work_.template bind_sequences<inputs>(storage::input, given, sizes);
        work_.template bind_sequences<outputs>(storage::output_adjoint, output_gradients, sizes);
        pointers_of<inputs, T> gradients = input_gradients;
        std::ptrdiff_t entries = 0;
        for (std::size_t k = 0; k < inputs::count; ++k) {
            if (!wanted_.input.has(k)) {
                bool const is_written = stage_selection<exe>::writes_unwanted(k, wanted_);
                gradients[k] = is_written ? unwanted_.data() + entries : nullptr;
                entries += is_written ? unwanted_rows_ * features_of<inputs>(sizes, k) : 0;
            }
        }
        work_.template bind_sequences<inputs>(storage::input_gradient, gradients, sizes);
    }
    /// Sets the rows of the per-sequence values for run(), and those to which it adds their gradients.
    template <class Prologue>
    void bind_prologue([[maybe_unused]] Prologue& prologue)
    {
        if constexpr (has_per_sequence_values<exe>) {
            work_.for_each_array(storage::per_sequence,
                                 [&](array a, rows_of<T>& r) { r = prologue.value(a.index); });
            for (std::size_t k = 0; k < work_.ctx.per_sequence_gradients.size(); ++k) {
                work_.ctx.per_sequence_gradients[k] = prologue.gradient(static_cast<int>(k));
            }
        }
    }
    /// The gradients that it computes.
    [[nodiscard]] wanted_gradients wanted() const noexcept { return wanted_; }
    /// Whether run() writes the gradient of input @p k, if it is wanted; it is zero otherwise.
    static constexpr bool writes_input_gradient(std::size_t k)
    {
        auto const& arrays = schedule_tables<backward_exe<Cell>>::arrays;
        return std::any_of(arrays.begin(), arrays.end(), [k](array a) {
            return a.kind == storage::input_gradient && std::cmp_equal(a.index, k);
        });
    }

    /// Runs back over @p c from the adjoints at its end; afterwards those at its beginning are in the rows
    /// from 0 on. If the chunk is part of an accumulation group, its temporaries begin at row @p offset of
    /// the group.
    void run(chunk const& c, std::ptrdiff_t offset = 0)
    {
        if constexpr (has_per_sequence_values<exe>) {
            work_.ctx.batch = c.batch;
        }
        work_.ctx.updates_in_place = true;
        work_.set_offsets({{storage::span, offset},
                           {storage::carried_in, c.batch, c.batch},
                           {storage::carried_out, 0},
                           {storage::saved, c.saved_row},
                           {storage::old_state, c.state_row, c.history_row},
                           {storage::new_state, c.state_row + c.batch, c.history_row + c.batch},
                           {storage::input, c.data_row},
                           {storage::output_adjoint, c.data_row}});
        work_.for_each_array(storage::input_gradient, [&](array a, rows_of<T>& r) {
            r.first_row = wanted_.input.has(static_cast<std::size_t>(a.index)) ? -c.data_row : 0;
        });
        run_schedule<exe, true>(work_.ctx, model_->bound(), {.begin = 0, .end = c.steps, .batch = c.batch},
                                pool_, selected());
    }
    /// Accumulates the gradients of the parameters, if they are wanted, over the chunk that was run last.
    void accumulate_gradients(chunk const& c)
    {
        if (wanted_.parameters) {
            exec_internal::accumulate_gradients<exe>(work_.ctx, model_->bound(), c.rows(),
                                                     work_.scratch.data(), pool_);
        }
    }
    /// Copies the rows of @p c, which was run last, that accumulate_group() reads to row @p offset of the
    /// group.
    void add_to_group(chunk const& c, std::ptrdiff_t offset)
    {
        if (wanted_.parameters) {
            work_.copy_to_group(offset, c.rows());
        }
    }
    /// Accumulates the gradients of the parameters, if they are wanted, over the @p rows rows of a group. Its
    /// first chunk must be the one that was run last.
    void accumulate_group(std::ptrdiff_t rows)
    {
        if (wanted_.parameters) {
            exec_internal::accumulate_gradients<exe>(work_.group_context(), model_->bound(), rows,
                                                     work_.scratch.data(), pool_);
        }
    }

    /// The adjoints of the states that a chunk of @p batch sequences, which was run last, begins with.
    state_view<Cell, T> initial_adjoints(std::ptrdiff_t batch)
    {
        return states_of_workspace<Cell>(work_, {.first = 0, .history = 0, .batch = batch});
    }
    /// Where to put the adjoints of the states that @p c ends with, before run().
    state_view<Cell, T> final_adjoints(chunk const& c)
    {
        return updated_in_place<exe>(
            states_of_workspace<Cell>(work_, {.first = c.rows(), .history = 0, .batch = c.batch}));
    }

   private:
    using exe = backward_exe<Cell>;

    /// @p rows without the copies for the gradients of the parameters, if these are not wanted.
    static constexpr row_counts wanted_rows(row_counts rows, wanted_gradients wanted) noexcept
    {
        rows.group = wanted.parameters ? rows.group : 0;
        return rows;
    }
    /// The threads that need scratch memory for the gradients of the parameters.
    static constexpr std::ptrdiff_t wanted_threads(std::ptrdiff_t threads, wanted_gradients wanted) noexcept
    {
        return wanted.parameters ? threads : 0;
    }
    /// How many entries are needed for unwanted gradients of the inputs: those of one chunk for each that a
    /// stage writes which is executed for other results.
    template <class Sizes>
    static constexpr std::ptrdiff_t unwanted_entries(Sizes const& sizes, row_counts const& rows,
                                                     wanted_gradients wanted)
    {
        std::ptrdiff_t entries = 0;
        for (std::size_t k = 0; k < inputs::count; ++k) {
            if (stage_selection<exe>::writes_unwanted(k, wanted)) {
                entries += rows.span * features_of<inputs>(sizes, k);
            }
        }
        return entries;
    }
    [[nodiscard]] stage_selection<exe> selected() const noexcept { return stage_selection<exe>(wanted_); }

    /// Points the arrays of saved values and states at the memory of the forward pass.
    void share_saved_values(forward_type& forward)
    {
        auto const share_arrays = [&](storage here, storage there) {
            work_.for_each_array(here,
                                 [&](array a, rows_of<T>& r) { r = forward.saved_array(there, a.index); });
        };
        share_arrays(storage::saved, storage::saved);
        share_arrays(storage::old_state, storage::carried_out);
        share_arrays(storage::new_state, storage::carried_out);
    }

    model_reference<Cell, T, Fixed...> const* model_ = nullptr;  // of the forward pass
    thread_pool* pool_ = nullptr;
    wanted_gradients wanted_;
    workspace<exe, T> work_;
    grow_only_buffer<T> unwanted_;  // see unwanted_entries()
    std::ptrdiff_t unwanted_rows_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
