#pragma once
/// @file
/// Runs a model forwards over stretches of time.

#include <rondo/exec/state_view.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/time/chunk.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// @p rows with no more temporaries than that takes, where they would be those of whole stretches.
constexpr row_counts counts_forward(row_counts rows, std::ptrdiff_t threads) noexcept
{
    rows.span = std::min(rows.span, std::max(blocking::forward_rows(threads), rows.step));
    return rows;
}

/// A model with room for stretches of time, run by @p Exe, one of its forward steps. Everything is
/// referred to by rows, see stretch; one chunk at a time has temporaries.
template <class Exe, class T, class... Fixed>
class forward_pass {
   public:
    using cell_type = typename Exe::cell_type;         ///< whose step is run
    using model_type = model<cell_type, T, Fixed...>;  ///< what it runs

    /// Refers to @p m and @p pool (null for the calling thread alone), which must outlive it. Whether the
    /// parameters are @p frozen, see run_options.
    forward_pass(model_type const& m, thread_pool* pool, bool frozen)
        : model_(&m), pool_(pool), frozen_(frozen)
    {
    }

    /// The model.
    [[nodiscard]] model_type const& unrolled() const noexcept { return *model_; }
    /// Who works on it; null for the calling thread.
    [[nodiscard]] thread_pool* pool() const noexcept { return pool_; }
    /// Whether the parameters stay, see run_options.
    [[nodiscard]] bool frozen() const noexcept { return frozen_; }
    /// The model's sizes.
    [[nodiscard]] auto const& bound() const noexcept { return model_->bound(); }

    /// Makes room for rows of states and remembered values; what is there stays.
    void reserve(row_counts const& rows) { forward_.resize(bound(), rows, 0); }
    /// The same, and takes up the parameters: what forward() needs for stretches of up to `rows.span` rows,
    /// up to `rows.step` of them in a step.
    void prepare_forward(row_counts const& rows)
    {
        reserve(counts_forward(rows, threads_of(pool_)));
        pack(forward_);
    }
    /// Rows of the caller's for forward(): the input, and where the output goes.
    void bind_forward(T const* input, T* output)
    {
        auto const& shapes = compiled<cell_type>::shapes;
        point(forward_, storage::input, const_cast<T*>(input), shapes.input.rows);  // only read
        point(forward_, storage::output, output, shapes.output.rows);
    }
    /// Runs over @p s, whose first states must be there.
    void forward(chunk const& s)
    {
        std::ptrdiff_t const at_once =
            has_nothing_but_a_loop ? s.steps : steps_of_rows(blocking::forward_rows(threads_of(pool_)), s);
        for (std::ptrdiff_t first = 0; first < s.steps; first += at_once) {
            chunk const part = s.part(first, std::min(at_once, s.steps - first));
            forward_.begin_at({{storage::carried_in, part.state_row},
                               {storage::carried_out, part.state_row + part.batch},
                               {storage::saved, part.saved_row},
                               {storage::input, part.data_row},
                               {storage::output, part.data_row}});
            execute<Exe, false>(forward_.ctx, bound(), {0, part.steps, part.batch}, pool_);
        }
    }
    /// The states from row @p first on.
    state_view<cell_type, T> states_at(std::ptrdiff_t first)
    {
        return states_of_workspace<cell_type>(forward_, first);
    }

   protected:
    /// Whether there are no time-parallel stages.
    static constexpr bool has_nothing_but_a_loop = [] {
        auto const& stages = schedule_tables<Exe>::stages;
        return std::all_of(stages.begin(), stages.end(),
                           [&](stage const& s) { return s.where.is_loop && s.where == stages[0].where; });
    }();

    /// Lets an array of a workspace be rows of the caller's.
    template <class Workspace>
    void point(Workspace& w, storage kind, T* data, dimension_id dim)
    {
        if (rows_of<T>* const rows = w.find(kind, 0)) {
            *rows = {data, bound()[dim], 0};
        }
    }

    /// Takes up the parameters as they are, unless they are frozen and that has been done.
    template <class Workspace>
    void pack(Workspace& w)
    {
        if (!frozen_ || !w.has_panels()) {
            w.pack(bound(), model_->parameters());
        }
    }

    model_type const* model_;    ///< what it runs
    thread_pool* pool_;          ///< null for the calling thread
    bool frozen_;                ///< whether the parameters stay
    workspace<Exe, T> forward_;  ///< its memory
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
