#pragma once
/// @file
/// Which products of a stage share a call of the microkernel.

#include <rondo/kernel/blocking.hpp>
#include <rondo/kernel/executable.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The products of one microkernel call: factors of one segment, whose accumulators are side by side in the
/// tile.
struct product_group {
    array_id operand = no_array;  ///< the left operand
    extents inner{};              ///< the inner dimensions: those of a row of the left operand
    int first_factor = 0;         ///< in the schedule's list
    int count = 0;                ///< of factors, and of accumulators
    int first_accumulator = 0;    ///< of the stage
    int completed = 0;            ///< how many of its accumulators no later group adds to

    /// Whether it adds to accumulator @p i.
    [[nodiscard]] constexpr bool adds_to(int i) const noexcept
    {
        return first_accumulator <= i && i < first_accumulator + count;
    }
};

namespace detail {

/// The products of a stage, segment by segment, as groups of at most @p most accumulators. Accumulators share
/// a group only if they are in the same multiple of @p most.
template <class Stage>
constexpr auto find_product_groups(int most)
{
    constexpr schedule const& plan = Stage::exe::schedule;
    static_vector<product_group, 256> out{};
    // A stage that runs head by head multiplies the row of the head.
    auto const inner = [](array_id operand) {
        extents const all = plan.arrays[operand].shape;
        return Stage::what.is_by_head() ? extents{all.last()} : all;
    };
    for (int s = Stage::what.segments.begin; s < Stage::what.segments.end; ++s) {
        segment const& from = plan.segments[static_cast<std::size_t>(s)];
        for (int f = from.factors.begin; f < from.factors.end; ++f) {
            int const into = plan.factors[static_cast<std::size_t>(f)].into;
            bool const extends = f > from.factors.begin &&
                                 into == out.back().first_accumulator + out.back().count && into % most != 0;
            if (extends) {
                ++out.back().count;
            } else {
                out.push_back({from.operand, inner(from.operand), f, 1, into});
            }
        }
    }
    for (product_group* group = out.begin(); group != out.end(); ++group) {
        for (int i = group->first_accumulator; i < group->first_accumulator + group->count; ++i) {
            group->completed += std::none_of(group + 1, out.end(),
                                             [&](product_group const& later) { return later.adds_to(i); });
        }
    }
    return out;
}

/// Rows of a tile with @p blocks vectors of each accumulator: the limit of the widest group.
template <class Groups>
constexpr int rows_of_tile(Groups const& groups, int blocks)
{
    int widest = 1;
    for (product_group const& group : groups) {
        widest = std::max(widest, group.count * blocks);
    }
    return blocking::tile_rows(widest);
}

}  // namespace detail

/// How many accumulators share a group: as many as a tile has columns; or fewer, each with more vectors of
/// features, if that takes fewer microkernel calls. Three accumulators on a tile of two columns, for example,
/// are two groups for each operand, one of them half empty, or three full ones for twice the features.
template <class Stage>
constexpr int accumulators_per_group()
{
    int best = blocking::nr;
    auto const area = [](int most) {  // rows times vectors that one pass over all groups computes
        int const blocks = blocking::nr / most;
        return blocks * detail::rows_of_tile(detail::find_product_groups<Stage>(most), blocks);
    };
    auto const calls = [](int most) {
        return static_cast<int>(detail::find_product_groups<Stage>(most).size());
    };
    for (int most = blocking::nr / 2; most > 0; most /= 2) {
        best = calls(most) * area(best) < calls(best) * area(most) ? most : best;
    }
    return best;
}

/// The product groups of a stage in order, of at most @p Most accumulators each.
template <class Stage, int Most>
inline constexpr auto product_groups = [] {
    constexpr auto found = detail::find_product_groups<Stage>(Most);
    return to_array<found.size()>(found);
}();

}  // namespace rondo::inline RONDO_ISA::kernel_internal
