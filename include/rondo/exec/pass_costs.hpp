#pragma once
/// @file
/// The memory of a forward and a backward pass, known before they run.

#include <rondo/exec/backward_pass.hpp>
#include <rondo/exec/forward_pass.hpp>
#include <rondo/exec/prologue_pass.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/time/chunk_list.hpp>
#include <rondo/time/memory_plan.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The rows of a forward pass over chunks of such @p extents, in segments of such @p segment rows.
constexpr row_counts forward_rows(chunk_extents const& extents, segment_rows const& segment) noexcept
{
    return {.states = segment.states,
            .histories = segment.histories,
            .saved = segment.saved,
            .span = extents.rows,
            .step = extents.batch};
}

/// The rows of a backward pass over chunks of such @p extents.
constexpr row_counts backward_rows(chunk_extents const& extents) noexcept
{
    return {.states = extents.states,
            .histories = extents.batch,
            .span = extents.rows,
            .step = extents.batch,
            .group = extents.group_rows};
}

/// The bytes that a forward pass, and a backward pass for the @p wanted gradients, allocate on @p threads
/// threads.
template <class Cell, class T, class Sizes>
constexpr memory_costs pass_costs(Sizes const& sizes, chunk_extents const& extents, std::ptrdiff_t threads,
                                  wanted_gradients wanted = {})
{
    using forward = workspace<forward_exe<Cell>, T>;
    std::size_t const bare = forward::bytes(sizes, {}, 0);
    std::size_t const state_row = forward::bytes(sizes, {.states = 1}, 0) - bare;
    std::size_t const history_row = forward::bytes(sizes, {.histories = 1}, 0) - bare;
    return {.fixed = forward::bytes(sizes, counts_forward(forward_rows(extents, {}), threads), 0) +
                     backward_pass<Cell, T>::bytes(sizes, backward_rows(extents), threads, wanted) +
                     prologue_pass<Cell, T>::bytes(sizes, extents.batch, threads, wanted),
            .saved_row = forward::bytes(sizes, {.saved = 1}, 0) - bare,
            .state_row = state_row,
            .checkpoint = static_cast<std::size_t>(extents.batch) * (state_row + history_row),
            .history_row = history_row};
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
