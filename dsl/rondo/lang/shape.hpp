#pragma once
/// @file
/// The dimensions of a value as a type, and what follows from those of two values.

#include <rondo/lang/dimension.hpp>

#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// A shape by its dimensions: none for a scalar, one for a vector, two or three for a matrix. The last is
/// innermost in memory.
template <dimension_name... D>
struct shape {
    static_assert(sizeof...(D) <= 3, "a value of a step has at most three dimensions");
};

/// A shape of two dimensions or three.
template <class S>
inline constexpr bool is_matrix = false;
template <class A, class B>
inline constexpr bool is_matrix<shape<A, B>> = true;
template <class A, class B, class C>
inline constexpr bool is_matrix<shape<A, B, C>> = true;

/// A shape of one dimension.
template <class S>
inline constexpr bool is_vector = false;
template <class D>
inline constexpr bool is_vector<shape<D>> = true;

/// The number of dimensions of a shape.
template <class S>
inline constexpr std::size_t rank_of = 0;
template <class... D>
inline constexpr std::size_t rank_of<shape<D...>> = sizeof...(D);

/// Whether a shape has a dimension twice. Such a matrix can multiply, but cannot be a value.
template <class S>
inline constexpr bool repeats = false;
template <class A>
inline constexpr bool repeats<shape<A, A>> = true;
template <class A, class B, class C>
inline constexpr bool repeats<shape<A, B, C>> =
    std::is_same_v<A, B> || std::is_same_v<A, C> || std::is_same_v<B, C>;

/// Whether a shape has the dimension @p D.
template <class S, class D>
inline constexpr bool is_along = false;
template <class... Own, class D>
inline constexpr bool is_along<shape<Own...>, D> = (std::is_same_v<Own, D> || ...);

/// Whether all dimensions of @p Inner are among those of @p Outer.
template <class Inner, class Outer>
inline constexpr bool is_among = false;
template <class... D, class Outer>
inline constexpr bool is_among<shape<D...>, Outer> = (is_along<Outer, D> && ...);

namespace detail {

template <class Inner, class Outer>
struct is_subsequence : std::bool_constant<std::is_same_v<Inner, shape<>>> {};
template <class A, class... Inner, class B, class... Outer>
struct is_subsequence<shape<A, Inner...>, shape<B, Outer...>>
    : std::conditional_t<std::is_same_v<A, B>, is_subsequence<shape<Inner...>, shape<Outer...>>,
                         is_subsequence<shape<A, Inner...>, shape<Outer...>>> {};

template <class Kept, class Rest, class... Gone>
struct kept_dimensions {
    using type = Kept;
};
template <class... Kept, class D, class... Rest, class... Gone>
struct kept_dimensions<shape<Kept...>, shape<D, Rest...>, Gone...>
    : kept_dimensions<std::conditional_t<(std::is_same_v<D, Gone> || ...), shape<Kept...>, shape<Kept..., D>>,
                      shape<Rest...>, Gone...> {};

}  // namespace detail

/// Whether all dimensions of @p Inner are among those of @p Outer, in their order. A value of such a shape
/// meets one of the other entry by entry; its entries are repeated.
template <class Inner, class Outer>
inline constexpr bool is_within = detail::is_subsequence<Inner, Outer>::value;
template <class S>
inline constexpr bool is_within<S, S> = true;

/// Whether one of two shapes has the dimensions of the other in another order.
template <class A, class B>
inline constexpr bool are_reordered =
    !repeats<A> && !repeats<B> && (is_among<A, B> || is_among<B, A>)&&!(is_within<A, B> || is_within<B, A>);

/// Whether two shapes can be combined entry by entry: the dimensions of one are among those of the other.
template <class A, class B>
inline constexpr bool shapes_agree = is_within<A, B> || is_within<B, A>;

/// The shape of the result, where two shapes are combined entry by entry.
template <class A, class B>
using wider = std::conditional_t<(rank_of<A> < rank_of<B>), B, A>;

/// A shape without the dimensions @p Gone.
template <class S, class... Gone>
using without = typename detail::kept_dimensions<shape<>, S, Gone...>::type;

/// Two shapes one after the other, without the dimensions of the second that the first has.
template <class A, class B>
struct both_shapes;
template <class... A, class B>
struct both_shapes<shape<A...>, B> {
    using type = typename detail::kept_dimensions<shape<A...>, B, A...>::type;  ///< the shape
};

/// The innermost dimension of a matrix.
template <class S>
struct last_of;
template <class A, class B>
struct last_of<shape<A, B>> {
    using type = B;  ///< the dimension
};
template <class A, class B, class C>
struct last_of<shape<A, B, C>> {
    using type = C;  ///< the dimension
};

/// The shape of a matrix whose last two dimensions are exchanged; another shape is as it was.
template <class S>
struct exchanged {
    using type = S;  ///< the shape
};
template <class A, class B>
struct exchanged<shape<A, B>> {
    using type = shape<B, A>;  ///< the shape
};
template <class A, class B, class C>
struct exchanged<shape<A, B, C>> {
    using type = shape<A, C, B>;  ///< the shape
};

/// Whether a matrix has no dimension twice, so that it can be used as a value. The message shows its shape.
template <class S>
struct dimensions_are_distinct {
    static_assert(!repeats<S>,
                  "a matrix with one dimension twice, as weight<hidden, hidden>, multiplies vectors and has "
                  "no other use: for any other give a matrix two dimensions, and both of them one size");
    static constexpr bool value = !repeats<S>;
};

}  // namespace rondo::inline RONDO_ISA::lang_internal
