#pragma once
/// @file
/// A loop over indices that are constants in its body.

#include <rondo/namespaces.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

template <class F, std::size_t... I>
RONDO_INLINE constexpr void call_each(F& f, std::index_sequence<I...>)
{
    (f(std::integral_constant<std::size_t, I>{}), ...);
}

}  // namespace detail

/// Calls `f(std::integral_constant<std::size_t, I>{})` for I from 0 to @p N - 1, without a loop. Bodies that
/// must be inlined are lambdas marked RONDO_INLINE_LAMBDA.
template <std::size_t N, class F>
RONDO_INLINE constexpr void static_for(F&& f)
{
    detail::call_each(f, std::make_index_sequence<N>{});
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
