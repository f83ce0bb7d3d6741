#pragma once
/// @file
/// The members of a cell: weights, biases and constants.

#include <rondo/lang/expression.hpp>

#include <concepts>
#include <limits>
#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a parameter is declared with a first value. The message names the parameter.
template <class Parameter, class Number>
struct first_value_is_named {
    static_assert(sizeof(Number) == 0,
                  "a number is given to a parameter where it is declared: write its first value as "
                  "weight<hidden> gain = first_value(1.0)");
    static constexpr bool value = false;
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The first value of all entries of a weight, a bias or a constant, said where the member is declared:
///
/// @code
/// weight<hidden> gain = first_value(1.0);
/// gate<> forget{.b = first_value(1.0)};
/// constant<> step = first_value(0.01);
/// @endcode
///
/// A new model has it, and the functions that initialise a model set weights and biases to it again.
struct first_value {
    double value;  ///< of every entry
    /// The value @p v.
    constexpr explicit first_value(double v) : value(v) {}
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// Base of all parameters, which distinguishes them from other members.
struct parameter_tag {
    /// The first value of all entries; NaN if none is given.
    double first = std::numeric_limits<double>::quiet_NaN();
    bool is_frozen = false;  ///< whether it is a member of a frozen cell, and so a constant
};

/// How a weight, a bias or a constant is declared: with a first value or without.
template <class Parameter, class... D>
struct declared_parameter : expression<shape<D...>>, parameter_tag {
    constexpr declared_parameter() = default;
    /// A parameter with a first value.
    constexpr declared_parameter(first_value v) : parameter_tag{v.value} {}  // NOLINT: an initialiser
    /// Rejected: a number alone does not say that it is the first value.
    template <class Number>
        requires std::is_arithmetic_v<Number>
    constexpr declared_parameter(Number)
    {
        static_assert(first_value_is_named<Parameter, Number>::value);
    }
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// A weight. `weight<R, C>` is a matrix of R rows and C columns; it multiplies vectors along C. `weight<D>`
/// is a vector for elementwise use, such as a peephole or a gain. `weight<>` is one number. `weight<A, R, C>`
/// has a matrix for each entry along A. A weight is used like any other value of its shape, unless it has a
/// dimension twice: `weight<hidden, hidden>` only multiplies vectors.
template <dimension_name... D>
struct weight : lang_internal::declared_parameter<weight<D...>, D...> {
    using lang_internal::declared_parameter<weight, D...>::declared_parameter;
    static_assert(sizeof...(D) <= 3, "a weight has at most three dimensions: weight<A, R, C>");
    static constexpr bool is_bias = false;      ///< initialised as a weight
    static constexpr bool is_constant = false;  ///< trained
};

/// A bias: one number, or a value along up to three dimensions. It differs from a weight in how it is
/// initialised.
template <dimension_name... D>
struct bias : lang_internal::declared_parameter<bias<D...>, D...> {
    using lang_internal::declared_parameter<bias, D...>::declared_parameter;
    static_assert(sizeof...(D) <= 3, "a bias has at most three dimensions: bias<A, B, C>");
    static constexpr bool is_bias = true;       ///< initialised as a bias
    static constexpr bool is_constant = false;  ///< trained
};

/// A constant: one number, or a value along up to three dimensions, that belongs to the model and is not
/// trained (a buffer, in PyTorch's words). It is bound, named, saved and loaded as a weight is, and no
/// gradient with respect to it is computed. `constant<>` is a hyper-parameter that may be changed between
/// runs.
template <dimension_name... D>
struct constant : lang_internal::declared_parameter<constant<D...>, D...> {
    using lang_internal::declared_parameter<constant, D...>::declared_parameter;
    static_assert(sizeof...(D) <= 3, "a constant has at most three dimensions: constant<A, R, C>");
    static constexpr bool is_bias = false;     ///< not initialised
    static constexpr bool is_constant = true;  ///< not trained
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// A member that is a parameter.
template <class M>
concept parameter = std::derived_from<M, parameter_tag>;

}  // namespace rondo::inline RONDO_ISA::lang_internal
