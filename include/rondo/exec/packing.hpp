#pragma once
/// @file
/// Packs the weights of the stages of a schedule, and computes the values that depend on parameters alone.

#include <rondo/exec/stage_selection.hpp>
#include <rondo/kernel/context.hpp>
#include <rondo/kernel/flush_denormals.hpp>
#include <rondo/kernel/panels.hpp>
#include <rondo/kernel/run_rows.hpp>
#include <rondo/kernel/static_for.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The memory that the panels of the @p selected stages take, in entries of T.
template <class Exe, class T, class Sizes>
constexpr std::ptrdiff_t panel_entries(Sizes const& sizes, stage_selection<Exe> selected = {})
{
    std::ptrdiff_t total = 0;
    static_for<Exe::schedule.stages.size()>([&]<std::size_t S>() {
        total += selected.has(S) ? panel_layout<stage_exe<Exe, S>>::template entries<T>(sizes) : 0;
    });
    return total;
}

/// Packs the weights of the @p selected stages, one stage after the other, into panel_entries() entries at
/// @p to, and points @p ctx at the panels of each stage.
template <class Exe, class T, class Sizes>
void pack_weights(context<Exe, T>& ctx, Sizes const& sizes, T* to, stage_selection<Exe> selected = {})
{
    static_for<Exe::schedule.stages.size()>([&]<std::size_t S>() {
        using stage_type = stage_exe<Exe, S>;
        if (selected.has(S)) {
            ctx.panels[S] = to;
            pack_panels<stage_type, T>(ctx.parameters, sizes, to);
            to += panel_layout<stage_type>::template entries<T>(sizes);
        }
    });
}

/// Computes the values of @p Exe that are kept for a run, from the parameters that @p ctx points at.
template <class Exe, class T, class Sizes>
void compute_kept_values(context<Exe, T> const& ctx, Sizes const& sizes)
{
    flush_denormals const scope;
    static_for<Exe::schedule.stages.size()>([&]<std::size_t S>() {
        if constexpr (Exe::schedule.stages[S].is_once) {
            run_rows<stage_exe<Exe, S>, T>(ctx, sizes, {0, 1}, {});
        }
    });
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
