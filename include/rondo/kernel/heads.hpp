#pragma once
/// @file
/// The heads of a stage whose weights are a matrix for each entry of its first dimension.
///
/// Such a stage is a stage of vectors for each head: its products, with panels of their own, and its epilogue
/// on the row of each matrix that belongs to the head. So it runs the code of a stage of vectors, once for
/// each head, with the arrays and panels moved to the head's part.

#include <rondo/kernel/context.hpp>
#include <rondo/kernel/panels.hpp>
#include <rondo/kernel/static_for.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Calls `f(context)` with the context of each head of @p Stage, which runs head by head.
template <class Stage, class T, class Sizes, class F>
RONDO_INLINE void for_each_head(context<typename Stage::exe, T> const& ctx, Sizes const& sizes, F const& f)
{
    constexpr dimension_id heads = Stage::what.shape.dims[0];
    std::ptrdiff_t const panels = panel_layout<Stage>::template entries_of_head<T>(sizes);
    context<typename Stage::exe, T> of_head = ctx;
    for (std::ptrdiff_t h = 0; h < sizes.template get<heads>(); ++h) {
        f(of_head);
        static_for<Stage::exe::schedule.arrays.size()>([&]<std::size_t A>() RONDO_INLINE_LAMBDA {
            constexpr extents shape = Stage::exe::schedule.arrays[A].shape;
            if constexpr (shape.rank() == 2 && shape.dims[0] == heads) {
                of_head.arrays[A].data += sizes.template get<shape.dims[1]>();
            }
        });
        of_head.panels[Stage::number] += panels;
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
