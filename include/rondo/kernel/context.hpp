#pragma once
/// @file
/// The run-time arguments of stages: arrays, parameters, panels.

#include <rondo/kernel/cache_policy.hpp>
#include <rondo/kernel/executable.hpp>
#include <rondo/kernel/simd.hpp>

#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// An array of shape (time, batch, feature) in memory. Rows count (time, batch) from the start of
/// the sequence: row t * B + b.
template <class T>
struct rows_of {
    T* data = nullptr;              ///< the first row in memory
    std::ptrdiff_t row_stride = 0;  ///< entries from one row to the next
    std::ptrdiff_t first_row = 0;   ///< the number of the row at `data`

    /// The features of row @p r.
    [[nodiscard]] T* row(std::ptrdiff_t r) const noexcept { return data + (r - first_row) * row_stride; }
};

/// Whether rows of an array are the caller's, and may end without room for a full vector.
constexpr bool is_unpadded(storage kind) noexcept
{
    return kind == storage::input || kind == storage::output || kind == storage::output_adjoint ||
           kind == storage::input_gradient;
}

/// Whether an array has a row for each sequence, which all of its steps read.
constexpr bool has_row_per_sequence(storage kind) noexcept { return kind == storage::per_sequence; }

/// Whether an array has one row, which all steps and sequences read.
constexpr bool has_single_row(storage kind) noexcept
{
    return kind == storage::parameter || kind == storage::kept;
}

/// The run-time arguments for @p Count per-sequence values besides their arrays; empty if there are none.
template <class T, std::size_t Count>
struct per_sequence_arguments {
    std::ptrdiff_t batch = 1;  ///< the sequences side by side, of which a phase counts the rows
    /// The gradients of the values, a row for each sequence, to which stages add; backwards only.
    std::array<rows_of<T>, Count> per_sequence_gradients{};
};
template <class T>
struct per_sequence_arguments<T, 0> {};

/// Whether the stages of @p Exe can read per-sequence values.
template <class Exe>
inline constexpr bool has_per_sequence_values = compiled<typename Exe::cell_type>::per_sequence_values > 0;

/// The run-time arguments of the stages of @p Exe.
template <class Exe, class T>
struct context : per_sequence_arguments<T, compiled<typename Exe::cell_type>::per_sequence_values> {
    /// The arrays of the schedule. An array that stages only read is not written through these pointers.
    std::array<rows_of<T>, Exe::schedule.arrays.size()> arrays{};
    /// The parameters, in the order of the cell's members.
    std::array<T const*, compiled<typename Exe::cell_type>::shapes.parameters.size() + 1> parameters{};
    /// Gradients of the parameters, to which reductions add; backwards only.
    std::array<T*, compiled<typename Exe::cell_type>::shapes.parameters.size() + 1> gradients{};
    /// The packed panels of each stage.
    std::array<T const*, Exe::schedule.stages.size()> panels{};
    /// Which stores bypass the caches, see workspace::resize().
    cache_policy policy{};
    /// Whether a loop updates states in place, see in_place_states.
    bool updates_in_place = false;
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
