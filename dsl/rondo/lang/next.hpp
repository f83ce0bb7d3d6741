#pragma once
/// @file
/// The result of a step: the new states, and the output.

#include <rondo/lang/expression.hpp>
#include <rondo/lang/members.hpp>
#include <rondo/lang/names.hpp>
#include <rondo/lang/type_list.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::lang_internal {

/// The new states together with outputs. Made by next::output() and next::outputs(). @p Outputs is a
/// type_list of named_value; the single output of next::output() has an empty name.
template <class Outputs, class... S>
struct next_with_outputs;
template <class... Output, class... S>
struct next_with_outputs<type_list<Output...>, S...> {
    std::tuple<expression<S>...> states;  ///< in the order of the step's arguments
    std::tuple<Output...> outputs;        ///< in the order in which they were given

    /// One of the new states, or one of the outputs after them; structured bindings call it.
    template <std::size_t I>
    constexpr auto get() const
    {
        if constexpr (I < sizeof...(S)) {
            return std::get<I>(states);
        } else {
            return std::get<I - sizeof...(S)>(outputs).value;
        }
    }
};

/// An argument of next::outputs() as an output. The message names its type.
template <class Argument>
struct named_output {
    static_assert(is_named_value<Argument>,
                  "outputs(...) takes values with names: outputs(\"policy\"_s = p, \"value\"_s = v)");
    using type = named_value<name<>, scalar>;  ///< a substitute, so that only one error is reported
};
template <class Name, class Value>
struct named_output<named_value<Name, Value>> {
    static_assert(
        requires { typename std::remove_cvref_t<Value>::shape_type; },
        "the outputs of a step are vectors, scalars and matrices of the step");
    using type = named_value<name<>, scalar>;
};
template <class Name, class Value>
    requires requires { typename std::remove_cvref_t<Value>::shape_type; }
struct named_output<named_value<Name, Value>> {
    static_assert(dimensions_are_distinct<typename std::remove_cvref_t<Value>::shape_type>::value);
    using type =
        named_value<Name, expression<typename std::remove_cvref_t<Value>::shape_type>>;  ///< with its name
};

/// The new states in an argument of `next{...}`: the argument itself, or the members of a struct.
template <class Value>
constexpr auto values_in(Value const& v)
{
    if constexpr (lists_members<Value>) {
        return []<class... Accessor>(boost::hana::tuple<Accessor...> const&, Value const& from) {
            return std::tuple{expression(boost::hana::second(Accessor{})(from))...};
        }(boost::hana::accessors<Value>(), v);
    } else {
        return std::tuple{expression(v)};
    }
}

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The new states, in the order in which the step takes the old ones; a struct of states stands for its
/// members. The first is also the output of the step, unless `.output(y)` names another, or `.outputs(...)`
/// several.
///
/// @code
/// return next{h, c};
/// return next{h, c}.output(V * h + b);
/// return next{h, c}.outputs("policy"_s = V * h, "value"_s = dot(w, h));
/// auto [h1, c1] = first(x, h, c);  // of a cell inside a cell
/// @endcode
template <class... S>
struct next {
    std::tuple<expression<S>...> states;  ///< in the order of the step's arguments

    /// Takes the new states in the order of the old ones.
    constexpr explicit next(expression<S>... s) : states(s...) {}

    /// Makes the value @p y the output instead of the first state.
    template <class Output>
    constexpr auto output(expression<Output> y) const
    {
        static_assert(lang_internal::dimensions_are_distinct<Output>::value);
        using unnamed = lang_internal::named_value<lang_internal::name<>, expression<Output>>;
        return lang_internal::next_with_outputs<lang_internal::type_list<unnamed>, S...>{states, {{y}}};
    }
    /// Makes values with names the outputs of the step. A run gives them back by these names.
    template <class... Output>
    constexpr auto outputs(Output const&... y) const
    {
        static_assert(lang_internal::arguments_have_names<Output...>::value);
        using list = lang_internal::type_list<typename lang_internal::named_output<Output>::type...>;
        return lang_internal::next_with_outputs<list, S...>{
            states, {typename lang_internal::named_output<Output>::type{y.value}...}};
    }

    /// Rejected: a number.
    template <lang_internal::plain_number N>
    constexpr auto output(N) const
    {
        static_assert(
            lang_internal::never<N>,
            "the output of a step is a vector or a scalar; a number is none, but 0 * h + number is");
        return output(scalar{});
    }

    /// One of the new states; structured bindings call it.
    template <std::size_t I>
    constexpr auto get() const
    {
        return std::get<I>(states);
    }
};
template <class... S>
next(expression<S>...) -> next<S...>;

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether an argument of `next{...}` is an expression. The message names its type.
template <class Value>
struct next_value_is_an_expression {
    static_assert(sizeof(Value) == 0,
                  "next{...} takes vectors and scalars of the step; a number is none, but 0 * h + "
                  "number is, and so is tanh(h), where std::tanh(h) is a number");
    using type = shape<>;  ///< a substitute, so that only one error is reported
};

template <class Value>
    requires requires { typename Value::shape_type; }
struct next_value_is_an_expression<Value> {
    using type = typename Value::shape_type;  ///< its shape
};

/// An argument of `next{...}`: the shape of an expression, or a struct of states.
template <class Value>
struct argument_of_next {
    using type = typename next_value_is_an_expression<Value>::type;  ///< the shape
};
template <lists_members Value>
struct argument_of_next<Value> {
    using type = Value;  ///< the struct
};

/// The shapes of the new states in an argument of `next{...}`.
template <class Argument>
struct shapes_in_next {
    using type = type_list<Argument>;  ///< of one state
};
template <lists_members Argument>
struct shapes_in_next<Argument> {
    /// Of the members.
    template <class List>
    struct of_members;
    template <class... Member>
    struct of_members<type_list<Member...>> {
        using type = type_list<typename next_value_is_an_expression<Member>::type...>;  ///< their shapes
    };
    using type = typename of_members<members_of<Argument>>::type;  ///< of all members
};

/// The result of a step with the states of arguments of `next{...}`, one after the other.
template <class Shapes>
struct next_of_shapes;
template <class... S>
struct next_of_shapes<type_list<S...>> {
    using type = next<S...>;  ///< the result
};
/// The next{...} of the states in @p Argument, those in structs one by one.
template <class... Argument>
using flat_next =
    typename next_of_shapes<typename concatenation<typename shapes_in_next<Argument>::type...>::type>::type;

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The new states in structs that list them, such as `next{state{h, c}}`.
template <class... Argument>
    requires(lang_internal::lists_members<Argument> || ...)
struct next<Argument...> : lang_internal::flat_next<Argument...> {
    /// Takes structs and single states in the order of the step's arguments.
    template <class... Value>
        requires(sizeof...(Value) == sizeof...(Argument))
    constexpr explicit next(Value const&... v)
        : next(std::tuple_cat(lang_internal::values_in(v)...), std::in_place)
    {
    }

   private:
    template <class Tuple>
    constexpr next(Tuple const& all, std::in_place_t)
        : lang_internal::flat_next<Argument...>(
              std::make_from_tuple<lang_internal::flat_next<Argument...>>(all))
    {
    }
};

template <class... Value>
    requires(!requires { typename Value::shape_type; } || ...)
next(Value...) -> next<typename lang_internal::argument_of_next<Value>::type...>;

}  // namespace rondo::inline RONDO_ISA
/// @cond
template <class... S>
struct std::tuple_size<rondo::next<S...>> : std::integral_constant<std::size_t, sizeof...(S)> {};
template <class... S>
    requires(rondo::lang_internal::lists_members<S> || ...)
struct std::tuple_size<rondo::next<S...>> : std::tuple_size<rondo::lang_internal::flat_next<S...>> {};
template <std::size_t I, class... S>
struct std::tuple_element<I, rondo::next<S...>> {
    using type = std::tuple_element_t<I, std::tuple<rondo::expression<S>...>>;
};
template <std::size_t I, class... S>
    requires(rondo::lang_internal::lists_members<S> || ...)
struct std::tuple_element<I, rondo::next<S...>>
    : std::tuple_element<I, rondo::lang_internal::flat_next<S...>> {};
template <class... Output, class... S>
struct std::tuple_size<
    rondo::lang_internal::next_with_outputs<rondo::lang_internal::type_list<Output...>, S...>>
    : std::integral_constant<std::size_t, sizeof...(S) + sizeof...(Output)> {};
template <std::size_t I, class... Output, class... S>
struct std::tuple_element<
    I, rondo::lang_internal::next_with_outputs<rondo::lang_internal::type_list<Output...>, S...>> {
    using type = std::tuple_element_t<I, std::tuple<rondo::expression<S>..., typename Output::value_type...>>;
};
/// @endcond
