#pragma once
/// @file
/// A list of types, for the few parts of a cell that exist as types only: members and dimensions.

#include <rondo/namespaces.hpp>

#include <cstddef>
#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// A list of types.
template <class... T>
struct type_list {
    static constexpr std::size_t size = sizeof...(T);  ///< number of types
    /// The index of @p U; `size` if it is not in the list.
    template <class U>
    static constexpr std::size_t index_of = [] {
        std::size_t i = 0;
        (void)((std::is_same_v<T, U> || (++i, false)) || ...);
        return i;
    }();
};

/// Appends the type @p T to the list.
template <class List, class T>
struct append_type;
template <class... L, class T>
struct append_type<type_list<L...>, T> {
    using type = type_list<L..., T>;  ///< the longer list
};

/// The types of lists one after the other.
template <class... List>
struct concatenation {
    using type = type_list<>;  ///< the long list
};
template <class... T>
struct concatenation<type_list<T...>> {
    using type = type_list<T...>;  ///< the long list
};
template <class... A, class... B, class... Rest>
struct concatenation<type_list<A...>, type_list<B...>, Rest...>
    : concatenation<type_list<A..., B...>, Rest...> {};

/// Appends to the list the types @p T that it does not contain yet.
template <class List, class... T>
struct append_once {
    using type = List;  ///< the longer list
};
template <class... L, class T, class... Rest>
struct append_once<type_list<L...>, T, Rest...>
    : append_once<std::conditional_t<(std::is_same_v<L, T> || ...), type_list<L...>, type_list<L..., T>>,
                  Rest...> {};

}  // namespace rondo::inline RONDO_ISA::lang_internal
