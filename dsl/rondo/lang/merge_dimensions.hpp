#pragma once
/// @file
/// Makes one of the dimensions that as() says are of one size, so that reading a value along another of them
/// takes no operation.

#include <rondo/graph/rewriter.hpp>
#include <rondo/lang/dimension_table.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Numbers of dimensions that take the place of others.
using dimension_map = std::array<dimension_id, max_dimensions>;

/// @p shape by other numbers.
constexpr extents mapped(extents shape, dimension_map const& by)
{
    for (dimension_id& d : shape.dims) {
        d = by[static_cast<std::size_t>(d)];
    }
    return shape;
}

/// Whether a value of @p p would have a dimension twice. A weight that only multiplies vectors may.
constexpr bool makes_dimension_twice(program const& p, dimension_map const& by)
{
    auto const is_twice = [&](node_id i) {
        extents const s = mapped(p.nodes[i].shape, by);
        return s.is_matrix() && (s.dims[0] == s.dims[1] || s.dims[1] == s.dims[2] || s.dims[0] == s.dims[2]);
    };
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        bool twice = p.nodes[i].opcode != op::parameter && is_twice(i);
        for_each_operand(
            p.nodes, i, [&](node_id o) { twice = twice || (!is_product(p.nodes[i].opcode) && is_twice(o)); });
        if (twice) {
            return true;
        }
    }
    return false;
}

/// Returns @p p with one number for all dimensions that @p equal puts together: the lowest. That of a single
/// number stays apart, because a vector with one entry is still a vector, and so do two dimensions of one
/// matrix: there a value that is read along the other stays an operation.
template <class Pairs>
constexpr program merge_dimensions(program const& p, Pairs const& equal)
{
    dimension_map by{};
    for (std::size_t d = 0; d < max_dimensions; ++d) {
        by[d] = static_cast<dimension_id>(d);
    }
    auto const of = [&](auto d) { return by[static_cast<std::size_t>(d)]; };
    bool merges = false;
    for (equal_dimensions const& e : equal) {
        auto const [low, high] = std::minmax({of(e.one), of(e.other)});
        dimension_map merged = by;
        std::replace(merged.begin(), merged.end(), high, low);
        if (low != unit && low != high && !makes_dimension_twice(p, merged)) {
            by = merged;
            merges = true;
        }
    }
    if (!merges) {
        return p;
    }
    rewriter to(p);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node n = to.rebuilt(i);
        n.shape = mapped(n.shape, by);
        bool const names_dimension = n.opcode == op::extent || is_part(n.opcode) || is_running_sum(n.opcode);
        n.index = names_dimension ? of(n.index) : n.index;
        // A value that is read along its own dimensions is the value.
        to.replace(i, n.opcode == op::rename ? to.nodes().rename(n.a, n.shape) : to.nodes().add(n));
    }
    return to.finish();
}

}  // namespace rondo::inline RONDO_ISA::lang_internal
