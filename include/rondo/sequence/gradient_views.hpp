#pragma once
/// @file
/// The argument of a backward run as a view of the gradient of each output. Gradients that the caller does
/// not name are zeros.

#include <rondo/sequence/sequence_views.hpp>

#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

namespace detail {

/// The view of output @p K in the result of named(), of zeros if it is not named.
template <class Sequences, class T, std::size_t K, class... Named>
sequence_view<T> gradient_view_of(lang_internal::named_values<Named...> const& dy)
{
    using name = sequence_name<Sequences, K>;
    if constexpr (lang_internal::named_values<Named...>::template count<name> == 0) {
        return sequence_view<T>::zeros();
    } else {
        return sequence_view<T>::of_array(dy.template get<name>());
    }
}

}  // namespace detail

/// Refers to the gradients of the outputs of a step: views_of() of arrays, of which named() may leave some
/// out.
template <class Sequences, class T, class Dy>
sequence_views<Sequences, T> gradient_views_of(Dy const& dy)
{
    return views_of<Sequences, T, sequence_kinds::arrays>(dy);
}
template <class Sequences, class T, class... Named>
    requires Sequences::are_named
sequence_views<Sequences, T> gradient_views_of(lang_internal::named_values<Named...> const& dy)
{
    static_assert((step_has_sequence<Sequences, typename Named::name_type>::value && ...));
    return [&]<std::size_t... K>(std::index_sequence<K...>) -> sequence_views<Sequences, T> {
        return {detail::gradient_view_of<Sequences, T, K>(dy)...};
    }(std::make_index_sequence<Sequences::count>{});
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
