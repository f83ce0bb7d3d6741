#pragma once
/// @file
/// Runs the sections of a schedule over a span of steps: time-parallel phases over the rows of all steps,
/// dense loops step by step, scans sequence by sequence.
///
/// form_sections() has decided everything: this file dispatches and divides the work among threads.
///
/// All threads flush subnormal numbers: a gradient that vanishes over many steps, or a state that decays, is
/// subnormal for some steps before it is zero, and would make these steps slow.

#include <rondo/exec/in_place_states.hpp>
#include <rondo/exec/stage_functions.hpp>
#include <rondo/exec/stage_selection.hpp>
#include <rondo/exec/thread_pool.hpp>
#include <rondo/kernel/flush_denormals.hpp>
#include <rondo/kernel/static_for.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Time steps @p begin to @p end of sequences, for @p batch of them at once.
struct time_span {
    std::ptrdiff_t begin;  ///< the first step
    std::ptrdiff_t end;    ///< one past the last step
    std::ptrdiff_t batch;  ///< number of sequences

    /// The number of steps.
    [[nodiscard]] std::ptrdiff_t length() const noexcept { return end - begin; }
};

namespace detail {

/// The number of parts that work is divided into, of at most @p most.
inline std::ptrdiff_t parts_of_work(thread_pool const* pool, std::ptrdiff_t most)
{
    return std::clamp<std::ptrdiff_t>(most, 1, threads_of(pool));
}
/// Calls @p f for every part. All threads flush subnormal numbers. The calling one must set that mode inside
/// the parallel call too, because oneTBB replaces its mode there by that of the pool's creator.
inline void in_parts(thread_pool* pool, std::ptrdiff_t parts, part_function f)
{
    if (parts == 1) {
        f(0);
    } else {
        auto const flushed = [f](std::ptrdiff_t i) {
            flush_denormals const scope;
            f(i);
        };
        pool->run(parts, part_function(flushed));
    }
}

/// Calls `f(context)` with a context in which the per-sequence values are those of sequence @p b, for all
/// rows.
template <class Exe, class T, class F>
void for_sequence(context<Exe, T> const& ctx, [[maybe_unused]] std::ptrdiff_t b, F const& f)
{
    if constexpr (has_per_sequence_values<Exe>) {
        context<Exe, T> one = ctx;
        static_for<Exe::schedule.arrays.size()>([&]<std::size_t A>() {
            if constexpr (has_row_per_sequence(Exe::schedule.arrays[A].kind)) {
                one.arrays[A] = {ctx.arrays[A].data + b * ctx.arrays[A].row_stride, 0, 0};
            }
        });
        f(one);
    } else {
        f(ctx);
    }
}

/// Runs one share of the batch through a scan, sequence by sequence.
template <class Exe, bool Backward, class T, class Sizes>
void run_scan(context<Exe, T> const& ctx, Sizes const& sizes, time_span span, stage_id stage,
              index_range rows)
{
    std::ptrdiff_t const first = (Backward ? span.end - 1 : span.begin) * span.batch;
    for (std::ptrdiff_t b = rows.begin; b < rows.end; ++b) {
        for_sequence(ctx, b, [&](context<Exe, T> const& of_sequence) {
            scan_functions<Exe, T, Sizes>[static_cast<std::size_t>(stage)](
                of_sequence, sizes, {first + b, Backward ? -span.batch : span.batch, span.length()});
        });
    }
}

/// Adds the gradients of per-sequence values over the steps of one share of the batch, sequence by sequence.
template <class Exe, class T, class Sizes>
void run_per_sequence_gradients(context<Exe, T> const& ctx, Sizes const& sizes, time_span span,
                                stage_range stages, index_range rows)
{
    for (std::ptrdiff_t b = rows.begin; b < rows.end; ++b) {
        for_sequence(ctx, b, [&](context<Exe, T> const& of_sequence) {
            for (stage_id s = stages.begin; s < stages.end; ++s) {
                per_sequence_functions<Exe, T, Sizes>[static_cast<std::size_t>(s)](
                    of_sequence, sizes, {span.begin * span.batch + b, span.batch, span.length()});
            }
        });
    }
}

/// Lets the arrays of a step, those of per-sequence values, and those of states that are updated in place
/// begin at row @p row.
template <class Exe, class T>
void begin_step(context<Exe, T>& ctx, std::ptrdiff_t row)
{
    static_for<Exe::schedule.arrays.size()>([&]<std::size_t A>() {
        if constexpr (Exe::schedule.arrays[A].kind == storage::step ||
                      has_row_per_sequence(Exe::schedule.arrays[A].kind)) {
            ctx.arrays[A].first_row = row;
        }
        if constexpr (is_in_place<Exe>(Exe::schedule.arrays[A])) {
            ctx.arrays[A].first_row = ctx.updates_in_place ? row : ctx.arrays[A].first_row;
        }
    });
}

/// Runs one share of the batch through a loop, step by step.
template <class Exe, bool Backward, class T, class Sizes>
void run_loop(context<Exe, T> ctx, Sizes const& sizes, time_span span, stage_range stages, index_range rows)
{
    for (std::ptrdiff_t i = 0; i < span.length(); ++i) {
        std::ptrdiff_t const t = Backward ? span.end - 1 - i : span.begin + i;
        begin_step(ctx, t * span.batch);
        for (stage_id s = stages.begin; s < stages.end; ++s) {
            row_functions<Exe, T, Sizes>[static_cast<std::size_t>(s)](
                ctx, sizes, {t * span.batch + rows.begin, t * span.batch + rows.end}, traversal::of_step(t));
        }
    }
}

/// Runs @p rows through the selected stages of the groups of a time-parallel phase.
template <class Exe, class T, class Sizes>
void run_phase(context<Exe, T> const& ctx, Sizes const& sizes, range groups, index_range rows,
               stage_selection<Exe> selected)
{
    for (entry_id g = groups.begin; g < groups.end; ++g) {
        stage_group const& group = schedule_tables<Exe>::groups[static_cast<std::size_t>(g)];
        std::ptrdiff_t const block = group.is_blocked ? blocking::elementwise_rows : rows.end - rows.begin;
        for (std::ptrdiff_t row = rows.begin; row < rows.end; row += block) {
            index_range const some{row, std::min(row + block, rows.end)};
            for (stage_id s = group.stages.begin; s < group.stages.end; ++s) {
                if (auto const i = static_cast<std::size_t>(s); selected.has(i)) {
                    row_functions<Exe, T, Sizes>[i](ctx, sizes, some, {});
                }
            }
        }
    }
}

/// Runs one share of the batch, or of the rows of all steps, through a section.
template <class Exe, bool Backward, class T, class Sizes>
void run_section(context<Exe, T> const& ctx, Sizes const& sizes, time_span span, section const& what,
                 index_range rows, stage_selection<Exe> selected)
{
    if (what.kind == section_kind::scan) {
        run_scan<Exe, Backward>(ctx, sizes, span, what.stages.begin, rows);
    } else if (what.kind == section_kind::loop) {
        run_loop<Exe, Backward>(ctx, sizes, span, what.stages, rows);
    } else if (has_per_sequence_values<Exe> && what.kind == section_kind::per_sequence_gradient) {
        if constexpr (has_per_sequence_values<Exe>) {
            run_per_sequence_gradients(ctx, sizes, span, what.stages, rows);
        }
    } else {
        std::ptrdiff_t const first = span.begin * span.batch;
        run_phase(ctx, sizes, what.groups, {first + rows.begin, first + rows.end}, selected);
    }
    ctx.policy.finish_stores();
}

}  // namespace detail

/// Runs the sections of @p Exe that work row by row over a span of steps; @p Backward walks loops from the
/// last step to the first. @p pool is null for the calling thread alone. Of the phases it runs only the
/// stages that are @p selected; those of loops and scans are all run.
template <class Exe, bool Backward, class T, class Sizes>
void run_schedule(context<Exe, T> const& ctx, Sizes const& sizes, time_span span, thread_pool* pool,
                  stage_selection<Exe> selected = {})
{
    flush_denormals const scope;
    for (section const& what : schedule_tables<Exe>::sections) {
        if (what.kind != section_kind::reduction && what.kind != section_kind::once &&
            selected.has_any(what.stages)) {
            bool const is_phase = what.kind == section_kind::phase;
            std::ptrdiff_t const rows = is_phase ? span.length() * span.batch : span.batch;
            std::ptrdiff_t const parts = detail::parts_of_work(pool, rows / blocking::mr);
            auto const run = [&](std::ptrdiff_t i) {
                detail::run_section<Exe, Backward>(ctx, sizes, span, what, part_of(rows, {i, parts}),
                                                   selected);
            };
            detail::in_parts(pool, parts, part_function(run));
        }
    }
}

/// Runs the reductions of @p Exe over @p rows rows for which run_schedule() has run. Each thread of @p pool
/// has weight_gradient_scratch() entries of @p scratch.
template <class Exe, class T, class Sizes>
void accumulate_gradients(context<Exe, T> const& ctx, Sizes const& sizes, std::ptrdiff_t rows, T* scratch,
                          thread_pool* pool)
{
    flush_denormals const scope;
    std::ptrdiff_t const parts = threads_of(pool);
    for (section const& what : schedule_tables<Exe>::sections) {
        for (stage_id s = what.stages.begin; what.kind == section_kind::reduction && s < what.stages.end;
             ++s) {
            auto const run = [&](std::ptrdiff_t i) {
                reduction_functions<Exe, T, Sizes>[static_cast<std::size_t>(s)](
                    ctx, sizes, {0, rows}, {i, parts}, scratch + i * weight_gradient_scratch<Exe, T>(sizes));
            };
            detail::in_parts(pool, parts, part_function(run));
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
