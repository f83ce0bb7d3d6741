#pragma once
/// @file
/// The dimensions that two values share, in the order of one of them.
///
/// Kernels go through a matrix along its last dimension and read the values that meet it in that order. So
/// passes exchange the dimensions of a value that has them in another order.

#include <rondo/graph/graph.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The dimensions of @p order that @p other has too, in the order of @p order.
constexpr extents common_dimensions(extents order, extents other) noexcept
{
    extents out{};
    std::size_t n = 0;
    for (dimension_id const d : order.dims) {
        if (other.has(d)) {
            out.dims[n++] = d;
        }
    }
    return out;
}

/// Node @p i of @p g with its dimensions, which are some of those of @p order, in that order.
constexpr node_id in_order(graph& g, node_id i, extents order)
{
    return g[i].shape.is_matrix() ? g.transpose(i, common_dimensions(order, g[i].shape)) : i;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
