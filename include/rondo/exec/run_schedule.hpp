#pragma once
/// @file
/// Runs the stages of a schedule over a span of steps: time-parallel phases once over all of them,
/// dense loops step by step, the other loops feature by feature.

#include <rondo/exec/thread_pool.hpp>
#include <rondo/kernel/bias_gradient_stage.hpp>
#include <rondo/kernel/run_rows.hpp>
#include <rondo/kernel/scan_stage.hpp>
#include <rondo/kernel/weight_gradient_stage.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Time steps @p begin to @p end of sequences, for @p batch of them at once.
struct time_span {
    std::ptrdiff_t begin;  ///< the first step
    std::ptrdiff_t end;    ///< behind the last step
    std::ptrdiff_t batch;  ///< number of sequences

    /// How many steps.
    [[nodiscard]] std::ptrdiff_t length() const noexcept { return end - begin; }
};

namespace detail {

// Ranges are passed in registers: g++ copies a larger struct with loads wider than the stores that made it,
// which is a store-forwarding stall in every step.

template <class Exe, std::size_t S, class T, class Sizes>
void run_row_stage_of(context<Exe, T> const& ctx, Sizes const& sizes, index_range rows, traversal order)
{
    run_rows<stage_exe<Exe, S>, T>(ctx, sizes, rows, order);
}

template <class Exe, class T, class Sizes>
using row_function = void (*)(context<Exe, T> const&, Sizes const&, index_range, traversal);

template <class Exe, std::size_t S, class T, class Sizes>
constexpr row_function<Exe, T, Sizes> function_of_rows()
{
    constexpr stage_kind kind = Exe::schedule.stages[S].kind;
    if constexpr (kind == stage_kind::tile || kind == stage_kind::elementwise) {
        return &run_row_stage_of<Exe, S, T, Sizes>;
    } else {
        return nullptr;
    }
}

/// What runs each stage that works row by row; null for a scan and for reductions.
template <class Exe, class T, class Sizes>
inline constexpr auto row_functions = []<std::size_t... S>(std::index_sequence<S...>) {
    return std::array<row_function<Exe, T, Sizes>, sizeof...(S)>{function_of_rows<Exe, S, T, Sizes>()...};
}(std::make_index_sequence<Exe::schedule.stages.size()>{});

template <class Exe, std::size_t S, class T, class Sizes>
void run_reduction(context<Exe, T> const& ctx, Sizes const& sizes, index_range rows, work_part part,
                   T* scratch)
{
    using stage_type = stage_exe<Exe, S>;
    if constexpr (stage_type::what.kind == stage_kind::bias_gradient) {
        run_bias_gradient_stage<stage_type, T>(ctx, sizes, rows, part);
    } else {
        run_weight_gradient_stage<stage_type, T>(ctx, sizes, rows, part, scratch);
    }
}

template <class Exe, class T, class Sizes>
using reduction_function = void (*)(context<Exe, T> const&, Sizes const&, index_range, work_part, T*);

template <class Exe, std::size_t S, class T, class Sizes>
constexpr reduction_function<Exe, T, Sizes> function_of_reduction()
{
    if constexpr (Exe::schedule.stages[S].is_reduction()) {
        return &run_reduction<Exe, S, T, Sizes>;
    } else {
        return nullptr;
    }
}

/// What runs each reduction; null for the other stages.
template <class Exe, class T, class Sizes>
inline constexpr auto reduction_functions = []<std::size_t... S>(std::index_sequence<S...>) {
    return std::array<reduction_function<Exe, T, Sizes>, sizeof...(S)>{
        function_of_reduction<Exe, S, T, Sizes>()...};
}(std::make_index_sequence<Exe::schedule.stages.size()>{});

template <class Exe, class T, class Sizes>
using scan_function = void (*)(context<Exe, T> const&, Sizes const&, strided_rows);

template <class Exe, std::size_t S, class T, class Sizes>
constexpr scan_function<Exe, T, Sizes> function_of_scan()
{
    if constexpr (Exe::schedule.stages[S].kind == stage_kind::scan) {
        return &run_scan_stage<stage_exe<Exe, S>, T, Sizes>;
    } else {
        return nullptr;
    }
}

/// What runs each scan; null for the other stages.
template <class Exe, class T, class Sizes>
inline constexpr auto scan_functions = []<std::size_t... S>(std::index_sequence<S...>) {
    return std::array<scan_function<Exe, T, Sizes>, sizeof...(S)>{function_of_scan<Exe, S, T, Sizes>()...};
}(std::make_index_sequence<Exe::schedule.stages.size()>{});

/// How many parts a piece of work is done in, of which there can be at most @p most.
inline std::ptrdiff_t parts_of_work(thread_pool const* pool, std::ptrdiff_t most)
{
    return std::clamp<std::ptrdiff_t>(most, 1, threads_of(pool));
}
/// Calls @p f for every part.
inline void in_parts(thread_pool* pool, std::ptrdiff_t parts, part_function f)
{
    if (parts == 1) {
        f(0);
    } else {
        pool->run(parts, f);
    }
}

/// Consecutive stages that a part of the rows goes through on its own.
struct stage_group {
    std::size_t first;  ///< the first stage
    std::size_t last;   ///< behind the last
};

/// Runs one share of the batch through a loop that is stage @p s alone, sequence by sequence.
template <class Exe, bool Backward, class T, class Sizes>
void run_scan(context<Exe, T> const& ctx, Sizes const& sizes, time_span span, std::size_t s, index_range rows)
{
    std::ptrdiff_t const first = (Backward ? span.end - 1 : span.begin) * span.batch;
    for (std::ptrdiff_t b = rows.begin; b < rows.end; ++b) {
        scan_functions<Exe, T, Sizes>[s](ctx, sizes,
                                         {first + b, Backward ? -span.batch : span.batch, span.length()});
    }
}

/// Lets the arrays of a step begin at row @p row.
template <class Exe, class T>
void begin_step(context<Exe, T>& ctx, std::ptrdiff_t row)
{
    static_for<Exe::schedule.arrays.size()>([&](auto a) {
        if constexpr (Exe::schedule.arrays[a()].kind == storage::step) {
            ctx.arrays[a].first_row = row;
        }
    });
}

/// Runs one share of the batch through a loop, step by step.
template <class Exe, bool Backward, class T, class Sizes>
void run_loop(context<Exe, T> ctx, Sizes const& sizes, time_span span, stage_group group, index_range rows)
{
    for (std::ptrdiff_t i = 0; i < span.length(); ++i) {
        std::ptrdiff_t const t = Backward ? span.end - 1 - i : span.begin + i;
        begin_step(ctx, t * span.batch);
        for (std::size_t s = group.first; s < group.last; ++s) {
            row_functions<Exe, T, Sizes>[s](
                ctx, sizes, {t * span.batch + rows.begin, t * span.batch + rows.end}, traversal::of_step(t));
        }
    }
}

/// Runs rows @p begin to @p end through a group of a time-parallel phase. Consecutive stages without
/// products, which read what the ones before have written, take a few rows at a time, so that those are still
/// in a near cache: a layer-normalised LSTM trains in 3% less time.
template <class Exe, class T, class Sizes>
void run_phase(context<Exe, T> const& ctx, Sizes const& sizes, std::ptrdiff_t begin, std::ptrdiff_t end,
               stage_group group)
{
    constexpr auto const& stages = schedule_tables<Exe>::stages;
    for (std::size_t first = group.first; first < group.last;) {
        std::size_t last = first + 1;
        while (last < group.last && stages[first].kind == stage_kind::elementwise &&
               stages[last].kind == stage_kind::elementwise) {
            ++last;
        }
        std::ptrdiff_t const at_once = last - first > 1 ? blocking::elementwise_rows : end - begin;
        for (std::ptrdiff_t row = begin; row < end; row += at_once) {
            for (std::size_t s = first; s < last; ++s) {
                row_functions<Exe, T, Sizes>[s](ctx, sizes, {row, std::min(row + at_once, end)}, {});
            }
        }
        first = last;
    }
}

/// Runs one share of the batch, or of a phase of all rows, through a group.
template <class Exe, bool Backward, class T, class Sizes>
void run_group(context<Exe, T> const& ctx, Sizes const& sizes, time_span span, stage_group group,
               index_range rows)
{
    stage const& first = schedule_tables<Exe>::stages[group.first];
    std::ptrdiff_t const begin = span.begin * span.batch;
    if (first.kind == stage_kind::scan) {
        run_scan<Exe, Backward>(ctx, sizes, span, group.first, rows);
    } else if (first.where.is_loop) {
        run_loop<Exe, Backward>(ctx, sizes, span, group, rows);
    } else {
        run_phase(ctx, sizes, begin + rows.begin, begin + rows.end, group);
    }
    ctx.policy.finish_stores();
}

}  // namespace detail

/// Runs the stages of @p Exe that work row by row over a span of steps; @p Backward walks loops from the
/// last step to the first. @p pool is null for the calling thread alone.
template <class Exe, bool Backward, class T, class Sizes>
void execute(context<Exe, T> const& ctx, Sizes const& sizes, time_span span, thread_pool* pool)
{
    constexpr auto const& stages = schedule_tables<Exe>::stages;
    for (std::size_t first = 0; first < stages.size();) {
        std::size_t last = first + 1;
        while (last < stages.size() && stages[last].where == stages[first].where &&
               !stages[first].is_reduction() && !stages[last].is_reduction()) {
            ++last;
        }
        if (!stages[first].is_reduction()) {
            std::ptrdiff_t const rows = stages[first].where.is_loop ? span.batch : span.length() * span.batch;
            std::ptrdiff_t const parts = detail::parts_of_work(pool, rows / blocking::mr);
            auto const run = [&](std::ptrdiff_t i) {
                detail::run_group<Exe, Backward>(ctx, sizes, span, {first, last}, part_of(rows, {i, parts}));
            };
            detail::in_parts(pool, parts, part_function(run));
        }
        first = last;
    }
}

/// Runs the other stages, those that add up over rows, over @p rows rows for which execute() has run. Each
/// of the @p pool has weight_gradient_scratch() entries of @p scratch.
template <class Exe, class T, class Sizes>
void accumulate_gradients(context<Exe, T> const& ctx, Sizes const& sizes, std::ptrdiff_t rows, T* scratch,
                          thread_pool* pool)
{
    constexpr auto const& stages = schedule_tables<Exe>::stages;
    std::ptrdiff_t const parts = threads_of(pool);
    for (std::size_t s = 0; s < stages.size(); ++s) {
        if (stages[s].is_reduction()) {
            auto const run = [&](std::ptrdiff_t i) {
                detail::reduction_functions<Exe, T, Sizes>[s](
                    ctx, sizes, {0, rows}, {i, parts}, scratch + i * weight_gradient_scratch<Exe, T>(sizes));
            };
            detail::in_parts(pool, parts, part_function(run));
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
