#pragma once
/// @file
/// Packs the weights of all stages of a schedule.

#include <rondo/kernel/context.hpp>
#include <rondo/kernel/panels.hpp>

#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The memory that the panels of all stages take, in entries of T.
template <class Exe, class T, class Sizes>
constexpr std::ptrdiff_t panel_entries(Sizes const& sizes)
{
    return [&]<std::size_t... S>(std::index_sequence<S...>) {
        return (std::ptrdiff_t{0} + ... + panel_layout<stage_exe<Exe, S>>::template entries<T>(sizes));
    }(std::make_index_sequence<Exe::schedule.stages.size()>{});
}

/// Packs the weights of all stages, one stage after the other, into panel_entries() entries at @p to, and
/// points @p ctx at the panels of each stage.
template <class Exe, class T, class Sizes>
void pack_weights(context<Exe, T>& ctx, Sizes const& sizes, T* to)
{
    [&]<std::size_t... S>(std::index_sequence<S...>) {
        ((ctx.panels[S] = to, pack_panels<stage_exe<Exe, S>, T>(ctx.parameters, sizes, to),
          to += panel_layout<stage_exe<Exe, S>>::template entries<T>(sizes)),
         ...);
    }(std::make_index_sequence<Exe::schedule.stages.size()>{});
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
