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

// (Shares of work by reference: by value, g++ copies them with loads wider than the stores that made them,
// whose forwarding then fails in every step.)

template <class Exe, std::size_t S, class T, class Sizes>
void run_stage(context<Exe, T> const& ctx, Sizes const& sizes, work_share const& work, T* scratch)
{
    using stage_type = stage_exe<Exe, S>;
    constexpr stage_kind kind = stage_type::what.kind;
    if constexpr (kind == stage_kind::tile || kind == stage_kind::elementwise) {
        bool const odd_step = work.begin % 2 == 1;  // where there is one row
        run_rows<stage_type, T>(ctx, sizes, work.begin, work.end, odd_step);
    } else if constexpr (kind == stage_kind::bias_gradient) {
        run_bias_gradient_stage<stage_type, T>(ctx, sizes, work);
    } else {
        run_weight_gradient_stage<stage_type, T>(ctx, sizes, work, scratch);
    }
}

template <class Exe, class T, class Sizes>
using stage_function = void (*)(context<Exe, T> const&, Sizes const&, work_share const&, T*);

template <class Exe, std::size_t S, class T, class Sizes>
constexpr stage_function<Exe, T, Sizes> function_of_stage()
{
    if constexpr (Exe::schedule.stages[S].kind == stage_kind::scan) {
        return nullptr;
    } else {
        return &run_stage<Exe, S, T, Sizes>;
    }
}

/// What runs each stage; null for a scan, which scan_functions has.
template <class Exe, class T, class Sizes>
inline constexpr auto stage_functions = []<std::size_t... S>(std::index_sequence<S...>) {
    return std::array<stage_function<Exe, T, Sizes>, sizeof...(S)>{function_of_stage<Exe, S, T, Sizes>()...};
}(std::make_index_sequence<Exe::schedule.stages.size()>{});

template <class Exe, class T, class Sizes>
using scan_function = void (*)(context<Exe, T> const&, Sizes const&, row_walk);

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
void run_scan(context<Exe, T> const& ctx, Sizes const& sizes, time_span span, std::size_t s, share rows)
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
    auto const begin = [&]<std::size_t A>(std::integral_constant<std::size_t, A>) {
        if constexpr (Exe::schedule.arrays[A].kind == storage::step) {
            ctx.arrays[A].first_row = row;
        }
    };
    [&]<std::size_t... A>(std::index_sequence<A...>) {
        (begin(std::integral_constant<std::size_t, A>{}), ...);
    }(std::make_index_sequence<Exe::schedule.arrays.size()>{});
}

/// Runs one share of the batch through a loop, step by step.
template <class Exe, bool Backward, class T, class Sizes>
void run_loop(context<Exe, T> ctx, Sizes const& sizes, time_span span, stage_group group, share rows)
{
    for (std::ptrdiff_t i = 0; i < span.length(); ++i) {
        std::ptrdiff_t const t = Backward ? span.end - 1 - i : span.begin + i;
        begin_step(ctx, t * span.batch);
        for (std::size_t s = group.first; s < group.last; ++s) {
            stage_functions<Exe, T, Sizes>[s](
                ctx, sizes, {t * span.batch + rows.begin, t * span.batch + rows.end, 0, 1}, nullptr);
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
                stage_functions<Exe, T, Sizes>[s](ctx, sizes, {row, std::min(row + at_once, end), 0, 1},
                                                  nullptr);
            }
        }
        first = last;
    }
}

/// Runs one share of the batch, or of a phase of all rows, through a group.
template <class Exe, bool Backward, class T, class Sizes>
void run_group(context<Exe, T> const& ctx, Sizes const& sizes, time_span span, stage_group group, share rows)
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
    if (ctx.saved_values_exceed_cache) {
        store_fence();
    }
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
                detail::run_group<Exe, Backward>(ctx, sizes, span, {first, last}, share(rows, i, parts));
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
                detail::stage_functions<Exe, T, Sizes>[s](
                    ctx, sizes, {0, rows, i, parts}, scratch + i * weight_gradient_scratch<Exe, T>(sizes));
            };
            detail::in_parts(pool, parts, part_function(run));
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
