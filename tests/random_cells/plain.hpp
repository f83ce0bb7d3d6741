#pragma once
/// @file
/// The language of steps with numbers instead of recorded values: the meaning of a cell, by its definition.
///
/// A cell whose text is compiled in namespace rondo::plain is an ordinary function. It shares no code with
/// the library but the names of dimensions, so it is an oracle of tracing, of all passes and of the kernels.

#include <rondo/lang/cell.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

namespace rondo::plain {

/// The number of entries along a dimension, which the caller sets.
template <class D>
inline std::size_t extent = 0;

template <class D>
struct along {
    static std::size_t entries() { return extent<D>; }
};
template <class... D>
struct along<joined<D...>> {
    static std::size_t entries() { return (extent<D> + ...); }
};

/// The place of an entry: its number along each of some dimensions.
template <class... D>
struct place {
    std::array<std::size_t, sizeof...(D)> numbers{};

    /// The number along @p A; 0 if it is none of the dimensions.
    template <class A>
    [[nodiscard]] std::size_t along() const
    {
        std::size_t k = 0;
        std::size_t found = 0;
        ((found = std::is_same_v<A, D> ? numbers[k] : found, ++k), ...);
        return found;
    }
};

/// The entries of a scalar, a vector or a matrix, those along the last dimension beside each other.
template <class... D>
struct tensor {
    static constexpr std::size_t rank = sizeof...(D);
    std::vector<double> entries = std::vector<double>((std::size_t{1} * ... * along<D>::entries()));

    tensor() = default;
    tensor(first_value) {}  // NOLINT: how a member is declared; the model has the number

    /// The place of entry @p i.
    [[nodiscard]] static place<D...> place_of(std::size_t i)
    {
        place<D...> at;
        std::size_t k = 0;
        std::size_t inside = (std::size_t{1} * ... * along<D>::entries());
        ((inside /= along<D>::entries(), at.numbers[k++] = i / inside, i %= inside), ...);
        return at;
    }
    /// The entry at a place along these dimensions and others.
    template <class Place>
    [[nodiscard]] static std::size_t entry_at([[maybe_unused]] Place const& at)
    {
        std::size_t i = 0;
        ((i = i * along<D>::entries() + at.template along<D>()), ...);
        return i;
    }
};

template <class D>
using vec = tensor<D>;
template <class... D>
using mat = tensor<D...>;
using scalar = tensor<>;
template <class... D>
using weight = tensor<D...>;
template <class... D>
using bias = tensor<D...>;
template <class... D>
using constant = tensor<D...>;
template <class D>
using one_hot = tensor<D>;  ///< the one-hot vector itself
template <class Value>
using per_sequence = Value;
template <int, class Value>
using delayed = Value;

template <class T>
inline constexpr bool is_operand = std::is_arithmetic_v<T>;
template <class... D>
inline constexpr bool is_operand<tensor<D...>> = true;

/// Values and numbers, but not numbers alone.
template <class... A>
concept operands = (is_operand<A> && ...) && (!std::is_arithmetic_v<A> || ...);

template <class... D>
tensor<D...> const& lifted(tensor<D...> const& a)
{
    return a;
}
inline scalar lifted(double a)
{
    scalar s;
    s.entries[0] = a;
    return s;
}
template <class T>
using lifted_type = std::remove_cvref_t<decltype(lifted(std::declval<T const&>()))>;

/// The type of the result of an elementwise function: that of the operand with the most dimensions.
template <class A, class B>
using wider = std::conditional_t<(A::rank < B::rank), B, A>;

/// f of the entries, where an operand is repeated along the dimensions that it lacks.
template <class F, class... A>
auto each(F const& f, A const&... a)
{
    auto const combine = [&]<class Out>(Out out, auto const&... v) {
        for (std::size_t i = 0; i < out.entries.size(); ++i) {
            auto const at = out.place_of(i);
            out.entries[i] = f(v.entries.at(v.entry_at(at))...);
        }
        return out;
    };
    using first = std::tuple_element_t<0, std::tuple<lifted_type<A>...>>;
    using last = std::tuple_element_t<sizeof...(A) - 1, std::tuple<lifted_type<A>...>>;
    using middle = std::tuple_element_t<sizeof...(A) / 2, std::tuple<lifted_type<A>...>>;
    return combine(wider<wider<first, middle>, last>{}, lifted(a)...);
}

template <class A, class B>
    requires operands<A, B>
auto operator+(A const& a, B const& b)
{
    return each(std::plus{}, a, b);
}
template <class A, class B>
    requires operands<A, B>
auto operator-(A const& a, B const& b)
{
    return each(std::minus{}, a, b);
}
template <class A, class B>
    requires operands<A, B>
auto operator/(A const& a, B const& b)
{
    return each(std::divides{}, a, b);
}
template <class A, class B>
    requires operands<A, B>
auto operator<(A const& a, B const& b)
{
    return each([](double x, double y) { return x < y ? 1.0 : 0.0; }, a, b);
}
template <class A, class B>
    requires operands<A, B>
auto operator<=(A const& a, B const& b)
{
    return each([](double x, double y) { return x <= y ? 1.0 : 0.0; }, a, b);
}
template <class A, class B>
    requires operands<A, B>
auto operator>(A const& a, B const& b)
{
    return b < a;
}
template <class A, class B>
    requires operands<A, B>
auto operator>=(A const& a, B const& b)
{
    return b <= a;
}
template <class A>
    requires operands<A>
auto operator-(A const& a)
{
    return each(std::negate{}, a);
}
template <class A, class B>
    requires operands<A, B>
A& operator+=(A& a, B const& b)
{
    return a = a + b;
}
template <class A, class B>
    requires operands<A, B>
A& operator-=(A& a, B const& b)
{
    return a = a - b;
}
template <class A, class B>
    requires operands<A, B>
A& operator/=(A& a, B const& b)
{
    return a = a / b;
}

/// Vectors one after the other.
template <class... D>
auto join(tensor<D> const&... v)
{
    tensor<joined<D...>> out;
    out.entries.clear();
    (out.entries.insert(out.entries.end(), v.entries.begin(), v.entries.end()), ...);
    return out;
}
template <class Piece, class... D>
tensor<Piece> part(tensor<joined<D...>> const& v)
{
    std::size_t begin = 0;
    bool is_before = true;
    ((is_before = is_before && !std::is_same_v<D, Piece>, begin += is_before ? extent<D> : 0), ...);
    tensor<Piece> out;
    std::copy_n(v.entries.begin() + static_cast<std::ptrdiff_t>(begin), out.entries.size(),
                out.entries.begin());
    return out;
}

/// The new states, in structs or one by one, and then the outputs.
template <class States, class Outputs>
struct stepped {
    States states;
    Outputs outputs;
};
template <class... S>
struct next {
    std::tuple<S...> states;

    explicit next(S... s) : states(s...) {}
    template <class Y>
    auto output(Y const& y) const
    {
        return stepped<std::tuple<S...>, std::tuple<Y>>{states, {y}};
    }
    template <class... Named>
    auto outputs(Named const&... y) const
    {
        using values = std::tuple<std::remove_cvref_t<decltype(y.value)>...>;
        return stepped<std::tuple<S...>, values>{states, values(y.value...)};
    }
    template <std::size_t I>
    auto get() const
    {
        return std::get<I>(states);
    }
};

/// The values of the past that lag<k>() reads, for one sequence: of each call in a step, those of the last
/// steps, the oldest first.
inline std::vector<std::vector<std::vector<double>>> past;
inline std::size_t lags_of_step = 0;  ///< calls so far

template <int Steps, class... D>
tensor<D...> lag(tensor<D...> const& v)
{
    std::vector<std::vector<double>>& values = past.at(lags_of_step++);
    tensor<D...> out;
    out.entries = values.front();
    values.erase(values.begin());
    values.push_back(v.entries);
    return out;
}

}  // namespace rondo::plain

template <class... S>
struct std::tuple_size<rondo::plain::next<S...>> : std::integral_constant<std::size_t, sizeof...(S)> {};
template <std::size_t I, class... S>
struct std::tuple_element<I, rondo::plain::next<S...>> {
    using type = std::tuple_element_t<I, std::tuple<S...>>;
};
