#pragma once
/// @file
/// How much memory runs of cells with matrix states take without a budget.

#include <rondo/pass/pipeline.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The most bytes of saved values and checkpoints that a run of a cell with matrix states takes unless a
/// budget says otherwise. A matrix state is large: 4 heads of 64 by 64 floats over 1,000 steps of 32
/// sequences are 2 GB.
inline constexpr std::size_t most_unasked_bytes = std::size_t{512} << 20;

/// Whether a state of a cell is a matrix.
template <class Cell>
constexpr bool has_matrix_states()
{
    auto const& states = compiled<Cell>::shapes.states;
    return std::any_of(states.begin(), states.end(), [](extents s) { return s.is_matrix(); });
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
