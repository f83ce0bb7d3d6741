#pragma once
/// @file
/// An input that is the number of a symbol: a one-hot vector that is not stored as one.
///
/// A product with a one-hot vector is a column of the matrix, and the gradient of the matrix has one column
/// that is not zero. Neither takes work or memory that grows with the number of symbols.

#include <rondo/lang/transpose.hpp>

namespace rondo::inline RONDO_ISA {

/// An input whose value in each step is an integer from 0 to the size of @p D less one: the vector along @p D
/// that is 1 at this entry and 0 elsewhere.
///
/// A matrix can be multiplied by it. `transpose(E) * s` with a `weight<symbols, features>` E is row s of E:
/// an embedding, whose entries are next to each other in memory. `W * s` is a column, whose entries are as
/// far apart as a row of W is long. An integer has no derivative.
template <dimension_name D>
struct one_hot {
    lang_internal::recorder* record = nullptr;       ///< null until tracing reaches the cell
    ir_internal::node_id id = ir_internal::no_node;  ///< in the recorder's graph
};

/// Column @p s of @p w.
template <class R, class C, class V>
constexpr auto operator*(expression<lang_internal::shape<R, C>> w, one_hot<V> s)
{
    static_assert(lang_internal::product_fits<C, V>::value);
    return w * expression<lang_internal::shape<C>>{s.record, s.id};
}

/// Row @p s of the matrix.
template <class R, class C, class V>
constexpr auto operator*(lang_internal::transposed<lang_internal::shape<R, C>> w, one_hot<V> s)
{
    static_assert(lang_internal::transposed_product_fits<R, V>::value);
    return w * expression<lang_internal::shape<R>>{s.record, s.id};
}

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a type is an input of symbols.
template <class T>
inline constexpr bool is_one_hot = false;
template <class D>
inline constexpr bool is_one_hot<one_hot<D>> = true;

/// Whether a type is a matrix of rows and columns, or a transposed one.
template <class M>
inline constexpr bool is_matrix_factor = requires { requires rank_of<typename M::shape_type> == 2; };

/// Rejected: arithmetic with a one-hot vector. The message shows the operands.
template <class Left, class Right>
struct one_hot_is_multiplied_by_a_matrix {
    static_assert(sizeof(Left) == 0,
                  "a one_hot input can only be multiplied by a matrix of two dimensions: transpose(E) * s "
                  "looks up row s of E, and "
                  "W * s column s of W");
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// @name Rejected
/// A one-hot vector is no operand of arithmetic.
/// @{
template <class A, class B>
    requires(lang_internal::is_one_hot<A> || lang_internal::is_one_hot<B>)
constexpr auto operator+(A, B)
{
    return sizeof(lang_internal::one_hot_is_multiplied_by_a_matrix<A, B>);
}
template <class A, class B>
    requires(lang_internal::is_one_hot<A> || lang_internal::is_one_hot<B>)
constexpr auto operator-(A, B)
{
    return sizeof(lang_internal::one_hot_is_multiplied_by_a_matrix<A, B>);
}
template <class A, class B>
    requires((lang_internal::is_one_hot<A> || lang_internal::is_one_hot<B>) &&
             !(lang_internal::is_matrix_factor<A> && lang_internal::is_one_hot<B>))
constexpr auto operator*(A, B)
{
    return sizeof(lang_internal::one_hot_is_multiplied_by_a_matrix<A, B>);
}
template <class A, class B>
    requires(lang_internal::is_one_hot<A> || lang_internal::is_one_hot<B>)
constexpr auto operator/(A, B)
{
    return sizeof(lang_internal::one_hot_is_multiplied_by_a_matrix<A, B>);
}
/// @}

}  // namespace rondo::inline RONDO_ISA
