#pragma once
/// @file
/// Runs the prologue of a cell: what is computed once for each sequence, before its first step.
///
/// A prologue is a step without states. Its rows are the sequences of a batch, in the order in which a run
/// takes them. Its results are the per-sequence values and the states of start(), and the adjoints of these
/// are what the backward steps have added up over time.

#include <rondo/exec/run_schedule.hpp>
#include <rondo/exec/stage_selection.hpp>
#include <rondo/exec/state_view.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/model/step_sequences.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <span>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Runs the prologue of @p Cell forwards and backwards. A cell without one has an empty pass.
template <class Cell, class T, bool Exists = compiled<Cell>::has_prologue>
class prologue_pass {
   public:
    /// The bytes that it allocates: none.
    template <class Sizes>
    static constexpr std::size_t forward_bytes(Sizes const&, std::ptrdiff_t)
    {
        return 0;
    }
    /// The bytes of a forward and a backward run: none.
    template <class Sizes>
    static constexpr std::size_t bytes(Sizes const&, std::ptrdiff_t, std::ptrdiff_t, wanted_gradients)
    {
        return 0;
    }
};

template <class Cell, class T>
class prologue_pass<Cell, T, true> {
   public:
    using inputs = step_inputs_of<Cell>;  ///< of the step; the prologue reads those that are per-sequence
    static constexpr std::size_t values = compiled<Cell>::per_sequence_values;  ///< that the step reads
    static constexpr std::size_t results =
        compiled<Cell>::separated.prologue.results.size();  ///< of a sequence: values, then states of start()

    /// Allocates the memory for @p batch sequences.
    template <class Sizes, class Parameters>
    void prepare(Sizes const& sizes, Parameters const& p, std::ptrdiff_t batch, wanted_gradients wanted,
                 thread_pool* pool, bool frozen)
    {
        batch_ = batch;
        forward_.resize(sizes, rows(batch), 0);
        forward_.pack(sizes, p, frozen);
        set_rows(values_, found_, sizes);
        set_rows(adjoints_, adjoint_, sizes);
        prepare_backward(sizes, p, wanted, pool, frozen);
    }
    /// Computes the results for @p batch sequences with the inputs @p given, each (batch, features).
    template <class Sizes, class Parameters>
    void forward(Sizes const& sizes, Parameters const& p, per_sequence_pointers<inputs, T const> const& given,
                 std::ptrdiff_t batch, thread_pool* pool, bool frozen)
    {
        batch_ = batch;
        given_ = given;
        forward_.resize(sizes, rows(batch), 0);
        forward_.pack(sizes, p, frozen);
        bind_inputs(forward_, sizes);
        set_rows(values_, found_, sizes);
        for (std::size_t k = 0; k < results; ++k) {
            forward_.bind_array(storage::output, k, found_[k].data, found_[k].row_stride);
        }
        run_schedule<forward_type, false>(forward_.ctx, sizes, {.begin = 0, .end = 1, .batch = batch}, pool);
    }
    /// The rows of per-sequence value @p k.
    [[nodiscard]] rows_of<T> value(int k) const { return found_[static_cast<std::size_t>(k)]; }
    /// Lets sequences begin with the states of start().
    void load_start_states(state_view<Cell, T> const& to) const
    {
        for (std::ptrdiff_t r = 0; r < batch_; ++r) {
            load_start_state(r, to, r);
        }
    }
    /// Lets sequence @p b of a view begin with the states of start() in row @p r. A state that is carried
    /// over several steps has the value of start() in all of them.
    void load_start_state(std::ptrdiff_t r, state_view<Cell, T> const& to, std::ptrdiff_t b) const
    {
        for (std::size_t k = 0; k + values < results; ++k) {
            rows_of<T> const& from = found_[values + k];
            for (std::ptrdiff_t j = 0; j < delay_of_state<Cell>(k); ++j) {
                std::copy_n(from.row(r), from.row_stride, to[k].row(j * to.batch + b));
            }
        }
    }

    /// Sets the adjoints of all results to zero, after forward().
    template <class Sizes>
    void start_backward(Sizes const& sizes)
    {
        set_rows(adjoints_, adjoint_, sizes);
        std::fill_n(adjoints_.data(), entries(sizes, batch_), T(0));
    }
    /// The rows of the adjoint of per-sequence value @p k, to which backward steps add.
    [[nodiscard]] rows_of<T> gradient(int k) const { return adjoint_[static_cast<std::size_t>(k)]; }
    /// Adds the adjoints of the states that the sequences begin with to those of start().
    void add_start_gradients(state_view<Cell, T> const& from)
    {
        for (std::ptrdiff_t r = 0; r < batch_; ++r) {
            add_start_gradient(from, r, r);
        }
    }
    /// Adds the adjoints of the states of sequence @p b of a view to those of start() in row @p r.
    void add_start_gradient(state_view<Cell, T> const& from, std::ptrdiff_t b, std::ptrdiff_t r)
    {
        for (std::size_t k = 0; k + values < results; ++k) {
            rows_of<T> const& to = adjoint_[values + k];
            for (std::ptrdiff_t j = 0; j < delay_of_state<Cell>(k); ++j) {
                T const* const row = from[k].row(j * from.batch + b);
                std::transform(row, row + to.row_stride, to.row(r), to.row(r), std::plus<>());
            }
        }
    }

    /// Goes back from the adjoints of the results: adds to the gradients of the parameters @p g, and computes
    /// input_gradient(), as far as they are @p wanted.
    template <class Sizes, class Parameters, class Gradients>
    void backward(Sizes const& sizes, Parameters const& p, Gradients& g, wanted_gradients wanted,
                  thread_pool* pool, bool frozen)
    {
        auto const selected = selection(wanted);
        prepare_backward(sizes, p, wanted, pool, frozen);
        for (std::size_t i = 0; i < g.count; ++i) {
            backward_.ctx.gradients[i] = g.entries(i).data();
        }
        bind_inputs(backward_, sizes);
        backward_.for_each_array(
            storage::saved, [&](array a, rows_of<T>& r) { r = forward_.array_of(storage::saved, a.index); });
        for (std::size_t k = 0; k < results; ++k) {
            backward_.bind_array(storage::output_adjoint, k, adjoint_[k].data, adjoint_[k].row_stride);
        }
        T* to = input_gradients_.data();
        std::fill_n(to, batch_ * all_features_per_sequence<inputs>(sizes),
                    T(0));  // of inputs that are not used
        for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
            input_gradient_[k] = to;
            backward_.bind_array(storage::input_gradient, k, to, features_of_per_sequence<inputs>(sizes, k));
            to += batch_ * features_of_per_sequence<inputs>(sizes, k);
        }
        run_schedule<backward_type, true>(backward_.ctx, sizes, {.begin = 0, .end = 1, .batch = batch_}, pool,
                                          selected);
        if (wanted.parameters) {
            accumulate_gradients<backward_type>(backward_.ctx, sizes, batch_, backward_.scratch.data(), pool);
        }
    }
    /// The gradient of per-sequence input @p k, (batch, features), after backward().
    [[nodiscard]] T const* input_gradient(std::size_t k) const { return input_gradient_[k]; }

    /// The bytes that forward() allocates for @p batch sequences.
    template <class Sizes>
    static constexpr std::size_t forward_bytes(Sizes const& sizes, std::ptrdiff_t batch)
    {
        return workspace<forward_type, T>::bytes(sizes, rows(batch), 0) +
               sizeof(T) * static_cast<std::size_t>(entries(sizes, batch));
    }
    /// The bytes that forward() and backward() allocate for @p batch sequences.
    template <class Sizes>
    static constexpr std::size_t bytes(Sizes const& sizes, std::ptrdiff_t batch, std::ptrdiff_t threads,
                                       wanted_gradients wanted)
    {
        return forward_bytes(sizes, batch) +
               workspace<backward_type, T>::bytes(sizes, rows(batch), wanted.parameters ? threads : 0,
                                                  selection(wanted)) +
               sizeof(T) * static_cast<std::size_t>(entries(sizes, batch) +
                                                    batch * all_features_per_sequence<inputs>(sizes));
    }

   private:
    using forward_type = forward_exe<prologue_of<Cell>>;
    using backward_type = backward_exe<prologue_of<Cell>>;
    using all_rows = std::array<rows_of<T>, results>;

    static constexpr row_counts rows(std::ptrdiff_t batch) noexcept
    {
        return {.states = 0, .saved = batch, .span = batch, .step = batch, .group = 0};
    }
    /// The stages of the backward prologue that compute the @p wanted gradients.
    static constexpr stage_selection<backward_type> selection(wanted_gradients wanted) noexcept
    {
        input_set of_prologue = false;
        for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
            if (wanted.input.has(inputs::count + k)) {
                of_prologue.insert(k);
            }
        }
        wanted.input = of_prologue;
        return stage_selection<backward_type>(wanted);
    }
    /// The shape of each result.
    static constexpr std::array<extents, results> shapes = [] {
        std::array<extents, results> of{};
        program const& p = compiled<Cell>::separated.prologue;
        for (program_result const& r : p.results) {
            of[static_cast<std::size_t>(r.index)] = p.nodes[r.value].shape;
        }
        return of;
    }();
    /// The entries of result @p k for all sequences, up to the end of a cache line.
    template <class Sizes>
    static constexpr std::ptrdiff_t entries_of(Sizes const& sizes, std::size_t k, std::ptrdiff_t batch)
    {
        std::ptrdiff_t const all = batch * workspace<forward_type, T>::row_stride(sizes, shapes[k]);
        return (all + cache_line<T> - 1) / cache_line<T> * cache_line<T>;
    }
    template <class Sizes>
    static constexpr std::ptrdiff_t entries(Sizes const& sizes, std::ptrdiff_t batch)
    {
        std::ptrdiff_t sum = 0;
        for (std::size_t k = 0; k < results; ++k) {
            sum += entries_of(sizes, k, batch);
        }
        return sum;
    }
    /// Makes room for all results in @p memory, and points @p to at the rows of each.
    template <class Sizes>
    void set_rows(grow_only_buffer<T>& memory, all_rows& to, Sizes const& sizes)
    {
        T* first = memory.reserve(entries(sizes, batch_));
        for (std::size_t k = 0; k < results; ++k) {
            to[k] = {first, workspace<forward_type, T>::row_stride(sizes, shapes[k]), 0};
            first += entries_of(sizes, k, batch_);
        }
    }
    /// Allocates the memory of backward().
    template <class Sizes, class Parameters>
    void prepare_backward(Sizes const& sizes, Parameters const& p, wanted_gradients wanted, thread_pool* pool,
                          bool frozen)
    {
        backward_.resize(sizes, rows(batch_), wanted.parameters ? threads_of(pool) : 0);
        backward_.pack(sizes, p, frozen, selection(wanted));
        input_gradients_.reserve(batch_ * all_features_per_sequence<inputs>(sizes));
    }
    template <class Workspace, class Sizes>
    void bind_inputs(Workspace& work, Sizes const& sizes)
    {
        for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
            work.bind_array(storage::input, k, given_[k], features_of_per_sequence<inputs>(sizes, k));
        }
    }
    workspace<forward_type, T> forward_;
    workspace<backward_type, T> backward_;
    grow_only_buffer<T> values_;
    grow_only_buffer<T> adjoints_;
    grow_only_buffer<T> input_gradients_;
    all_rows found_{};
    all_rows adjoint_{};
    per_sequence_pointers<inputs, T const> given_{};
    per_sequence_pointers<inputs, T> input_gradient_{};
    std::ptrdiff_t batch_ = 0;
};

/// Stores the gradients of the per-sequence inputs of @p batch sequences, each (batch, features), in the
/// caller's order.
template <class Cell, class T, class Sizes>
void store_per_sequence([[maybe_unused]] prologue_pass<Cell, T> const& from,
                        [[maybe_unused]] Sizes const& sizes, [[maybe_unused]] std::ptrdiff_t batch,
                        [[maybe_unused]] std::span<std::ptrdiff_t const> sorted_indices,
                        [[maybe_unused]] input_set wanted, [[maybe_unused]] inputs_of<Cell, T>& to)
{
    using inputs = step_inputs_of<Cell>;
    if constexpr (inputs::per_sequence_count > 0) {
        for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
            if (!wanted.has(inputs::count + k)) {
                continue;
            }
            std::ptrdiff_t const features = features_of_per_sequence<inputs>(sizes, k);
            auto& all = to.per_sequence(k);
            resize_array(all, {{batch}, sizes, shape_in_arrays(inputs::per_sequence_list[k])});
            for (std::ptrdiff_t r = 0; r < batch; ++r) {
                std::copy_n(from.input_gradient(k) + r * features, features,
                            all.data() + original_index(sorted_indices, r) * features);
            }
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
