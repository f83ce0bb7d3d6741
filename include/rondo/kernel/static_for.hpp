#pragma once
/// @file
/// A loop over indices that are constants in its body.

#include <rondo/namespaces.hpp>

#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

// A fold is as deeply nested as it is long, and clang's default limit is 256. The list of an array is flat,
// but g++ takes more memory for it.
inline constexpr std::size_t most_in_a_fold = 256;

template <class Indices>
struct static_loop;

template <std::size_t... I>
struct static_loop<std::index_sequence<I...>> {
    template <class F>
    RONDO_INLINE constexpr void operator()(F&& f) const
    {
        if constexpr (sizeof...(I) <= most_in_a_fold) {
            (f.template operator()<I>(), ...);
        } else {
            [[maybe_unused]] char const in_order[] = {(f.template operator()<I>(), '\0')...};
        }
    }
};

}  // namespace detail

/// `static_for<N>(f)` calls `f.template operator()<I>()` for I from 0 to @p N - 1, where f is a lambda
/// `[&]<std::size_t I>()`. A body that must be inlined is marked RONDO_INLINE_LAMBDA.
///
/// A function object, not a function with one inside: each level of inlining copies the body once more while
/// compiling.
template <std::size_t N>
inline constexpr detail::static_loop<std::make_index_sequence<N>> static_for{};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
