#pragma once
/// @file
/// Makes a model of another cell with the sizes of a model.

#include <rondo/model/model.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A dimension whose size a model's constructor takes: none if it is a constant.
template <class D, class... Fixed, class Sizes>
auto run_time_size(Sizes const& bound)
{
    if constexpr ((std::is_same_v<D, typename Fixed::dimension_type> || ...)) {
        return std::tuple{};
    } else {
        return std::tuple{D{static_cast<std::size_t>(bound.template of<D>())}};
    }
}

/// A model of @p Other, which has the dimensions of @p Cell, with its sizes.
template <class Other, class T, class Cell, class... Fixed>
model<Other, T, Fixed...> model_of_sizes(sizes<Cell, Fixed...> const& bound)
{
    return [&]<class... D>(lang_internal::type_list<D...>) {
        return std::apply([](auto... size) { return model<Other, T, Fixed...>(size...); },
                          std::tuple_cat(run_time_size<D, Fixed...>(bound)...));
    }(lang_internal::dimensions_of<Cell>{});
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
