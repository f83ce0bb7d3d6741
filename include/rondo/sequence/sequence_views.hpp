#pragma once
/// @file
/// The argument of a run as a view of each of the step's sequences: an array, or several by name.

#include <rondo/lang/names.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/sequence/sequence_view.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A view of each input, or of each output, of a step.
template <class Sequences, class T>
using sequence_views = std::array<sequence_view<T>, Sequences::count>;

/// Which arguments a run takes as sequences.
enum class sequence_kinds : std::uint8_t {
    arrays_and_lists,  ///< arrays of (time, batch, features), and lists of (time, features)
    arrays,            ///< arrays alone, because a list has lengths of its own
};

/// Finds the name of sequence @p K of a step. It is no alias, because g++ 12 does not expand a pack in one
/// that contains a lambda.
template <class Sequences, std::size_t K>
struct sequence_name_of {
    /// The name as a type.
    using type = decltype([]<std::size_t... I>(std::index_sequence<I...>) {
        return lang_internal::name<Sequences::list[K].name.view()[I]...>{};
    }(std::make_index_sequence<Sequences::list[K].name.view().size()>{}));
};

/// The name of sequence @p K of a step as a type.
template <class Sequences, std::size_t K>
using sequence_name = typename sequence_name_of<Sequences, K>::type;

/// Finds the name of per-sequence input @p K of a step.
template <class Sequences, std::size_t K>
struct per_sequence_name_of {
    /// The name as a type.
    using type = decltype([]<std::size_t... I>(std::index_sequence<I...>) {
        return lang_internal::name<Sequences::per_sequence_list[K].name.view()[I]...>{};
    }(std::make_index_sequence<Sequences::per_sequence_list[K].name.view().size()>{}));
};

/// The name of per-sequence input @p K of a step as a type.
template <class Sequences, std::size_t K>
using per_sequence_name = typename per_sequence_name_of<Sequences, K>::type;

/// Whether named() has the sequence of a name. The message names the cell and spells the name.
template <class Cell, class Name, std::size_t Found>
struct named_has_sequence {
    static_assert(Found > 0,
                  "named(...) lacks an input or output of this cell: the one whose name stands beside it");
    static constexpr bool value = Found > 0;
};

/// Whether named() has all sequences of a step that are not optional and all per-sequence inputs, and none
/// that the step does not have.
template <class Sequences, class X,
          class Indices = std::make_index_sequence<Sequences::count - Sequences::optional>,
          class PerSequence = std::make_index_sequence<Sequences::per_sequence_count>>
struct names_fit;
template <class Sequences, class... Named, std::size_t... K, std::size_t... P>
struct names_fit<Sequences, lang_internal::named_values<Named...>, std::index_sequence<K...>,
                 std::index_sequence<P...>> {
    using given = lang_internal::named_values<Named...>;  ///< the values with names
    /// Whether they fit.
    static constexpr bool value =
        (step_has_sequence<Sequences, typename Named::name_type>::value && ...) &&
        (named_has_sequence<typename Sequences::cell_type, sequence_name<Sequences, K>,
                            given::template count<sequence_name<Sequences, K>>>::value &&
         ...) &&
        (named_has_sequence<typename Sequences::cell_type, per_sequence_name<Sequences, P>,
                            given::template count<per_sequence_name<Sequences, P>>>::value &&
         ...);
};

namespace detail {

template <class T, sequence_kinds Kinds, class X>
sequence_view<T> view_of(X const& x)
{
    if constexpr (Kinds == sequence_kinds::arrays) {
        return sequence_view<T>::of_array(x);
    } else {
        return sequence_view<T>(x);
    }
}

/// Whether a type is named_arrays of a step.
template <class Sequences, class X>
inline constexpr bool are_arrays_of = false;
template <class Sequences, class T>
inline constexpr bool are_arrays_of<Sequences, named_arrays<Sequences, T>> = true;

}  // namespace detail

/// Sequence @p K in the result of named(); zeros if it is not there.
template <class Sequences, class T, sequence_kinds Kinds, std::size_t K, class... Named>
sequence_view<T> named_view(lang_internal::named_values<Named...> const& x)
{
    using name = sequence_name<Sequences, K>;
    if constexpr (lang_internal::named_values<Named...>::template count<name> == 0) {
        return sequence_view<T>::zeros();
    } else {
        return detail::view_of<T, Kinds>(x.template get<name>());
    }
}

/// Refers to the sequences of @p x: an array or a list if the step has one sequence without a name; else the
/// result of named(), or @ref named_arrays.
template <class Sequences, class T, sequence_kinds Kinds = sequence_kinds::arrays_and_lists, class X>
sequence_views<Sequences, T> views_of(X const& x)
{
    if constexpr (!Sequences::are_named) {
        static_assert(
            !lang_internal::is_named<X>,
            "this cell has one input or output, which has no name: pass the array without named(...)");
        return {detail::view_of<T, Kinds>(x)};
    } else {
        return [&]<std::size_t... K>(std::index_sequence<K...>) -> sequence_views<Sequences, T> {
            if constexpr (detail::are_arrays_of<Sequences, X>) {
                return {detail::view_of<T, Kinds>(x.at(K))...};
            } else {
                static_assert(lang_internal::is_named<X>,
                              "this cell has inputs or outputs with names: pass their sequences as "
                              "named(\"x\"_s = x, \"mask\"_s = mask)");
                static_assert(names_fit<Sequences, X>::value);
                return {named_view<Sequences, T, Kinds, K>(x)...};
            }
        }(std::make_index_sequence<Sequences::count>{});
    }
}

/// Whether @p x, as far as it is read in place, shares memory with one of the arrays @p all.
template <class Sequences, class T>
bool overlaps_any(sequence_view<T> const& x, arrays_of<Sequences, T> const& all)
{
    bool any = false;
    for (std::size_t k = 0; k < Sequences::count; ++k) {
        auto const& one = nth_array(all, k);
        any = any || x.overlaps(one.data(), one.size());
    }
    return any;
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
