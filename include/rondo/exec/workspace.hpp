#pragma once
/// @file
/// The memory behind a schedule's arrays.

#include <rondo/exec/run_schedule.hpp>
#include <rondo/model/model.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Memory that grows and never shrinks, so that the second run of the same sizes allocates nothing.
template <class T>
class grow_only_buffer {
   public:
    /// At least @p n entries; those that were there stay.
    T* reserve(std::ptrdiff_t n)
    {
        if (static_cast<std::size_t>(n) > memory_.size()) {
            memory_.reserve(static_cast<std::size_t>(n));  // no more than that
            memory_.resize(static_cast<std::size_t>(n));
        }
        return memory_.data();
    }
    /// The first entry.
    T* data() noexcept { return memory_.data(); }
    T const* data() const noexcept { return memory_.data(); }

   private:
    aligned_vector<T> memory_;
};

/// How many rows the arrays of a workspace hold, by where they come from.
struct row_counts {
    std::ptrdiff_t carried = 0;   ///< states, or their adjoints
    std::ptrdiff_t saved = 0;     ///< kept for the backward step; forwards only
    std::ptrdiff_t span = 0;      ///< temporaries of a chunk of time
    std::ptrdiff_t step = 0;      ///< temporaries of a step
    std::ptrdiff_t gathered = 0;  ///< copies of states and adjoints of several stretches
};

/// Where the rows of arrays begin.
struct first_row {
    storage kind;        ///< of the arrays
    std::ptrdiff_t row;  ///< the row of them that stages count as 0
};

/// Arrays, panels and scratch memory for one direction of a cell.
template <class Exe, class T>
class workspace {
   public:
    /// What the stages see. Arrays of the caller are set by the caller.
    context<Exe, T> ctx{};
    /// For the outer stages.
    grow_only_buffer<T> scratch;

    /// Makes room for so many rows, and scratch memory for @p threads; tells from that whether memory is far.
    template <class Sizes>
    void resize(Sizes const& sizes, row_counts const& rows, std::ptrdiff_t threads)
    {
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            std::ptrdiff_t const step = row_stride(sizes, arrays[a].dim);
            if (is_owned(arrays[a])) {
                ctx.arrays[a] = {memory_[a].reserve(rows_in(arrays[a], rows) * step), step, 0};
            }
            if (is_gathered(a)) {
                gathered_[a].reserve(rows.gathered * step);
            }
        }
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            if (arrays[a].kind == storage::carried_in) {
                array const out{storage::carried_out, arrays[a].index, arrays[a].dim};
                ctx.arrays[a] = ctx.arrays[static_cast<std::size_t>(
                    std::find(arrays.begin(), arrays.end(), out) - arrays.begin())];
            }
        }
        if (!is_forward) {
            scratch.reserve(threads * weight_gradient_scratch<Exe, T>(sizes));
        }
        ctx.saved_values_exceed_cache =
            panel_bytes(sizes) >= blocking::l2_weight_bytes &&
            bytes(sizes, {.saved = rows.saved}, 0) - panel_bytes(sizes) >= blocking::streaming_bytes;
    }

    /// The bytes that an empty workspace allocates for that.
    template <class Sizes>
    static constexpr std::size_t bytes(Sizes const& sizes, row_counts const& rows, std::ptrdiff_t threads)
    {
        std::ptrdiff_t entries = 0;
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            std::ptrdiff_t const step = row_stride(sizes, arrays[a].dim);
            entries += is_owned(arrays[a]) ? rows_in(arrays[a], rows) * step : 0;
            entries += is_gathered(a) ? rows.gathered * step : 0;
        }
        entries += is_forward ? 0 : threads * weight_gradient_scratch<Exe, T>(sizes);
        return static_cast<std::size_t>(entries) * sizeof(T) + panel_bytes(sizes);
    }

    /// Of those, what the panels take.
    template <class Sizes>
    static constexpr std::size_t panel_bytes(Sizes const& sizes)
    {
        return static_cast<std::size_t>(panel_entries<Exe, T>(sizes)) * sizeof(T);
    }

    /// Points the context at the parameters and packs them.
    template <class Sizes>
    void pack(Sizes const& sizes, parameters<typename Exe::cell_type, T> const& p)
    {
        for (std::size_t i = 0; i < p.count; ++i) {
            ctx.parameters[i] = p.entries(i).data();
        }
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            if (arrays[a].kind == storage::parameter) {
                auto const i = static_cast<std::size_t>(arrays[a].index);
                ctx.arrays[a] = {const_cast<T*>(ctx.parameters[i]), 0, 0};  // only read
            }
        }
        pack_all<Exe, T>(ctx, sizes, panels_.reserve(panel_entries<Exe, T>(sizes)));
    }
    /// Whether pack() has packed anything.
    [[nodiscard]] bool has_panels() const noexcept { return panels_.data() != nullptr; }

    /// Copies the first @p count rows of the states and adjoints that accumulate_gradients() reads, to
    /// gathered() rows from @p row on.
    void gather(std::ptrdiff_t row, std::ptrdiff_t count)
    {
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            if (is_gathered(a)) {
                rows_of<T> const& from = ctx.arrays[a];
                std::copy_n(from.row(0), count * from.row_stride,
                            gathered_[a].data() + row * from.row_stride);
            }
        }
    }
    /// The context with gathered rows in the place of those that they were copied from.
    context<Exe, T> gathered()
    {
        context<Exe, T> all = ctx;
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            if (is_gathered(a)) {
                all.arrays[a] = {gathered_[a].data(), ctx.arrays[a].row_stride, 0};
            }
        }
        return all;
    }

    /// Lets the rows that the stages count from 0 begin elsewhere, by the kinds of arrays.
    void begin_at(std::initializer_list<first_row> rows)
    {
        for (first_row const& first : rows) {
            for_each(first.kind, [&](array, rows_of<T>& r) { r.first_row = -first.row; });
        }
    }
    /// Calls `f(array, rows)` for every array of a kind.
    template <class F>
    void for_each(storage kind, F&& f)
    {
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            if (arrays[a].kind == kind) {
                f(arrays[a], ctx.arrays[a]);
            }
        }
    }
    /// The rows of the array of a kind and index, if the schedule has it.
    [[nodiscard]] rows_of<T>* find(storage kind, int index)
    {
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            if (arrays[a].kind == kind && arrays[a].index == index) {
                return &ctx.arrays[a];
            }
        }
        return nullptr;
    }

    /// Entries from one row of an array of the library's own to the next.
    template <class Sizes>
    static constexpr std::ptrdiff_t row_stride(Sizes const& sizes, dimension_id dim)
    {
        if (dim == unit) {
            return 1;
        }
        std::ptrdiff_t const full = round_up_to_lanes<T>(sizes[dim]);
        constexpr auto aliasing_stride = static_cast<std::ptrdiff_t>(blocking::aliasing_bytes / sizeof(T));
        return full % aliasing_stride == 0 ? full + cache_line<T> : full;
    }

   private:
    static constexpr auto const& arrays = schedule_tables<Exe>::arrays;
    static constexpr bool is_forward = std::is_same_v<Exe, forward_exe<typename Exe::cell_type>>;

    /// Whether the memory of an array is the workspace's own.
    static constexpr bool is_owned(array a)
    {
        return a.kind == storage::carried_out || a.kind == storage::span || a.kind == storage::step ||
               (a.kind == storage::saved && is_forward);
    }
    /// Whether rows of an array stand elsewhere for every stretch, and are added up over several.
    static constexpr bool is_gathered(std::size_t a)
    {
        storage const kind = arrays[a].kind;
        return arrays_read<Exe, true>[a] && (kind == storage::carried_in || kind == storage::carried_out ||
                                             kind == storage::old_state || kind == storage::new_state);
    }
    static constexpr std::ptrdiff_t rows_in(array a, row_counts const& rows)
    {
        switch (a.kind) {
            case storage::carried_out: return rows.carried;
            case storage::saved: return rows.saved;
            case storage::span: return rows.span;
            default: return rows.step;
        }
    }

    std::array<grow_only_buffer<T>, Exe::schedule.arrays.size()> memory_{};
    std::array<grow_only_buffer<T>, Exe::schedule.arrays.size()> gathered_{};
    grow_only_buffer<T> panels_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
