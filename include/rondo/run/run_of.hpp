#pragma once
/// @file
/// The type of a run by the type of its model.

#include <rondo/model/model.hpp>

#include <type_traits>

namespace rondo::inline RONDO_ISA::exec_internal {

namespace detail {

template <template <class, class, class...> class Run, class Model>
struct run_of;
template <template <class, class, class...> class Run, class Cell, class T, class... Fixed>
struct run_of<Run, model<Cell, T, Fixed...>> {
    using type = Run<Cell, T, Fixed...>;
};

}  // namespace detail

/// The class template @p Run, such as bptt, with the template arguments of @p Model.
template <template <class, class, class...> class Run, class Model>
using run_of = typename detail::run_of<Run, std::remove_cvref_t<Model>>::type;

}  // namespace rondo::inline RONDO_ISA::exec_internal
