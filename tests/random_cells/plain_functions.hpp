#pragma once
/// @file
/// The functions of a step with numbers, by their definitions.

#include "plain_matrices.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rondo::plain {

/// Defines an elementwise function of one operand.
#define RANDOM_CELLS_FUNCTION(name, definition)                        \
    template <class A>                                                 \
        requires operands<A>                                           \
    auto name(A const& a)                                              \
    {                                                                  \
        return each([](double x) -> double { return definition; }, a); \
    }
RANDOM_CELLS_FUNCTION(sigmoid, 1 / (1 + std::exp(-x)))
RANDOM_CELLS_FUNCTION(tanh, std::tanh(x))
RANDOM_CELLS_FUNCTION(exp, std::exp(x))
RANDOM_CELLS_FUNCTION(log, std::log(x))
RANDOM_CELLS_FUNCTION(sqrt, std::sqrt(x))
RANDOM_CELLS_FUNCTION(rsqrt, 1 / std::sqrt(x))
RANDOM_CELLS_FUNCTION(sin, std::sin(x))
RANDOM_CELLS_FUNCTION(cos, std::cos(x))
RANDOM_CELLS_FUNCTION(tan, std::tan(x))
RANDOM_CELLS_FUNCTION(expm1, std::expm1(x))
RANDOM_CELLS_FUNCTION(log1p, std::log1p(x))
RANDOM_CELLS_FUNCTION(erf, std::erf(x))
RANDOM_CELLS_FUNCTION(square, x* x)
RANDOM_CELLS_FUNCTION(softplus, std::log1p(std::exp(x)))
RANDOM_CELLS_FUNCTION(log_sigmoid, -std::log1p(std::exp(-x)))
RANDOM_CELLS_FUNCTION(silu, x / (1 + std::exp(-x)))
RANDOM_CELLS_FUNCTION(gelu, x * (1 + std::erf(x / std::sqrt(2.0))) / 2)
RANDOM_CELLS_FUNCTION(elu, x > 0 ? x : std::expm1(x))
RANDOM_CELLS_FUNCTION(selu, 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * std::expm1(x)))
RANDOM_CELLS_FUNCTION(mish, x* std::tanh(std::log1p(std::exp(x))))
RANDOM_CELLS_FUNCTION(softsign, x / (1 + std::fabs(x)))
RANDOM_CELLS_FUNCTION(relu, x > 0 ? x : 0)
RANDOM_CELLS_FUNCTION(leaky_relu, x > 0 ? x : 0.01 * x)
RANDOM_CELLS_FUNCTION(hard_sigmoid, std::clamp(x / 6 + 0.5, 0.0, 1.0))
RANDOM_CELLS_FUNCTION(hard_tanh, std::clamp(x, -1.0, 1.0))
RANDOM_CELLS_FUNCTION(abs, std::fabs(x))
RANDOM_CELLS_FUNCTION(floor, std::floor(x))
RANDOM_CELLS_FUNCTION(trunc, std::trunc(x))
RANDOM_CELLS_FUNCTION(round, std::nearbyint(x))
RANDOM_CELLS_FUNCTION(sign, x > 0 ? 1 : x < 0 ? -1 : 0)
#undef RANDOM_CELLS_FUNCTION

/// Defines an elementwise function of two operands.
#define RANDOM_CELLS_FUNCTION(name, definition)                                     \
    template <class A, class B>                                                     \
        requires operands<A, B>                                                     \
    auto name(A const& a, B const& b)                                               \
    {                                                                               \
        return each([](double x, double y) -> double { return definition; }, a, b); \
    }
RANDOM_CELLS_FUNCTION(min, std::min(x, y))
RANDOM_CELLS_FUNCTION(max, std::max(x, y))
RANDOM_CELLS_FUNCTION(pow, std::pow(x, y))
RANDOM_CELLS_FUNCTION(hypot, std::hypot(x, y))
RANDOM_CELLS_FUNCTION(logaddexp, std::log(std::exp(x) + std::exp(y)))
RANDOM_CELLS_FUNCTION(fmod, std::fmod(x, y))
RANDOM_CELLS_FUNCTION(mod, x - y * std::floor(x / y))
#undef RANDOM_CELLS_FUNCTION

template <class A, class B, class T>
    requires operands<A, B, T>
auto lerp(A const& a, B const& b, T const& t)
{
    return each([](double x, double y, double z) { return (1 - z) * x + z * y; }, a, b, t);
}
template <class A, class B, class T>
    requires operands<A, B, T>
auto clamp(A const& a, B const& low, T const& high)
{
    return each([](double x, double y, double z) { return std::min(std::max(x, y), z); }, a, low, high);
}
template <class A, class B, class T>
    requires operands<A, B, T>
auto where(A const& condition, B const& a, T const& b)
{
    return each([](double x, double y, double z) { return x != 0 ? y : z; }, condition, a, b);
}

/// The functions over entries, of a vector or along the dimensions @p Along.
template <class... Along, class... D>
auto sum(tensor<D...> const& a)
{
    return reduced<Along...>(a, [](auto const& v) { return std::accumulate(v.begin(), v.end(), 0.0); });
}
template <class... Along, class... D>
auto mean(tensor<D...> const& a)
{
    auto const of_list = [](auto const& v) {
        return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
    };
    return reduced<Along...>(a, of_list);
}
template <class D>
scalar dot(tensor<D> const& a, tensor<D> const& b)
{
    return sum(a * b);
}
template <class... Along, class... D>
auto max(tensor<D...> const& a)
{
    return reduced<Along...>(a, [](auto const& v) { return *std::ranges::max_element(v); });
}
template <class... Along, class... D>
auto min(tensor<D...> const& a)
{
    return reduced<Along...>(a, [](auto const& v) { return *std::ranges::min_element(v); });
}
template <class... Along, class... D>
auto norm(tensor<D...> const& a)
{
    return sqrt(sum<Along...>(a * a));
}
template <class... Along, class... D>
auto logsumexp(tensor<D...> const& a)
{
    return log(sum<Along...>(exp(a)));
}
template <class... Along, class... D>
tensor<D...> cumsum(tensor<D...> a)
{
    auto so_far = sum<Along...>(0.0 * a);
    for (std::size_t i = 0; i < a.entries.size(); ++i) {
        double& total = so_far.entries.at(so_far.entry_at(a.place_of(i)));
        a.entries[i] = total += a.entries[i];
    }
    return a;
}
template <class... Along, class... D>
tensor<D...> softmax(tensor<D...> const& a)
{
    return exp(a) / sum<Along...>(exp(a));
}
template <class... Along, class... D, class M>
tensor<D...> softmax(tensor<D...> const& a, M const& mask)
{
    tensor<D...> const e = where(mask, exp(a), 0.0);
    auto const total = sum<Along...>(e);
    return e / where(total, total, 1.0);
}
template <class... Along, class... D>
tensor<D...> log_softmax(tensor<D...> const& a)
{
    return a - logsumexp<Along...>(a);
}

/// Values whose derivative a cell chooses are what they are.
template <class A, class B>
A with_gradient(A const& value, B const&)
{
    return value;
}
template <class A>
A stop_gradient(A const& a)
{
    return a;
}
template <class A, class B>
A scale_gradient(A const& a, B const&)
{
    return a;
}
template <class A, class B>
A clip_gradient(A const& a, B const&)
{
    return a;
}
template <class A, class Name>
A watch(A const& a, Name const&)
{
    return a;
}

/// The library's part of cells.
template <class Hidden = hidden, class Input = input>
struct gate {
    weight<Hidden, Input> W;
    weight<Hidden, Hidden> U;
    bias<Hidden> b;
    RONDO_MEMBERS(W, U, b);

    auto operator()(vec<Input> x, vec<Hidden> h) const { return W * x + U * h + b; }
};

}  // namespace rondo::plain
