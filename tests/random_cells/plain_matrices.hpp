#pragma once
/// @file
/// Products, and what is along some dimensions of a matrix, with numbers instead of recorded values.

#include "plain.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <vector>

namespace rondo::plain {

/// The dimensions of @p Kept, then those of @p Rest that are not among @p Gone.
template <class Kept, class Rest, class... Gone>
struct kept_dimensions {
    using type = Kept;
};
template <class... Kept, class D, class... Rest, class... Gone>
struct kept_dimensions<tensor<Kept...>, tensor<D, Rest...>, Gone...>
    : kept_dimensions<
          std::conditional_t<(std::is_same_v<D, Gone> || ...), tensor<Kept...>, tensor<Kept..., D>>,
          tensor<Rest...>, Gone...> {};

/// The type @p Tensor without the dimensions @p Gone.
template <class Tensor, class... Gone>
using without = typename kept_dimensions<tensor<>, Tensor, Gone...>::type;

/// The type of the dimensions of @p A, then those of @p B that it lacks.
template <class A, class B>
struct both_dimensions;
template <class... A, class B>
struct both_dimensions<tensor<A...>, B> : kept_dimensions<tensor<A...>, B, A...> {};
template <class A, class B>
using both = typename both_dimensions<A, B>::type;

/// Whether the dimensions of @p Inner are among those of @p Outer, in their order.
template <class Inner, class Outer>
inline constexpr bool is_within = std::is_same_v<Inner, tensor<>>;
template <class A, class... Inner, class B, class... Outer>
inline constexpr bool is_within<tensor<A, Inner...>, tensor<B, Outer...>> =
    std::is_same_v<A, B> ? is_within<tensor<Inner...>, tensor<Outer...>>
                         : is_within<tensor<A, Inner...>, tensor<Outer...>>;

/// The sum over the last dimension of @p a of its products with @p b, for each entry of the others.
template <class... A, class B>
auto contraction(tensor<A...> const& a, B const& b)
{
    using last = std::tuple_element_t<sizeof...(A) - 1, std::tuple<A...>>;
    using result = both<without<tensor<A...>, last>, without<B, last>>;
    using all = both<result, tensor<last>>;
    result out;
    std::size_t const count = along<last>::entries();
    for (std::size_t i = 0; i < out.entries.size() * count; ++i) {
        auto const at = all::place_of(i);
        out.entries[i / count] += a.entries.at(a.entry_at(at)) * b.entries.at(b.entry_at(at));
    }
    return out;
}

/// The entries of @p a along other dimensions.
template <class To, class A>
To read_as(A const& a)
{
    To out;
    std::copy_n(a.entries.begin(), out.entries.size(), out.entries.begin());
    return out;
}

/// The rows of a square matrix, apart from its columns.
template <class D>
struct rows {};
template <class D>
struct along<rows<D>> : along<D> {};

/// The product of a square matrix, or of one for each entry along a dimension.
template <class R>
tensor<R> square_product(tensor<R, R> const& m, tensor<R> const& v)
{
    return read_as<tensor<R>>(contraction(read_as<tensor<rows<R>, R>>(m), v));
}
template <class A, class R, class V>
tensor<A, R> square_product(tensor<A, R, R> const& m, V const& v)
{
    return read_as<tensor<A, R>>(contraction(read_as<tensor<A, rows<R>, R>>(m), v));
}

template <class A, class B>
    requires operands<A, B>
auto operator*(A const& a, B const& b)
{
    using left = lifted_type<A>;
    using right = lifted_type<B>;
    if constexpr (left::rank < 2 || right::rank == 0 || is_within<left, right>) {
        return each(std::multiplies{}, a, b);
    } else if constexpr (requires { square_product(a, b); }) {
        return square_product(a, b);
    } else {
        return contraction(a, b);
    }
}
template <class A, class B>
    requires operands<A, B>
A& operator*=(A& a, B const& b)
{
    return a = a * b;
}

/// A matrix, or one for each entry along a dimension.
template <class To, class A>
To exchanged(A const& m, std::size_t row_count, std::size_t column_count)
{
    To out;
    for (std::size_t i = 0; i < m.entries.size(); ++i) {
        std::size_t const column = i % column_count;
        std::size_t const row = i / column_count % row_count;
        std::size_t const first = i - i % (row_count * column_count);
        out.entries[first + column * row_count + row] = m.entries[i];
    }
    return out;
}
template <class R, class C>
tensor<C, R> transpose(tensor<R, C> const& m)
{
    return exchanged<tensor<C, R>>(m, along<R>::entries(), along<C>::entries());
}
template <class A, class R, class C>
tensor<A, C, R> transpose(tensor<A, R, C> const& m)
{
    return exchanged<tensor<A, C, R>>(m, along<R>::entries(), along<C>::entries());
}

template <class A, class B>
auto outer(A const& a, B const& b)
{
    both<A, B> out;
    for (std::size_t i = 0; i < out.entries.size(); ++i) {
        auto const at = out.place_of(i);
        out.entries[i] = a.entries.at(a.entry_at(at)) * b.entries.at(b.entry_at(at));
    }
    return out;
}

template <class... To, class... D>
tensor<To...> as(tensor<D...> const& v)
{
    return read_as<tensor<To...>>(v);
}

/// f of the lists of entries along @p Along, for each entry of the other dimensions; without @p Along, of
/// all.
template <class... Along, class... D, class F>
auto reduced(tensor<D...> const& a, F const& f)
{
    std::conditional_t<sizeof...(Along) == 0, tensor<>, without<tensor<D...>, Along...>> out;
    std::vector<std::vector<double>> lists(out.entries.size());
    for (std::size_t i = 0; i < a.entries.size(); ++i) {
        lists.at(out.entry_at(a.place_of(i))).push_back(a.entries[i]);
    }
    std::ranges::transform(lists, out.entries.begin(), f);
    return out;
}

}  // namespace rondo::plain
