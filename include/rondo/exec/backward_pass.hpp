#pragma once
/// @file
/// Runs a model over stretches of time, forwards and backwards.
///
/// It has the memory and the arithmetic, and no opinion: which stretches there are, which of them
/// are kept for the gradient, and what becomes of states between them is for its user to say.

#include <rondo/exec/forward_pass.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A forward run that leaves what it takes to go back, and goes back. One chunk at a time has
/// adjoints.
template <class Cell, class T, class... Fixed>
class backward_pass : public forward_pass<forward_exe<Cell>, T, Fixed...> {
    using forwards = forward_pass<forward_exe<Cell>, T, Fixed...>;
    using forwards::forward_;
    using forwards::pack;
    using forwards::pool_;

   public:
    using forwards::bound;
    using forwards::forwards;

    /// Moves @p count rows of remembered values, from row @p first on, to the beginning.
    void move_saved_values(std::ptrdiff_t first, std::ptrdiff_t count)
    {
        move_to_front(storage::saved, first, count);
    }
    /// Moves @p count rows of states, from row @p first on, to the beginning.
    void move_states(std::ptrdiff_t first, std::ptrdiff_t count)
    {
        move_to_front(storage::carried_out, first, count);
    }

    /// Takes up the parameters, and makes room to run backwards. forward() must have
    /// run: its states and remembered values are read. Gradients are added to @p gradients.
    void prepare_backward(row_counts const& rows, parameters<Cell, T>& gradients)
    {
        backward_.resize(bound(), rows, threads_of(pool_));
        pack(backward_);
        for (std::size_t i = 0; i < gradients.count; ++i) {
            backward_.ctx.gradients[i] = gradients.entries(i).data();
        }
        borrow();
    }
    /// Rows of the caller's for backward(): the input, the gradient of the output, and where that
    /// of the input goes.
    void bind_backward(T const* input, T const* output_gradient, T* input_gradient)
    {
        auto const& shapes = compiled<Cell>::shapes;
        point(backward_, storage::input, const_cast<T*>(input), shapes.input.rows);  // only read
        point(backward_, storage::output_adjoint, const_cast<T*>(output_gradient), shapes.output.rows);
        point(backward_, storage::input_gradient, input_gradient, shapes.input.rows);
    }
    /// Whether the gradient of the input is not simply zero.
    [[nodiscard]] bool writes_input_gradient()
    {
        return backward_.find(storage::input_gradient, 0) != nullptr;
    }
    /// Runs back over @p s from adjoints at its end; those at its beginning are there afterwards. Of
    /// several stretches whose gradients are to be added up together, it is the one with temporaries from
    /// row @p first on.
    void backward(chunk const& s, std::ptrdiff_t first = 0)
    {
        backward_.begin_at({{storage::span, first},
                            {storage::carried_in, s.batch},
                            {storage::carried_out, 0},
                            {storage::saved, s.saved_row},
                            {storage::old_state, s.state_row},
                            {storage::new_state, s.state_row + s.batch},
                            {storage::input, s.data_row},
                            {storage::output_adjoint, s.data_row},
                            {storage::input_gradient, s.data_row}});
        execute<backward_exe<Cell>, true>(backward_.ctx, bound(), {0, s.steps, s.batch}, pool_);
    }
    /// Adds up the gradients of the chunk last run back.
    void accumulate_gradients(chunk const& s)
    {
        exec_internal::accumulate_gradients<backward_exe<Cell>>(backward_.ctx, bound(), s.rows(),
                                                                backward_.scratch.data(), pool_);
    }
    /// Keeps what accumulate_gathered_gradients() needs of @p s, after backward().
    void gather(chunk const& s, std::ptrdiff_t first) { backward_.gather(first, s.rows()); }
    /// Adds up the gradients of stretches of @p rows rows that have been gathered, the first of
    /// which must be the one last run back.
    void accumulate_gathered_gradients(std::ptrdiff_t rows)
    {
        exec_internal::accumulate_gradients<backward_exe<Cell>>(backward_.gathered(), bound(), rows,
                                                                backward_.scratch.data(), pool_);
    }
    /// The adjoints of the states that the chunk last run back began with.
    state_view<Cell, T> adjoints_at_begin() { return states_of_workspace<Cell>(backward_, 0); }
    /// The place for adjoints of the states that @p s ends with.
    state_view<Cell, T> adjoints_at_end(chunk const& s)
    {
        return states_of_workspace<Cell>(backward_, s.rows());
    }

   private:
    using forwards::point;

    void move_to_front(storage kind, std::ptrdiff_t first, std::ptrdiff_t count)
    {
        forward_.for_each(kind, [&](array, rows_of<T>& r) {
            T* const from = r.data + first * r.row_stride;
            std::copy(from, from + count * r.row_stride, r.data);
        });
    }
    /// Lets the backward step read what the forward step left.
    void borrow()
    {
        using read_and_left = std::pair<storage, storage>;
        for (auto const& [read, left] : {read_and_left{storage::saved, storage::saved},
                                         read_and_left{storage::old_state, storage::carried_out},
                                         read_and_left{storage::new_state, storage::carried_out}}) {
            backward_.for_each(
                read, [&, from = left](array a, rows_of<T>& r) { r = *forward_.find(from, a.index); });
        }
    }

    workspace<backward_exe<Cell>, T> backward_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
