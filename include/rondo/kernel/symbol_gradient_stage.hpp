#pragma once
/// @file
/// Scatters adjoints to the rows or columns that were looked up: the gradients of embeddings.
///
/// A matrix that is multiplied by a one-hot vector has a gradient of one row or column in each step. The
/// features are divided among threads, and each thread adds them row after row, so that the order of the
/// additions, and with it the result to the last bit, does not depend on the number of threads.

#include <rondo/kernel/evaluate.hpp>
#include <rondo/kernel/index_range.hpp>
#include <rondo/kernel/static_for.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Adds part @p part of the gradients of @p Stage, for all @p rows, to the gradients.
template <class Stage, class T, class Sizes>
void run_symbol_gradient_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes,
                               index_range rows, work_part part)
{
    using exe = typename Stage::exe;
    stage_frame<Stage, T, Sizes> const frame{shared, sizes};
    static_for<static_cast<std::size_t>(Stage::what.parts.size())>([&]<std::size_t I>() {
        constexpr gradient_part what =
            schedule_tables<exe>::parts[static_cast<std::size_t>(Stage::what.parts.begin) + I];
        constexpr dimension_id dim = exe::schedule.arrays[static_cast<std::size_t>(what.left)].shape.rows();
        constexpr dimension_id columns_dim =
            compiled<typename exe::cell_type>::shapes.parameters[what.parameter].shape.columns();
        rows_of<T> const& adjoints = frame.ctx.arrays[static_cast<std::size_t>(what.left)];
        T* const gradient = frame.ctx.gradients[static_cast<std::size_t>(what.parameter)];
        std::ptrdiff_t const features = sizes.template get<dim>();
        std::ptrdiff_t const columns = sizes.template get<columns_dim>();
        index_range const own = part_of(features, part);
        for (std::ptrdiff_t row = rows.begin; row < rows.end; ++row) {
            T const* const from = adjoints.row(row);
            std::ptrdiff_t const symbol = symbol_at<what.symbols>(frame, row);
            if constexpr (what.of_row) {
                T* const to = gradient + symbol * columns;
                for (std::ptrdiff_t i = own.begin; i < own.end; ++i) {
                    to[i] += from[i];
                }
            } else {
                for (std::ptrdiff_t i = own.begin; i < own.end; ++i) {
                    gradient[i * columns + symbol] += from[i];
                }
            }
        }
    });
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
