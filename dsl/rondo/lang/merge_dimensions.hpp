#pragma once
/// @file
/// Makes one of the dimensions that as() says are of one size, so that reading a vector along another of them
/// takes no operation.

#include <rondo/graph/rewriter.hpp>
#include <rondo/lang/dimension_table.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Returns @p p with one number for all dimensions that @p equal puts together: the lowest. That of a single
/// number stays apart, because a vector with one entry is still a vector.
template <class Pairs>
constexpr program merge_dimensions(program const& p, Pairs const& equal)
{
    std::array<dimension_id, max_dimensions> by{};
    for (std::size_t d = 0; d < max_dimensions; ++d) {
        by[d] = static_cast<dimension_id>(d);
    }
    auto const of = [&](auto d) { return by[static_cast<std::size_t>(d)]; };
    bool merges = false;
    for (equal_dimensions const& e : equal) {
        auto const [low, high] = std::minmax({of(e.one), of(e.other)});
        if (low != unit && low != high) {
            std::replace(by.begin(), by.end(), high, low);
            merges = true;
        }
    }
    if (!merges) {
        return p;
    }
    rewriter to(p);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node n = to.rebuilt(i);
        for (dimension_id& d : n.shape.dims) {
            d = of(d);
        }
        n.index = n.opcode == op::extent || is_part(n.opcode) ? of(n.index) : n.index;
        // A vector that is repeated along its own dimension is the vector.
        to.replace(i, n.opcode == op::broadcast ? to.nodes().broadcast(n.a, n.shape) : to.nodes().add(n));
    }
    return to.finish();
}

}  // namespace rondo::inline RONDO_ISA::lang_internal
