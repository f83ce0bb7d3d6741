#pragma once
/// @file
/// The functions that run the stages of a schedule, by the number of the stage.
///
/// A kernel takes its stage as a type. A walk over a schedule has numbers, which index these tables of
/// functions.

#include <rondo/kernel/bias_gradient_stage.hpp>
#include <rondo/kernel/per_sequence_gradient_stage.hpp>
#include <rondo/kernel/run_rows.hpp>
#include <rondo/kernel/scan_stage.hpp>
#include <rondo/kernel/symbol_gradient_stage.hpp>
#include <rondo/kernel/weight_gradient_stage.hpp>

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

// Ranges are passed in registers: g++ copies a larger struct with loads wider than the stores that made it,
// which is a store-forwarding stall in every step.

/// Runs rows through a stage.
template <class Exe, class T, class Sizes>
using row_function = void (*)(context<Exe, T> const&, Sizes const&, index_range, traversal);
/// Runs the steps of a sequence through a scan.
template <class Exe, class T, class Sizes>
using scan_function = void (*)(context<Exe, T> const&, Sizes const&, strided_rows);
/// Adds up one part of a gradient over rows.
template <class Exe, class T, class Sizes>
using reduction_function = void (*)(context<Exe, T> const&, Sizes const&, index_range, work_part, T*);

namespace detail {

template <class Exe, std::size_t S, class T, class Sizes>
void run_row_stage_of(context<Exe, T> const& ctx, Sizes const& sizes, index_range rows, traversal order)
{
    run_rows<stage_exe<Exe, S>, T>(ctx, sizes, rows, order);
}

template <class Exe, std::size_t S, class T, class Sizes>
void run_reduction(context<Exe, T> const& ctx, Sizes const& sizes, index_range rows, work_part part,
                   T* scratch)
{
    using stage_type = stage_exe<Exe, S>;
    if constexpr (stage_type::what.kind == stage_kind::bias_gradient) {
        run_bias_gradient_stage<stage_type, T>(ctx, sizes, rows, part);
    } else if constexpr (stage_type::what.kind == stage_kind::symbol_gradient) {
        run_symbol_gradient_stage<stage_type, T>(ctx, sizes, rows, part);
    } else {
        run_weight_gradient_stage<stage_type, T>(ctx, sizes, rows, part, scratch);
    }
}

/// The table of the functions `function(stage)`, where stage is an integral constant.
template <class Exe, class Function, class F>
constexpr auto for_all_stages(F function)
{
    constexpr auto count = static_cast<std::size_t>(Exe::schedule.stages.size());
    return [&]<std::size_t... S>(std::index_sequence<S...>) {
        return std::array<Function, count>{function(std::integral_constant<std::size_t, S>{})...};
    }(std::make_index_sequence<count>{});
}

}  // namespace detail

/// The functions of the stages that work row by row; null for scans, gradients and kept values.
template <class Exe, class T, class Sizes>
inline constexpr auto row_functions =
    detail::for_all_stages<Exe, row_function<Exe, T, Sizes>>([](auto s) -> row_function<Exe, T, Sizes> {
        constexpr stage what = Exe::schedule.stages[s()];
        if constexpr (!what.is_once &&
                      (what.kind == stage_kind::tile || what.kind == stage_kind::elementwise)) {
            return &detail::run_row_stage_of<Exe, s(), T, Sizes>;
        } else {
            return nullptr;
        }
    });

/// The functions of the gradients of per-sequence values, which take the steps of a sequence; null for other
/// stages.
template <class Exe, class T, class Sizes>
inline constexpr auto per_sequence_functions =
    detail::for_all_stages<Exe, scan_function<Exe, T, Sizes>>([](auto s) -> scan_function<Exe, T, Sizes> {
        if constexpr (Exe::schedule.stages[s()].kind == stage_kind::per_sequence_gradient) {
            return &run_per_sequence_gradient_stage<stage_exe<Exe, s()>, T, Sizes>;
        } else {
            return nullptr;
        }
    });

/// The functions of the scans; null for other stages.
template <class Exe, class T, class Sizes>
inline constexpr auto scan_functions =
    detail::for_all_stages<Exe, scan_function<Exe, T, Sizes>>([](auto s) -> scan_function<Exe, T, Sizes> {
        if constexpr (Exe::schedule.stages[s()].kind == stage_kind::scan) {
            return &run_scan_stage<stage_exe<Exe, s()>, T, Sizes>;
        } else {
            return nullptr;
        }
    });

/// The functions of the reductions; null for other stages.
template <class Exe, class T, class Sizes>
inline constexpr auto reduction_functions = detail::for_all_stages<Exe, reduction_function<Exe, T, Sizes>>(
    [](auto s) -> reduction_function<Exe, T, Sizes> {
        if constexpr (Exe::schedule.stages[s()].adds_to_parameters()) {
            return &detail::run_reduction<Exe, s(), T, Sizes>;
        } else {
            return nullptr;
        }
    });

}  // namespace rondo::inline RONDO_ISA::exec_internal
