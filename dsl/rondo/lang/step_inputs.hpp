#pragma once
/// @file
/// The inputs of a step: one value, or a struct that lists several, each with its name.

#include <rondo/lang/members.hpp>
#include <rondo/lang/one_hot.hpp>
#include <rondo/lang/per_sequence.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// A value or a symbol, which are what a step can be given.
template <class T>
inline constexpr bool is_input = is_value<T> || is_one_hot<T>;
template <class Value>
inline constexpr bool is_input<per_sequence<Value>> = is_input<Value>;

/// The shape of an input.
template <class T>
struct shape_of_input {
    using type = typename T::shape_type;  ///< its dimensions
};
template <class D>
struct shape_of_input<one_hot<D>> {
    using type = shape<D>;  ///< of the one-hot vector
};
template <class Value>
struct shape_of_input<per_sequence<Value>> : shape_of_input<Value> {};

/// Whether a member of a struct of inputs is a value or a symbol. The message names the cell and
/// the struct.
template <class Cell, class Inputs, class Member>
struct is_valid_input {
    static_assert(
        is_input<Member>,
        "the inputs that a struct gives to operator() are vectors, scalars, matrices of different dimensions "
        "and one_hot symbols, each of which may be per_sequence");
    static constexpr bool value = is_input<Member>;
};

/// The inputs of a step by the type of its first argument; by default no valid ones.
template <class Cell, class Argument>
struct step_inputs {
    static_assert(
        is_input<Argument>,
        "operator() of a cell takes as its first argument a vector, a scalar, a matrix of different "
        "dimensions, a one_hot symbol, or a struct that lists several of them with RONDO_MEMBERS");
    static constexpr bool value = false;  ///< whether they are valid
    using shapes = type_list<shape<>>;    ///< of the inputs
};

/// A single input, without a name.
template <class Cell, class Argument>
    requires(is_input<Argument> && !is_per_sequence<Argument>)
struct step_inputs<Cell, Argument> {
    static constexpr bool value = true;                                 ///< whether they are valid
    using shapes = type_list<typename shape_of_input<Argument>::type>;  ///< of the inputs
};

/// Whether a step has an input that changes over time. The message names the cell and the inputs.
template <class Cell, class Inputs, bool Changes>
struct an_input_changes_over_time {
    static_assert(Changes,
                  "a step needs an input that changes over time, which says how many steps a sequence has; "
                  "per_sequence values are given beside it, in one struct");
    static constexpr bool value = Changes;  ///< whether one does
};

/// Rejected: a single input that does not change.
template <class Cell, class Value>
struct step_inputs<Cell, per_sequence<Value>> {
    static constexpr bool value =
        an_input_changes_over_time<Cell, per_sequence<Value>, false>::value;  ///< whether they are valid
    using shapes = type_list<shape<>>;                                        ///< of the inputs
};

/// Whether a struct of inputs lists all of its members: their sizes must add up to the size of the struct.
template <class Inputs, std::size_t Listed, std::size_t Bytes>
struct every_input_is_listed {
    static_assert(
        sizeof(Inputs) <= Bytes,
        "a member of this struct is missing in its RONDO_MEMBERS list, so a run could not give it a "
        "sequence");
    static_assert(sizeof(Inputs) >= Bytes, "a member of this struct is twice in its RONDO_MEMBERS list");
    static constexpr bool value = sizeof(Inputs) == Bytes;  ///< whether they do
};

namespace detail {

template <class Cell, class Argument, class Members>
struct listed_inputs;
template <class Cell, class Argument, class... Member>
struct listed_inputs<Cell, Argument, type_list<Member...>> {
    static_assert(sizeof...(Member) > 0, "a struct of inputs lists at least one value");
    static constexpr bool are_valid = (is_valid_input<Cell, Argument, Member>::value && ...);
    static constexpr std::size_t bytes = size_of_struct({{sizeof(Member), alignof(Member)}...});
    static constexpr bool value =
        are_valid && every_input_is_listed<Argument, sizeof...(Member), bytes>::value &&
        an_input_changes_over_time<Cell, Argument, !(is_per_sequence<Member> && ...)>::value;
    using shapes =
        std::conditional_t<value, type_list<typename shape_of_input<Member>::type...>, type_list<shape<>>>;
};

}  // namespace detail

/// Inputs in a struct, with the names of its members.
template <class Cell, lists_members Argument>
struct step_inputs<Cell, Argument> : detail::listed_inputs<Cell, Argument, members_of<Argument>> {};

/// How many of a cell's last inputs that change over time need no sequences: they are zeros where none are
/// given.
template <class Cell>
inline constexpr std::size_t optional_inputs = 0;

/// Calls `f(input, name)` for every input in @p argument, the first argument of a step. The name of a single
/// input is empty.
template <class Argument, class F>
constexpr void for_each_input(Argument& argument, F&& f)
{
    if constexpr (is_input<Argument>) {
        f(argument, std::string_view{});
    } else if constexpr (requires { argument.for_each(f); }) {
        argument.for_each(f);
    } else {
        [&]<class... Accessor>(boost::hana::tuple<Accessor...> const&) {
            (f(boost::hana::second(Accessor{})(argument),
               std::string_view(boost::hana::to<char const*>(boost::hana::first(Accessor{})))),
             ...);
        }(boost::hana::accessors<Argument>());
    }
}

}  // namespace rondo::inline RONDO_ISA::lang_internal
