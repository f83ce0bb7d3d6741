#pragma once
/// @file
/// Copies the entries of a value in a caller's array, of any layout and with any number of dimensions.

#include <rondo/sequence/array_shape.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The number of dimensions of an array if its type says it, else the most that arrays can have here.
template <class X>
constexpr std::size_t most_dimensions()
{
    using shape_type = std::remove_cvref_t<decltype(std::declval<X const&>().shape())>;
    if constexpr (requires { std::tuple_size<shape_type>::value; }) {
        return std::tuple_size<shape_type>::value;
    } else {
        return array_shape::most;
    }
}

/// Copies the first @p n entries behind the indices @p at of an array, whose last dimension is innermost.
/// There is one more index if the array has one value, and none if it has a number, for each of @p at.
template <class T, class X, class... I>
void copy_entries(X const& x, T* to, std::ptrdiff_t n, I... at)
{
    if (x.dimension() == sizeof...(I)) {
        *to = static_cast<T>(x(at...));
        return;
    }
    if constexpr (most_dimensions<X>() > sizeof...(I) + 1) {
        if (x.dimension() > sizeof...(I) + 1) {
            std::array<std::ptrdiff_t, array_shape::most> index{at...};
            std::size_t const last = x.dimension() - 1;
            for (std::ptrdiff_t i = 0; i < n; ++i) {
                to[i] = static_cast<T>(x.element(index.begin(), index.begin() + x.dimension()));
                std::size_t d = last;
                for (; d > sizeof...(I) && index[d] + 1 == static_cast<std::ptrdiff_t>(x.shape()[d]); --d) {
                    index[d] = 0;
                }
                ++index[d];
            }
            return;
        }
    }
    for (std::ptrdiff_t i = 0; i < n; ++i) {
        to[i] = static_cast<T>(x(at..., i));
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
