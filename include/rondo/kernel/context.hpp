#pragma once
/// @file
/// What a stage is given at run time: its arrays, the parameters, the panels.

#include <rondo/kernel/executable.hpp>
#include <rondo/kernel/simd.hpp>

#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// An array of shape (time, batch, feature) in memory. Rows count (time, batch) from the start of
/// the sequence: row t * B + b.
template <class T>
struct rows_of {
    T* data = nullptr;              ///< the first row there is
    std::ptrdiff_t row_stride = 0;  ///< entries from one row to the next
    std::ptrdiff_t first_row = 0;   ///< the row that stands at `data`

    /// The features of row @p r.
    [[nodiscard]] T* row(std::ptrdiff_t r) const noexcept { return data + (r - first_row) * row_stride; }
};

/// Whether rows of an array are the caller's, and may end without room for a full vector.
constexpr bool is_unpadded(storage kind) noexcept
{
    return kind == storage::input || kind == storage::output || kind == storage::output_adjoint ||
           kind == storage::input_gradient;
}

/// Some of a number of things: from `begin` up to `end`.
struct share {
    std::ptrdiff_t begin;  ///< the first
    std::ptrdiff_t end;    ///< behind the last
    /// Those from @p first on, @p behind being the first that is not one of them.
    constexpr share(std::ptrdiff_t first, std::ptrdiff_t behind) noexcept : begin(first), end(behind) {}
    /// Part @p i of @p parts of @p n things; parts differ by at most one thing.
    constexpr share(std::ptrdiff_t n, std::ptrdiff_t i, std::ptrdiff_t parts) noexcept
        : begin(n * i / parts), end(n * (i + 1) / parts)
    {
    }
};

/// Rows @p begin to @p end of a stage; of stages that add up over rows, part @p part of @p parts of
/// the features, so that every sum is made by one thread in one order.
struct work_share {
    std::ptrdiff_t begin;  ///< the first row
    std::ptrdiff_t end;    ///< behind the last row
    std::ptrdiff_t part;   ///< which part of the features
    std::ptrdiff_t parts;  ///< of how many
};

/// All that the stages of @p Exe work with.
template <class Exe, class T>
struct context {
    /// The arrays of the schedule. What a stage only reads is not written through these.
    std::array<rows_of<T>, Exe::schedule.arrays.size()> arrays{};
    /// The parameters, one after the other.
    std::array<T const*, compiled<typename Exe::cell_type>::shapes.parameters.size() + 1> parameters{};
    /// Gradients of the parameters, which are added to; backwards only.
    std::array<T*, compiled<typename Exe::cell_type>::shapes.parameters.size() + 1> gradients{};
    /// The packed panels of each stage.
    std::array<T const*, Exe::schedule.stages.size()> panels{};
    /// Whether weights and what is remembered would each fill a second-level cache, see workspace::resize().
    bool saved_values_exceed_cache = false;
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
