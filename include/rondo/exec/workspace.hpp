#pragma once
/// @file
/// The memory behind a schedule's arrays.

#include <rondo/exec/in_place_states.hpp>
#include <rondo/exec/packing.hpp>
#include <rondo/exec/stage_selection.hpp>
#include <rondo/kernel/blocking.hpp>
#include <rondo/kernel/context.hpp>
#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/kernel/weight_gradient_stage.hpp>
#include <rondo/model/named_states.hpp>
#include <rondo/model/parameters.hpp>
#include <rondo/model/require_constants.hpp>
#include <rondo/model/step_sequences.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <limits>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The numbers of rows of a workspace's arrays, by their contents.
struct row_counts {
    std::ptrdiff_t states = 0;     ///< states that are carried over one step, or their adjoints
    std::ptrdiff_t histories = 0;  ///< rows of states for every further step that they are carried over
    std::ptrdiff_t saved = 0;      ///< values saved for the backward step; forwards only
    std::ptrdiff_t span = 0;       ///< temporaries of a span of time steps
    std::ptrdiff_t step = 0;       ///< temporaries of a time step
    std::ptrdiff_t group = 0;      ///< copies of states and adjoints of an accumulation group; backwards only
};

/// The row that the stages count as row 0 of the arrays of a kind.
struct array_offset {
    storage kind;                ///< of the arrays
    std::ptrdiff_t row;          ///< counted from the beginning of their memory
    std::ptrdiff_t history = 0;  ///< of states: added for every further step that a state is carried over
};

/// The memory of a schedule: its arrays, the packed weights and scratch memory.
template <class Exe, class T>
class workspace {
   public:
    /// The context of the stages. Arrays of the caller are bound by bind_array().
    context<Exe, T> ctx{};
    /// Scratch memory of the weight gradients.
    grow_only_buffer<T> scratch;

    /// Makes room for so many rows, and for the scratch memory of @p threads threads: 0 for a schedule
    /// without gradients. Rows that are there stay.
    template <class Sizes>
    void resize(Sizes const& sizes, row_counts const& rows, std::ptrdiff_t threads)
    {
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            std::ptrdiff_t const stride = row_stride(sizes, arrays[a].shape);
            if (is_owned(arrays[a])) {
                bool const is_kept = arrays[a].kind == storage::kept;
                ctx.arrays[a] = {memory_[a].reserve(rows_in(arrays[a], rows) * stride), is_kept ? 0 : stride,
                                 0};
            }
            if (is_grouped(a)) {
                group_[a].reserve(rows.group * stride);
            }
        }
        // The states that a step finds are those that the step before it left.
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            if (arrays[a].kind == storage::carried_in) {
                array const out{storage::carried_out, arrays[a].index, arrays[a].shape};
                ctx.arrays[a] = ctx.arrays[static_cast<std::size_t>(
                    std::find(arrays.begin(), arrays.end(), out) - arrays.begin())];
            }
        }
        if (threads > 0) {
            scratch.reserve(threads * weight_gradient_scratch<Exe, T>(sizes));
        }
        ctx.policy =
            cache_policy(panel_bytes(sizes), bytes(sizes, {.saved = rows.saved}, 0) - panel_bytes(sizes));
    }

    /// The bytes that an empty workspace allocates in resize() and pack().
    template <class Sizes>
    static constexpr std::size_t bytes(Sizes const& sizes, row_counts const& rows, std::ptrdiff_t threads,
                                       stage_selection<Exe> selected = {})
    {
        std::ptrdiff_t entries = threads * weight_gradient_scratch<Exe, T>(sizes);
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            std::ptrdiff_t const stride = row_stride(sizes, arrays[a].shape);
            entries += is_owned(arrays[a]) ? rows_in(arrays[a], rows) * stride : 0;
            entries += is_grouped(a) ? rows.group * stride : 0;
        }
        return static_cast<std::size_t>(entries) * sizeof(T) + panel_bytes(sizes, selected);
    }

    /// The bytes of the packed weights of the @p selected stages.
    template <class Sizes>
    static constexpr std::size_t panel_bytes(Sizes const& sizes, stage_selection<Exe> selected = {})
    {
        return static_cast<std::size_t>(panel_entries<Exe, T>(sizes, selected)) * sizeof(T);
    }

    /// Points the context at the parameters, packs the weights of the @p selected stages, and computes the
    /// kept values. All are left as they are if the parameters are @p frozen and have been packed before.
    /// The parameters are those of the cell, or for a prologue those of its cell.
    /// @throws input_error if a constant has no value.
    template <class Sizes, class Cell>
    void pack(Sizes const& sizes, parameters<Cell, T> const& p, bool frozen = false,
              stage_selection<Exe> selected = {})
    {
        require_constants(p);
        bool const are_bound = p.count == 0 || ctx.parameters[0] == p.entries(0).data();
        if (frozen && panels_.data() != nullptr && are_bound) {
            return;
        }
        for (std::size_t i = 0; i < p.count; ++i) {
            ctx.parameters[i] = p.entries(i).data();
        }
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            if (arrays[a].kind == storage::parameter) {
                auto const i = static_cast<std::size_t>(arrays[a].index);
                ctx.arrays[a] = {const_cast<T*>(ctx.parameters[i]), 0, 0};  // only read
            }
        }
        pack_weights<Exe, T>(ctx, sizes, panels_.reserve(panel_entries<Exe, T>(sizes, selected)), selected);
        compute_kept_values<Exe, T>(ctx, sizes);
    }
    /// Points the array of a kind and index, if the schedule has it, at rows of the caller's without padding.
    void bind_array(storage kind, std::size_t index, T* data, std::ptrdiff_t features)
    {
        if (std::size_t const a = position_of(kind, static_cast<int>(index)); a < arrays.size()) {
            ctx.arrays[a] = {data, features, 0};
        }
    }
    /// Points an array that the stages only read at rows of the caller's.
    void bind_array(storage kind, std::size_t index, T const* data, std::ptrdiff_t features)
    {
        bind_array(kind, index, const_cast<T*>(data), features);
    }
    /// Points the arrays of a kind at the rows of all @p Sequences of the step, inputs or outputs.
    template <class Sequences, class U, class Sizes>
    void bind_sequences(storage kind, std::array<U*, Sequences::count> const& data, Sizes const& sizes)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            bind_array(kind, k, data[k], features_of<Sequences>(sizes, k));
        }
    }

    /// Copies the first @p count rows of the states and adjoints that accumulate_gradients() reads into the
    /// memory of the accumulation group, from row @p row on. Their own memory is free for the next chunk
    /// then.
    void copy_to_group(std::ptrdiff_t row, std::ptrdiff_t count)
    {
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            if (is_grouped(a) && has_row_per_sequence(arrays[a].kind)) {
                copy_per_sequence(a, row, count);
            } else if (is_grouped(a)) {
                rows_of<T> const& from = ctx.arrays[a];
                std::copy_n(from.row(0), count * from.row_stride, group_[a].data() + row * from.row_stride);
            }
        }
    }
    /// The context for accumulate_gradients() over an accumulation group.
    context<Exe, T> group_context()
    {
        context<Exe, T> all = ctx;
        if constexpr (has_per_sequence_values<Exe>) {
            all.batch = std::numeric_limits<std::ptrdiff_t>::max();  // a row for each step
        }
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            if (is_grouped(a)) {
                all.arrays[a] = {group_[a].data(), ctx.arrays[a].row_stride, 0};
            }
        }
        return all;
    }

    /// Sets the rows that the stages count as row 0, by the kinds of arrays.
    void set_offsets(std::initializer_list<array_offset> offsets)
    {
        for (array_offset const& offset : offsets) {
            for_each_array(offset.kind, [&](array a, rows_of<T>& r) {
                r.first_row = -offset.row - (delay_of(a) - 1) * offset.history;
            });
        }
    }
    /// Calls `f(array, rows)` for every array of a kind.
    template <class F>
    void for_each_array(storage kind, F&& f)
    {
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            if (arrays[a].kind == kind) {
                f(arrays[a], ctx.arrays[a]);
            }
        }
    }
    /// The array of a kind and index, which the schedule must have.
    [[nodiscard]] rows_of<T>& array_of(storage kind, int index)
    {
        return ctx.arrays[position_of(kind, index)];
    }

    /// How many steps the state of an array is carried over; 1 for other arrays.
    static constexpr std::ptrdiff_t delay_of(array a)
    {
        if constexpr (has_delays) {
            bool const is_state = a.kind == storage::carried_in || a.kind == storage::carried_out ||
                                  a.kind == storage::old_state || a.kind == storage::new_state;
            return is_state ? delay_of_state<typename Exe::cell_type>(static_cast<std::size_t>(a.index)) : 1;
        } else {
            return 1;
        }
    }
    /// Entries from one row of an array that the workspace owns to the next.
    template <class Sizes>
    static constexpr std::ptrdiff_t row_stride(Sizes const& sizes, extents shape)
    {
        if (shape.is_scalar()) {
            return 1;
        }
        constexpr auto aliasing_stride = static_cast<std::ptrdiff_t>(blocking::aliasing_bytes / sizeof(T));
        std::ptrdiff_t const full = round_up_to_lanes<T>(entries_of(sizes, shape));
        return full % aliasing_stride == 0 ? full + cache_line<T> : full;
    }

   private:
    static constexpr auto const& arrays = schedule_tables<Exe>::arrays;
    /// The position of the array of a kind and index; the number of arrays if the schedule has none.
    static constexpr std::size_t position_of(storage kind, int index)
    {
        std::size_t a = 0;
        while (a < arrays.size() && (arrays[a].kind != kind || arrays[a].index != index)) {
            ++a;
        }
        return a;
    }
    /// Whether the schedule is that of the step whose values are saved; the backward step reads them from
    /// there.
    static constexpr bool writes_saved_values = [] {
        auto const& stores = Exe::schedule.stores;
        return std::any_of(stores.begin(), stores.end(), [](store const& s) {
            return s.to != no_array && arrays[static_cast<std::size_t>(s.to)].kind == storage::saved;
        });
    }();

    /// Copies the rows of per-sequence values to the accumulation group, once for each step.
    void copy_per_sequence([[maybe_unused]] std::size_t a, [[maybe_unused]] std::ptrdiff_t row,
                           [[maybe_unused]] std::ptrdiff_t count)
    {
        if constexpr (has_per_sequence_values<Exe>) {
            rows_of<T> const& from = ctx.arrays[a];
            for (std::ptrdiff_t r = 0; r < count; r += ctx.batch) {
                std::copy_n(from.data, ctx.batch * from.row_stride,
                            group_[a].data() + (row + r) * from.row_stride);
            }
        }
    }
    /// Whether a state is carried over more than one step.
    static constexpr bool has_delays = std::any_of(Exe::program.states.begin(), Exe::program.states.end(),
                                                   [](carry const& c) { return c.delay > 1; });
    /// Whether the memory of an array is the workspace's own.
    static constexpr bool is_owned(array a)
    {
        return a.kind == storage::carried_out || a.kind == storage::span || a.kind == storage::step ||
               a.kind == storage::kept || (a.kind == storage::saved && writes_saved_values);
    }
    /// Whether accumulate_gradients() reads rows of an array whose memory is used for one chunk after the
    /// other.
    static constexpr bool is_grouped(std::size_t a)
    {
        storage const kind = arrays[a].kind;
        return schedule_tables<Exe>::uses[a].by_reductions &&
               (has_row_per_sequence(kind) || kind == storage::carried_in || kind == storage::carried_out ||
                kind == storage::old_state || kind == storage::new_state);
    }
    /// Whether the states are adjoints, as they are in a backward pass, which updates them in place if it
    /// can.
    static constexpr bool carries_adjoints =
        !Exe::program.states.empty() &&
        Exe::program.nodes[Exe::program.states[0].from].opcode == op::state_adjoint;
    static constexpr std::ptrdiff_t rows_in(array a, row_counts const& rows)
    {
        switch (a.kind) {
            case storage::carried_out:
                return carries_adjoints && is_in_place<Exe>(a)
                           ? rows.step
                           : rows.states + (delay_of(a) - 1) * rows.histories;
            case storage::saved: return rows.saved;
            case storage::span: return rows.span;
            case storage::kept: return 1;
            default: return rows.step;
        }
    }

    std::array<grow_only_buffer<T>, Exe::schedule.arrays.size()> memory_{};
    std::array<grow_only_buffer<T>, Exe::schedule.arrays.size()> group_{};
    grow_only_buffer<T> panels_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
