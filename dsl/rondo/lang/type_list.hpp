#pragma once
/// @file
/// Types in a row, for the few things of a cell that only exist as types: members and dimensions.

#include <rondo/namespaces.hpp>

#include <cstddef>
#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// A list of types.
template <class... T>
struct type_list {
    static constexpr std::size_t size = sizeof...(T);  ///< how many
    /// Where @p U stands; `size` if it does not.
    template <class U>
    static constexpr std::size_t index_of = [] {
        std::size_t i = 0;
        (void)((std::is_same_v<T, U> || (++i, false)) || ...);
        return i;
    }();
};

/// The list with those of the types @p T at its end that it does not hold yet.
template <class List, class... T>
struct append_once {
    using type = List;  ///< the longer list
};
template <class... L, class T, class... Rest>
struct append_once<type_list<L...>, T, Rest...>
    : append_once<std::conditional_t<(std::is_same_v<L, T> || ...), type_list<L...>, type_list<L..., T>>,
                  Rest...> {};

}  // namespace rondo::inline RONDO_ISA::lang_internal
