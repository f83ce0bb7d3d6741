#pragma once
/// @file
/// The argument of a backward run as a view of the gradient of each output. Gradients that the caller does
/// not name are zeros.

#include <rondo/sequence/sequence_views.hpp>

#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

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
        return {named_view<Sequences, T, sequence_kinds::arrays, K>(dy)...};
    }(std::make_index_sequence<Sequences::count>{});
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
