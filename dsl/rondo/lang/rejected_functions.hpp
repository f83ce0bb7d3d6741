#pragma once
/// @file
/// Functions and operators that a step does not have. Each is declared, so that it dies with a sentence.
///
/// They are friends of a base of expressions: a call finds them by its argument, and they take no name away
/// from a program that writes `using namespace rondo;`.

#include <rondo/namespaces.hpp>

#include <concepts>

namespace rondo::inline RONDO_ISA::lang_internal {

/// False for any types, once a template is instantiated with them.
template <class... T>
inline constexpr bool never = sizeof...(T) > 1000;

struct rejected_functions;

/// A vector, scalar or matrix of a step. A call also looks here for types that only mention an expression,
/// such as a pointer to a model; for those these functions do not exist.
template <class A>
concept step_value = std::derived_from<A, rejected_functions>;

/// An argument of a function that a step does not have: a value of the step or a number. The conversion to it
/// is worse than those to the parameters of a function of the user's own, which is preferred for that reason.
struct any_argument {
    /// Any.
    template <class A>
        requires(step_value<A> || std::convertible_to<A, double>)
    constexpr any_argument(A const&)  // NOLINT: an argument
    {
    }
};

/// Functions of `cmath`, and others that users try, which a step does not have. Those of `cmath` take values
/// of the step as they are, because they must be preferred to functions of numbers.
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
        static_assert(never<A...>, "a step has no sinh: write (expm1(a) - expm1(-a)) / 2");
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
    friend constexpr auto remainder(A const&... a)
    {
        static_assert(never<A...>,
                      "a step has no remainder: write mod(a, b), which has the sign of b, or fmod(a, b)");
        return (a, ...);
    }
    template <class Call = void>
    friend constexpr auto matmul(any_argument, any_argument)
    {
        static_assert(never<Call>, "a step has no matmul: write W * v");
        return 0.0;
    }
    template <class Call = void>
    friend constexpr auto maximum(any_argument, any_argument)
    {
        static_assert(never<Call>, "a step has no maximum: write max(a, b)");
        return 0.0;
    }
    template <class Call = void>
    friend constexpr auto minimum(any_argument, any_argument)
    {
        static_assert(never<Call>, "a step has no minimum: write min(a, b)");
        return 0.0;
    }
    template <class Call = void>
    friend constexpr auto logsigmoid(any_argument)
    {
        static_assert(never<Call>, "a step has no logsigmoid: write log_sigmoid(a)");
        return 0.0;
    }
    template <class Call = void>
    friend constexpr auto logit(any_argument)
    {
        static_assert(never<Call>, "a step has no logit: write log(a) - log1p(-a)");
        return 0.0;
    }
    template <class Call = void>
    friend constexpr auto swish(any_argument)
    {
        static_assert(never<Call>, "a step has no swish: write silu(a)");
        return 0.0;
    }
    template <class Call = void>
    friend constexpr auto softmin(any_argument)
    {
        static_assert(never<Call>, "a step has no softmin: write softmax(-a)");
        return 0.0;
    }
    template <class Call = void>
    friend constexpr auto var(any_argument)
    {
        static_assert(never<Call>, "a step has no var: write mean(square(a - mean(a)))");
        return 0.0;
    }
    template <class Call = void>
    friend constexpr auto einsum(any_argument, any_argument = 0, any_argument = 0)
    {
        static_assert(never<Call>, "a step has no einsum: write W * v, transpose(W) * v or dot(a, b)");
        return 0.0;
    }
    template <class Call = void>
    friend constexpr auto powr(any_argument, any_argument)
    {
        static_assert(never<Call>, "a step has no powr: write pow(a, b)");
        return 0.0;
    }
    template <class Call = void>
    friend constexpr auto relu6(any_argument)
    {
        static_assert(never<Call>, "a step has no relu6: write clamp(a, 0, 6)");
        return 0.0;
    }
    template <class Call = void>
    friend constexpr auto concat(any_argument, any_argument = 0, any_argument = 0)
    {
        static_assert(never<Call>, "a step has no concat: write join(a, b)");
        return 0.0;
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
        static_assert(never<A, B>,
                      "a step has no %: write mod(a, b), which has the sign of b, or fmod(a, b)");
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

}  // namespace rondo::inline RONDO_ISA::lang_internal
