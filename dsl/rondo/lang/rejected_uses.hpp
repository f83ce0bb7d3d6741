#pragma once
/// @file
/// Uses of an expression that have no meaning in a step. Each is declared, so that it dies with a sentence.
///
/// Expressions inherit these declarations.

#include <rondo/lang/rejected_functions.hpp>
#include <rondo/lang/shape.hpp>

#include <concepts>

namespace rondo::inline RONDO_ISA {

template <class Shape>
struct expression;

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// A number beside an expression. Operators take its own type: `v * 2` would otherwise be ambiguous between a
/// conversion of 2 and the rejected conversion of v.
template <class N>
concept plain_number = std::convertible_to<N, double> && !requires { typename N::shape_type; };

/// An expression of another shape.
template <class Other, class Shape>
concept has_another_shape =
    std::derived_from<Other, rejected_functions> && !std::same_as<typename Other::shape_type, Shape>;

/// Whether numbers in braces are the entries of a value; they are not.
template <class... N>
struct numbers_are_entries {
    static_assert(never<N...>,
                  "a value of the step is not made of numbers in braces: numbers that a model is given are a "
                  "constant<D> member of the cell, and 0 * h + 1 is a vector of ones");
    static constexpr bool value = true;
};

/// Whether a value can be called with values; it cannot. A member of a cell hides a function of the same
/// name.
template <class... Argument>
struct is_no_function {
    static_assert(
        never<Argument...>,
        "a value of the step is called like a function: a member or a variable that is named like a "
        "function, such as mean, hides it; rename the member, or write rondo::mean(v)");
    static constexpr bool value = true;
};

/// Whether an index stands for something; it does not.
template <class... Index>
struct no_single_entries {
    static_assert(never<Index...>,
                  "a step has no single entries of vectors and matrices: it works on whole vectors. sum(v), "
                  "mean(v) and dot(v, w) are scalars; values with equations of their own are states or "
                  "parameters of their own");
    static constexpr bool value = true;
};

/// A shape without its first dimension. It and the next two are the results that rejected uses would have
/// had, so that the rest of the line is not rejected as well.
template <class Shape>
struct without_first {
    using type = shape<>;  ///< without rows
};
template <class D, class... Rest>
struct without_first<shape<D, Rest...>> {
    using type = shape<Rest...>;  ///< of a row
};
/// A shape without its dimensions.
template <class Shape>
struct without_all {
    using type = shape<>;  ///< of a scalar
};
/// A shape without its last dimension.
template <class Shape>
struct without_last {
    using type = shape<>;  ///< without columns
};
template <class S>
    requires is_matrix<S>
struct without_last<S> {
    using type = without<S, typename last_of<S>::type>;  ///< of what multiplies a vector
};

/// Rejects a value of a step where a number, a condition or a container is needed.
template <class Shape>
struct rejected_uses : rejected_functions {
    /// Rejected: a value as a number. `std::exp(v)` and `double d = v` need one.
    constexpr operator double() const
    {
        static_assert(never<Shape>,
                      "a value of a step is no number, because it is computed when a model runs. In a step, "
                      "write exp(v) and not std::exp(v), and auto, vec or scalar for float or double");
        return 0;
    }
    /// Rejected: a value as a condition. `if (a > b)` and `a > b ? a : b` need one.
    constexpr explicit operator bool() const
    {
        static_assert(
            never<Shape>,
            "a condition of a step is not known while it is compiled, so if, ?: and std::max cannot "
            "use it: where(a > b, c, d) chooses entry by entry, and max(a, b) is the larger");
        return false;
    }
    /// Rejected: one entry of a vector or a matrix, or a call of a function that a member hides.
    template <class... Index>
    constexpr expression<typename without_all<Shape>::type> operator()(Index...) const
    {
        if constexpr ((step_value<Index> || ...)) {
            static_assert(is_no_function<Index...>::value);
        } else {
            static_assert(no_single_entries<Index...>::value);
        }
        return {};
    }
    /// Rejected: one entry of a vector, or a row of a matrix.
    template <class Index>
    constexpr expression<typename without_first<Shape>::type> operator[](Index) const
    {
        static_assert(no_single_entries<Index>::value);
        return {};
    }
    /// @name Written as functions
    /// @{
    /// The inner product.
    template <class A>
    constexpr expression<typename without_last<Shape>::type> dot(A const&) const
    {
        static_assert(never<A>, "v.dot(w) is written dot(v, w) in a step, and W.dot(v) is W * v");
        return {};
    }
    /// The transposed matrix.
    template <class... A>
    constexpr expression<Shape> transpose(A const&...) const
    {
        static_assert(never<Shape, A...>, "W.transpose() is written transpose(W) in a step");
        return {};
    }
    /// The sum of entries.
    template <class... A>
    constexpr expression<typename without_all<Shape>::type> sum(A const&...) const
    {
        static_assert(never<Shape, A...>, "v.sum() is written sum(v) in a step");
        return {};
    }
    /// The mean of entries.
    template <class... A>
    constexpr expression<typename without_all<Shape>::type> mean(A const&...) const
    {
        static_assert(never<Shape, A...>, "v.mean() is written mean(v) in a step");
        return {};
    }
    /// @}
};

/// Whether a variable can take a value. The message shows both shapes, or the type of a number.
template <class Variable, class Value, bool IsNumber>
struct value_fits_variable {
    static_assert(!IsNumber,
                  "a number is no vector or scalar of the step: use it in an operation, as in 0 * h + 1");
    static_assert(IsNumber, "this value has other dimensions than the variable or argument that takes it");
    static constexpr bool value = false;
};
/// Whether a variable of shape @p Shape can take a value of another type.
template <class Shape, class Value>
inline constexpr bool can_take = value_fits_variable<Shape, Value, true>::value;
template <class Shape, std::derived_from<rejected_functions> Value>
inline constexpr bool can_take<Shape, Value> =
    value_fits_variable<Shape, typename Value::shape_type, false>::value;

}  // namespace rondo::inline RONDO_ISA::lang_internal
