#pragma once
/// @file
/// The result of a step: the new states, and the output.

#include <rondo/lang/expression.hpp>
#include <rondo/lang/names.hpp>
#include <rondo/lang/type_list.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>

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
        "the outputs of a step are vectors and scalars of the step");
    using type = named_value<name<>, scalar>;
};
template <class Name, class Value>
    requires requires { typename std::remove_cvref_t<Value>::shape_type; }
struct named_output<named_value<Name, Value>> {
    static_assert(!is_matrix<typename std::remove_cvref_t<Value>::shape_type>,
                  "the outputs of a step are vectors and scalars, and this is a matrix");
    using type =
        named_value<Name, expression<typename std::remove_cvref_t<Value>::shape_type>>;  ///< with its name
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The new states, in the order in which the step takes the old ones. The first is also the output
/// of the step, unless `.output(y)` names another, or `.outputs(...)` several.
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

    /// Makes @p y, a vector or a scalar, the output instead of the first state.
    template <class Output>
    constexpr auto output(expression<Output> y) const
    {
        static_assert(!lang_internal::is_matrix<Output>, "the output of a step is a vector or a scalar");
        using unnamed = lang_internal::named_value<lang_internal::name<>, expression<Output>>;
        return lang_internal::next_with_outputs<lang_internal::type_list<unnamed>, S...>{states, {{y}}};
    }
    /// Makes vectors and scalars with names the outputs of the step. A run gives them back by these names.
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

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

template <class... Value>
    requires(!requires { typename Value::shape_type; } || ...)
next(Value...) -> next<typename lang_internal::next_value_is_an_expression<Value>::type...>;

}  // namespace rondo::inline RONDO_ISA
/// @cond
template <class... S>
struct std::tuple_size<rondo::next<S...>> : std::integral_constant<std::size_t, sizeof...(S)> {};
template <std::size_t I, class... S>
struct std::tuple_element<I, rondo::next<S...>> {
    using type = std::tuple_element_t<I, std::tuple<rondo::expression<S>...>>;
};
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
