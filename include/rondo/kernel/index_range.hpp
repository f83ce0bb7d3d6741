#pragma once
/// @file
/// Half-open ranges of rows and features.

#include <rondo/namespaces.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The indices from `begin` up to, but not including, `end`.
struct index_range {
    std::ptrdiff_t begin;  ///< the first
    std::ptrdiff_t end;    ///< behind the last

    /// How many there are.
    [[nodiscard]] constexpr std::ptrdiff_t size() const noexcept { return end - begin; }
};

/// One of the parts that work is divided into, one for each thread.
struct work_part {
    std::ptrdiff_t index = 0;  ///< which one
    std::ptrdiff_t count = 1;  ///< of how many
};

/// The part @p part of the range [0, @p n). Sizes of parts differ by at most one.
constexpr index_range part_of(std::ptrdiff_t n, work_part part) noexcept
{
    return {n * part.index / part.count, n * (part.index + 1) / part.count};
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
