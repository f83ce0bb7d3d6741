#pragma once
/// @file
/// The type of a run by the type of its model.

#include <rondo/model/model.hpp>

#include <type_traits>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Finds the type of a run.
template <template <class, class, class...> class Run, class Model>
struct find_run_of;
template <template <class, class, class...> class Run, class Cell, class T, class... Fixed>
struct find_run_of<Run, model<Cell, T, Fixed...>> {
    using type = Run<Cell, T, Fixed...>;  ///< as found
};

/// The class template @p Run, such as bptt, with the template arguments of @p Model.
template <template <class, class, class...> class Run, class Model>
using run_of = typename find_run_of<Run, std::remove_cvref_t<Model>>::type;

}  // namespace rondo::inline RONDO_ISA::exec_internal
