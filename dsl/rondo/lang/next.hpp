#pragma once
/// @file
/// The result of a step: the new states, and the output.

#include <rondo/lang/expression.hpp>

#include <cstddef>
#include <tuple>

namespace rondo::inline RONDO_ISA::lang_internal {

/// The new states together with an output that is not the first of them. Made by `next::output`.
template <class Output, class... S>
struct next_with_output {
    std::tuple<expression<S>...> states;  ///< in the order of the step's arguments
    expression<Output> y;                 ///< the output

    /// One of the new states, or the output after them; structured bindings call it.
    template <std::size_t I>
    constexpr auto get() const
    {
        if constexpr (I == sizeof...(S)) {
            return y;
        } else {
            return std::get<I>(states);
        }
    }
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The new states, in the order in which the step takes the old ones. The first is also the output
/// of the step, unless `.output(y)` names another.
///
/// @code
/// return next{h, c};
/// return next{h, c}.output(V * h + b);
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
        return lang_internal::next_with_output<Output, S...>{states, y};
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
                  "number is");
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
template <class Output, class... S>
struct std::tuple_size<rondo::lang_internal::next_with_output<Output, S...>>
    : std::integral_constant<std::size_t, sizeof...(S) + 1> {};
template <std::size_t I, class Output, class... S>
struct std::tuple_element<I, rondo::lang_internal::next_with_output<Output, S...>> {
    using type = std::tuple_element_t<I, std::tuple<rondo::expression<S>..., rondo::expression<Output>>>;
};
/// @endcond
