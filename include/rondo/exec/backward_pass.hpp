#pragma once
/// @file
/// Runs a model backwards over chunks of time, from the values that a forward pass has saved.
///
/// A backward pass has memory for adjoints and the arithmetic. In which order chunks are run, and which
/// adjoints a chunk starts from, is up to its user.

#include <rondo/exec/forward_pass.hpp>
#include <rondo/exec/run_schedule.hpp>
#include <rondo/exec/state_view.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/model/model_reference.hpp>
#include <rondo/model/parameters.hpp>
#include <rondo/time/chunk.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Runs a model backwards. Adjoints and temporaries are those of one chunk at a time.
template <class Cell, class T, class... Fixed>
class backward_pass {
   public:
    using forward_type = forward_pass<forward_exe<Cell>, T, Fixed...>;  ///< whose values it reads

    /// Allocates memory, packs the weights and binds the values that @p forward has saved. The model, the
    /// thread pool and the frozen parameters are those of @p forward, which must outlive run() and must
    /// neither move nor reserve more rows until then. Gradients are added to @p gradients.
    void prepare(forward_type& forward, row_counts const& rows, parameters<Cell, T>& gradients)
    {
        model_ = &forward.model();
        pool_ = forward.pool();
        work_.resize(model_->bound(), rows, threads_of(pool_));
        work_.pack(model_->bound(), model_->parameters(), forward.frozen());
        for (std::size_t i = 0; i < gradients.count; ++i) {
            work_.ctx.gradients[i] = gradients.entries(i).data();
        }
        share_saved_values(forward);
    }
    /// Sets the caller's rows for run(): the input, the gradient of the output, and where the gradient of the
    /// input goes.
    void bind(T const* input, T const* output_gradient, T* input_gradient)
    {
        auto const& shapes = compiled<Cell>::shapes;
        std::ptrdiff_t const inputs = model_->bound()[shapes.input.rows];
        work_.bind_array(storage::input, input, inputs);
        work_.bind_array(storage::output_adjoint, output_gradient, model_->bound()[shapes.output.rows]);
        work_.bind_array(storage::input_gradient, input_gradient, inputs);
    }
    /// Whether run() writes the gradient of the input, which is zero otherwise.
    static constexpr bool writes_input_gradient = [] {
        auto const& arrays = schedule_tables<backward_exe<Cell>>::arrays;
        return std::any_of(arrays.begin(), arrays.end(),
                           [](array a) { return a.kind == storage::input_gradient; });
    }();

    /// Runs back over @p c from the adjoints at its end; afterwards those at its beginning are in row 0. If
    /// the chunk is part of an accumulation group, its temporaries begin at row @p offset of the group.
    void run(chunk const& c, std::ptrdiff_t offset = 0)
    {
        work_.set_offsets({{storage::span, offset},
                           {storage::carried_in, c.batch},
                           {storage::carried_out, 0},
                           {storage::saved, c.saved_row},
                           {storage::old_state, c.state_row},
                           {storage::new_state, c.state_row + c.batch},
                           {storage::input, c.data_row},
                           {storage::output_adjoint, c.data_row},
                           {storage::input_gradient, c.data_row}});
        run_schedule<backward_exe<Cell>, true>(work_.ctx, model_->bound(),
                                               {.begin = 0, .end = c.steps, .batch = c.batch}, pool_);
    }
    /// Accumulates the gradients of the parameters over the chunk that was run last.
    void accumulate_gradients(chunk const& c)
    {
        exec_internal::accumulate_gradients<backward_exe<Cell>>(work_.ctx, model_->bound(), c.rows(),
                                                                work_.scratch.data(), pool_);
    }
    /// Copies the rows of @p c, which was run last, that accumulate_group() reads to row @p offset of the
    /// group.
    void add_to_group(chunk const& c, std::ptrdiff_t offset) { work_.copy_to_group(offset, c.rows()); }
    /// Accumulates the gradients of the parameters over the @p rows rows of a group. Its first chunk must be
    /// the one that was run last.
    void accumulate_group(std::ptrdiff_t rows)
    {
        exec_internal::accumulate_gradients<backward_exe<Cell>>(work_.group_context(), model_->bound(), rows,
                                                                work_.scratch.data(), pool_);
    }

    /// The adjoints of the states that the chunk that was run last begins with.
    state_view<Cell, T> initial_adjoints() { return states_of_workspace<Cell>(work_, 0); }
    /// Where to put the adjoints of the states that @p c ends with, before run().
    state_view<Cell, T> final_adjoints(chunk const& c) { return states_of_workspace<Cell>(work_, c.rows()); }

   private:
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
    workspace<backward_exe<Cell>, T> work_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
