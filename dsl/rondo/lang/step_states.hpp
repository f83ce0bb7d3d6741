#pragma once
/// @file
/// The states of a step: its arguments after the inputs, each a value, or a struct that lists
/// several, each with its name.

#include <rondo/lang/delayed.hpp>
#include <rondo/lang/members.hpp>
#include <rondo/lang/step_inputs.hpp>
#include <rondo/lang/type_list.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a member of a struct of states is a value. The message names the cell and the struct.
template <class Cell, class States, class Member>
struct is_valid_state {
    static_assert(
        is_value<Member>,
        "the states that a struct gives to operator() are vectors, scalars and matrices of different "
        "dimensions; a delayed state is an argument of its own");
    static constexpr bool value = is_value<Member>;
};

/// Whether a struct of states lists all of its members: their sizes must add up to the size of the struct.
template <class States, std::size_t Listed, std::size_t Bytes>
struct every_state_is_listed {
    static_assert(sizeof(States) <= Bytes,
                  "a member of this struct is missing in its RONDO_MEMBERS list, so it would be no state");
    static_assert(sizeof(States) >= Bytes, "a member of this struct is twice in its RONDO_MEMBERS list");
    static constexpr bool value = sizeof(States) == Bytes;  ///< whether they do
};

/// The states in an argument of a step; by default no valid ones.
template <class Cell, class Argument>
struct step_states {
    static_assert(is_state<Argument>,
                  "operator() of a cell takes states that are vectors, scalars and matrices of different "
                  "dimensions, by "
                  "value, after the input, or structs that list them with RONDO_MEMBERS");
    static constexpr bool value = false;  ///< whether they are valid
    using type = scalar;                  ///< the argument, or a substitute
    using shapes = type_list<shape<>>;    ///< of the states
    using members = type_list<scalar>;    ///< the states one by one
};

/// Rejected: a state that does not change over time.
template <class Cell, class Value>
struct step_states<Cell, per_sequence<Value>> {
    static_assert(
        sizeof(Cell) == 0,
        "a state is not per_sequence, because it changes from step to step; per_sequence values are "
        "members of the struct of inputs, the first argument of operator()");
    static constexpr bool value = false;  ///< whether they are valid
    using type = scalar;                  ///< a substitute
    using shapes = type_list<shape<>>;    ///< of the states
    using members = type_list<scalar>;    ///< the states one by one
};

/// A single state, without a name.
template <class Cell, class Argument>
    requires is_state<Argument>
struct step_states<Cell, Argument> {
    static constexpr bool value = true;                       ///< whether they are valid
    using type = Argument;                                    ///< the argument
    using shapes = type_list<typename Argument::shape_type>;  ///< of the states
    using members = type_list<Argument>;                      ///< the states one by one
};

namespace detail {

template <class Cell, class Argument, class Members>
struct listed_states;
template <class Cell, class Argument, class... Member>
struct listed_states<Cell, Argument, type_list<Member...>> {
    static_assert(sizeof...(Member) > 0, "a struct of states lists at least one value");
    static constexpr bool are_valid = (is_valid_state<Cell, Argument, Member>::value && ...);
    static constexpr std::size_t bytes = size_of_struct({{sizeof(Member), alignof(Member)}...});
    static constexpr bool value =
        are_valid && every_state_is_listed<Argument, sizeof...(Member), bytes>::value;
    using type = std::conditional_t<value, Argument, scalar>;
    using shapes =
        std::conditional_t<value, type_list<typename shape_of_input<Member>::type...>, type_list<shape<>>>;
    using members = std::conditional_t<value, type_list<Member...>, type_list<scalar>>;
};

}  // namespace detail

/// States in a struct, with the names of its members.
template <class Cell, lists_members Argument>
struct step_states<Cell, Argument> : detail::listed_states<Cell, Argument, members_of<Argument>> {};

/// Calls `f(state, name)` for every state in @p argument. The name of a single one is empty.
template <class Argument, class F>
constexpr void for_each_state(Argument& argument, F&& f)
{
    if constexpr (is_state<std::remove_const_t<Argument>>) {
        f(argument, std::string_view{});
    } else {
        for_each_input(argument, f);
    }
}

/// @p argument with `f(state)` in the place of every state.
template <class Argument, class F>
constexpr Argument transform_states(Argument argument, F&& f)
{
    for_each_state(argument, [&](auto& state, std::string_view) { state = f(state); });
    return argument;
}

/// @p argument with `f(state, other)` in the place of every state, where @p other has the states in the same
/// places.
template <class Argument, class F>
constexpr Argument combine_states(Argument argument, Argument const& others, F&& f)
{
    if constexpr (is_state<Argument>) {
        argument = f(argument, others);
    } else {
        [&]<class... Accessor>(boost::hana::tuple<Accessor...> const&) {
            ((boost::hana::second(Accessor{})(argument) =
                  f(boost::hana::second(Accessor{})(argument), boost::hana::second(Accessor{})(others))),
             ...);
        }(boost::hana::accessors<Argument>());
    }
    return argument;
}

/// The arguments of types @p Arguments, a std::tuple, that have the states @p s in this order.
template <class Arguments, class... S>
constexpr Arguments group_states(expression<S>... s)
{
    recorder* const records[] = {s.record..., nullptr};
    ir_internal::node_id const ids[] = {s.id..., ir_internal::no_node};
    Arguments all{};
    std::size_t k = 0;
    std::apply(
        [&](auto&... argument) {
            (for_each_state(argument,
                            [&](auto& state, std::string_view) {
                                state.record = records[k];
                                state.id = ids[k++];
                            }),
             ...);
        },
        all);
    return all;
}

/// The title of state @p k, counted from 0, in a message: `number 2`, or its name in quotation marks.
inline std::string title_of_state(std::string_view name, std::size_t k)
{
    return name.empty() ? "number " + std::to_string(k + 1) : "\"" + std::string(name) + "\"";
}

}  // namespace rondo::inline RONDO_ISA::lang_internal
