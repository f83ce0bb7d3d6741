#pragma once
/// @file
/// Packs the weights of all stages of a schedule.

#include <rondo/kernel/context.hpp>
#include <rondo/kernel/panels.hpp>
#include <rondo/kernel/static_for.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The memory that the panels of all stages take, in entries of T.
template <class Exe, class T, class Sizes>
constexpr std::ptrdiff_t panel_entries(Sizes const& sizes)
{
    std::ptrdiff_t total = 0;
    static_for<Exe::schedule.stages.size()>(
        [&]<std::size_t S>() { total += panel_layout<stage_exe<Exe, S>>::template entries<T>(sizes); });
    return total;
}

/// Packs the weights of all stages, one stage after the other, into panel_entries() entries at @p to, and
/// points @p ctx at the panels of each stage.
template <class Exe, class T, class Sizes>
void pack_weights(context<Exe, T>& ctx, Sizes const& sizes, T* to)
{
    static_for<Exe::schedule.stages.size()>([&]<std::size_t S>() {
        using stage_type = stage_exe<Exe, S>;
        ctx.panels[S] = to;
        pack_panels<stage_type, T>(ctx.parameters, sizes, to);
        to += panel_layout<stage_type>::template entries<T>(sizes);
    });
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
