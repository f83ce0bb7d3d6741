#pragma once
/// @file
/// Uses of an expression that have no meaning in a step. Each is declared, so that it dies with a sentence.
///
/// Expressions inherit these declarations. The functions among them are friends: a call finds them by its
/// argument, and they take no name away from a program that writes `using namespace rondo;`.

#include <rondo/lang/dimension.hpp>

#include <concepts>

namespace rondo::inline RONDO_ISA {

template <class Shape>
struct expression;

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

template <dimension_name... D>
struct shape;

/// False for any types, once a template is instantiated with them.
template <class... T>
inline constexpr bool never = sizeof...(T) > 1000;

/// A number beside an expression. Operators take its own type: `v * 2` would otherwise be ambiguous between a
/// conversion of 2 and the rejected conversion of v.
template <class N>
concept plain_number = std::convertible_to<N, double> && !requires { typename N::shape_type; };

struct rejected_functions;

/// An expression of another shape.
template <class Other, class Shape>
concept has_another_shape =
    std::derived_from<Other, rejected_functions> && !std::same_as<typename Other::shape_type, Shape>;

/// A vector, scalar or matrix of a step. A call also looks here for types that only mention an expression,
/// such as a pointer to a model; for those these functions do not exist.
template <class A>
concept step_value = std::derived_from<A, rejected_functions>;

/// Functions of `cmath`, and others that users try, which a step does not have.
struct rejected_functions {
    /// @name Not functions of a step
    /// Each says what to write instead.
    /// @{
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto ceil(A const&... a)
    {
        static_assert(never<A...>, "a step has no ceil: write -floor(-a)");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto fabs(A const&... a)
    {
        static_assert(never<A...>, "a step has no fabs: write abs(a)");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto fmax(A const&... a)
    {
        static_assert(never<A...>, "a step has no fmax: write max(a, b)");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto fmin(A const&... a)
    {
        static_assert(never<A...>, "a step has no fmin: write min(a, b)");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto fma(A const&... a)
    {
        static_assert(never<A...>, "a step has no fma: write a * b + c, which is compiled to one");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto hypot(A const&... a)
    {
        static_assert(never<A...>, "a step has no hypot: write sqrt(square(a) + square(b))");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto cbrt(A const&... a)
    {
        static_assert(never<A...>, "a step has no cbrt: write sign(a) * pow(abs(a), 1.0 / 3)");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto exp2(A const&... a)
    {
        static_assert(never<A...>, "a step has no exp2: write exp(a * std::numbers::ln2)");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto log2(A const&... a)
    {
        static_assert(never<A...>, "a step has no log2: write log(a) / std::numbers::ln2");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto log10(A const&... a)
    {
        static_assert(never<A...>, "a step has no log10: write log(a) / std::numbers::ln10");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto sinh(A const&... a)
    {
        static_assert(never<A...>, "a step has no sinh: write (exp(a) - exp(-a)) / 2");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto cosh(A const&... a)
    {
        static_assert(never<A...>, "a step has no cosh: write (exp(a) + exp(-a)) / 2");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto atan(A const&... a)
    {
        static_assert(never<A...>, "a step has no atan, asin or acos; the tour lists its functions");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto atan2(A const&... a)
    {
        static_assert(never<A...>, "a step has no atan2, asin or acos; the tour lists its functions");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto isnan(A const&... a)
    {
        static_assert(never<A...>, "a step has no isnan: write a != a, which is 1 where a is NaN");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto isfinite(A const&... a)
    {
        static_assert(never<A...>, "a step has no isfinite: write a - a == 0, which is 1 where a is finite");
        return (a, ...);
    }
    template <class... A>
        requires(step_value<A> || ...)
    friend constexpr auto matmul(A const&... a)
    {
        static_assert(never<A...>, "a step has no matmul: write W * v");
        return (a, ...);
    }
    template <class A, class B>
        requires(step_value<A> || step_value<B>)
    friend constexpr auto operator&&(A const& a, B const& b)
    {
        static_assert(never<A, B>, "conditions of a step are 1 or 0: write c * d for c && d");
        return a * b;
    }
    template <class A, class B>
        requires(step_value<A> || step_value<B>)
    friend constexpr auto operator||(A const& a, B const& b)
    {
        static_assert(never<A, B>, "conditions of a step are 1 or 0: write max(c, d) for c || d");
        return a * b;
    }
    template <step_value A>
    friend constexpr auto operator!(A const& a)
    {
        static_assert(never<A>, "conditions of a step are 1 or 0: write 1 - c for !c");
        return a * 1;
    }
    template <class A, class B>
        requires(step_value<A> || step_value<B>)
    friend constexpr auto operator%(A const& a, B const&)
    {
        static_assert(never<A, B>, "a step has no %: write fmod(a, b)");
        return a;
    }
    template <class A, class B>
        requires(step_value<A> || step_value<B>)
    friend constexpr auto operator^(A const& a, B const&)
    {
        static_assert(never<A, B>, "in C++ ^ is no power: write square(a) or pow(a, b)");
        return a;
    }
    /// @}
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
template <class R, class C>
struct without_first<shape<R, C>> {
    using type = shape<C>;  ///< of a row
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
template <class R, class C>
struct without_last<shape<R, C>> {
    using type = shape<R>;  ///< of a vector along the rows
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
    /// Rejected: one entry of a vector or a matrix.
    template <class... Index>
    constexpr expression<typename without_all<Shape>::type> operator()(Index...) const
    {
        static_assert(no_single_entries<Index...>::value);
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
