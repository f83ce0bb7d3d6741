#pragma once
/// @file
/// The inputs of layers as types: the one that takes the output of the layer before, and those by name.

#include <rondo/lang/names.hpp>
#include <rondo/lang/type_list.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/sequence_views.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::stack_internal {

using lang_internal::type_list;

/// An input of layers: its name, and what a caller gives.
template <class Name, bool PerSequence, bool Symbol>
struct layer_input {
    using name_type = Name;                               ///< the name
    static constexpr bool is_per_sequence = PerSequence;  ///< whether a sequence has one value of it
    static constexpr bool is_symbol = Symbol;             ///< whether it is the number of a symbol
    /// (time, batch, features), or (batch, features).
    template <class T>
    using array = xt::xtensor<T, PerSequence ? 2 : 3>;
};

/// The name in `named(...)` of an input that has none, beside inputs of other layers that have names.
using name_of_unnamed = lang_internal::name<'x'>;

/// The inputs of a layer: the first one, which takes the output of the layer before, and the others.
template <bool AreNamed, class First, class... Other>
struct input_list {
    static constexpr bool are_named = AreNamed;                 ///< whether a caller gives them by name
    static constexpr std::size_t count = 1 + sizeof...(Other);  ///< of the inputs
    using first = First;                                        ///< the first one
    using others = type_list<Other...>;                         ///< the others
    using all = type_list<First, Other...>;                     ///< all of them
};

/// The inputs of a layer with one that has no name.
using one_input = input_list<false, layer_input<name_of_unnamed, false, false>>;

/// Finds the inputs of a layer. A class of the user's has one.
template <class L>
struct find_inputs {
    using type = one_input;  ///< as found
};

/// The inputs of a layer, or of a reference to one.
template <class L>
using inputs_of_layer = typename find_inputs<std::remove_cvref_t<L>>::type;

/// The inputs of a cell that has several.
template <class Cell, class Sequence, class PerSequence>
struct inputs_of_cell;
template <class Cell, std::size_t... K, std::size_t... P>
struct inputs_of_cell<Cell, std::index_sequence<K...>, std::index_sequence<P...>> {
    using all = exec_internal::step_inputs_of<Cell>;  ///< of its step
    /// In the order of the struct.
    using type = input_list<
        true, layer_input<exec_internal::sequence_name<all, 0>, false, all::list[0].is_symbol>,
        layer_input<exec_internal::sequence_name<all, K + 1>, false, all::list[K + 1].is_symbol>...,
        layer_input<exec_internal::per_sequence_name<all, P>, true, all::per_sequence_list[P].is_symbol>...>;
};

template <class L>
    requires requires { typename L::model_type::cell_type; }
struct find_inputs<L> {
    using cell = typename L::model_type::cell_type;   ///< of the run
    using all = exec_internal::step_inputs_of<cell>;  ///< of its step
    /// As found.
    using type = typename std::conditional_t<
        all::are_named,
        inputs_of_cell<cell, std::make_index_sequence<all::are_named ? all::count - all::optional - 1 : 0>,
                       std::make_index_sequence<all::are_named ? all::per_sequence_count : 0>>,
        std::type_identity<input_list<false, layer_input<name_of_unnamed, false, all::list[0].is_symbol>>>>::
        type;
};

/// Whether inputs have one name.
template <class A, class B>
inline constexpr bool have_one_name = std::is_same_v<typename A::name_type, typename B::name_type>;

/// Whether two inputs of layers, which have one name, can be given one array. The message spells the name.
template <class A, class B>
struct inputs_are_alike {
    static constexpr bool value = std::is_same_v<A, B>;  ///< whether they can
    static_assert(value,
                  "layers take an input of one name in different ways: it is one value a sequence in one and "
                  "one a step in another, or a symbol in one and numbers in another; rename one of them");
};

/// Appends to a list the inputs whose names it does not contain yet.
template <class List, class... Input>
struct append_inputs {
    using type = List;  ///< the longer list
};
template <class... L, class Input, class... Rest>
struct append_inputs<type_list<L...>, Input, Rest...>
    : append_inputs<
          std::conditional_t<(have_one_name<L, Input> || ...), type_list<L...>, type_list<L..., Input>>,
          Rest...> {
    static_assert(
        (std::conditional_t<have_one_name<L, Input>, inputs_are_alike<L, Input>, std::true_type>::value &&
         ...));
};

/// The inputs of a list that change over time, or those that a sequence has one value of.
template <bool PerSequence, class List>
struct select_inputs;
template <bool PerSequence, class... Input>
struct select_inputs<PerSequence, type_list<Input...>> {
    /// These.
    using type = typename lang_internal::concatenation<
        std::conditional_t<Input::is_per_sequence == PerSequence, type_list<Input>, type_list<>>...>::type;
};

/// The inputs of a layer that a stream takes at each step.
template <class L>
using inputs_of_steps = typename select_inputs<false, typename inputs_of_layer<L>::all>::type;
/// The inputs of a layer that a stream takes once for each sequence.
template <class L>
using inputs_of_sequences = typename select_inputs<true, typename inputs_of_layer<L>::all>::type;

/// Whether a list contains an input of a name.
template <class List, class Name>
inline constexpr bool has_input = false;
template <class... L, class Name>
inline constexpr bool has_input<type_list<L...>, Name> = (std::is_same_v<typename L::name_type, Name> || ...);

/// Whether the first input of a layer can take the output of the layer before it, where the layers take the
/// inputs @p Others by name. The message spells the name.
template <class First, bool IsNamed, class Others>
struct first_input_takes_output {
    static_assert(!IsNamed || !First::is_symbol,
                  "the first input in the struct of this layer's step takes the output of the layer before, "
                  "and it is a symbol: list the input that takes the output first");
    static_assert(!IsNamed || !has_input<Others, typename First::name_type>,
                  "the first input in the struct of this layer's step takes the output of the layer before, "
                  "but another layer takes an input of this name from named(...): list the input that takes "
                  "the output first, or rename it");
    static constexpr bool value = true;  ///< true; if not, an assertion above fails
};

/// The inputs with these names as an input_list.
template <bool AreNamed, class All>
struct make_input_list;
template <bool AreNamed, class... Input>
struct make_input_list<AreNamed, type_list<Input...>> {
    using type = input_list<AreNamed, Input...>;  ///< the list
};

/// All other inputs of layers, each of which has an input_list.
template <class... List>
using other_inputs = typename lang_internal::concatenation<typename List::others...>::type;

/// Appends a list of inputs to another.
template <class List, class More>
struct join_inputs;
template <class List, class... Input>
struct join_inputs<List, type_list<Input...>> : append_inputs<List, Input...> {};

/// The inputs of layers that follow each other: the first is that of the first layer.
template <class First, class... Rest>
struct inputs_in_sequence {
    using others = other_inputs<First, Rest...>;  ///< by name
    static_assert((first_input_takes_output<typename Rest::first, Rest::are_named, others>::value && ...));
    /// The inputs.
    using type =
        typename make_input_list<First::are_named || others::size != 0,
                                 typename join_inputs<type_list<typename First::first>, others>::type>::type;
};

/// Whether two layers can take one sequence as their first input.
template <class A, class B>
struct first_inputs_are_one {
    static constexpr bool value = !A::are_named || !B::are_named ||
                                  have_one_name<typename A::first, typename B::first>;  ///< whether they can
    static_assert(value,
                  "both directions of a bidirectional take one sequence as the first input in the struct of "
                  "their step: give it one name in both");
    /// That input.
    using first = std::conditional_t<A::are_named || !B::are_named, typename A::first, typename B::first>;
    static_assert(!has_input<other_inputs<A, B>, typename first::name_type>,
                  "the sequence that both directions of a bidirectional take has the name of another input "
                  "of one of them: rename that one");
};

/// The inputs of two layers side by side.
template <class A, class B>
struct inputs_side_by_side {
    /// The inputs.
    using type =
        typename make_input_list<A::are_named || B::are_named,
                                 typename join_inputs<type_list<typename first_inputs_are_one<A, B>::first>,
                                                      other_inputs<A, B>>::type>::type;
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
