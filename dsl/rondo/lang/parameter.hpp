#pragma once
/// @file
/// The members of a cell: weights, biases and constants.

#include <rondo/lang/expression.hpp>

#include <concepts>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Base of all parameters, which distinguishes them from other members.
struct parameter_tag {};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// A weight. `weight<R, C>` is a matrix of R rows and C columns that multiplies vectors
/// along C. `weight<D>` is a vector for elementwise use, such as a peephole or a gain. `weight<>` is one
/// number.
template <dimension_name... D>
struct weight : expression<lang_internal::shape<D...>>, lang_internal::parameter_tag {
    static_assert(sizeof...(D) <= 2,
                  "a weight has at most rows and columns: weight<R, C>, weight<D> or weight<>");
    static constexpr bool is_bias = false;      ///< initialised as a weight
    static constexpr bool is_constant = false;  ///< trained
};

/// A bias: a vector along @p D, or one number. It differs from a weight in how it is initialised.
template <dimension_name... D>
struct bias : expression<lang_internal::shape<D...>>, lang_internal::parameter_tag {
    static_assert(sizeof...(D) <= 1, "a bias is a vector or one number: bias<D> or bias<>");
    static constexpr bool is_bias = true;       ///< initialised as a bias
    static constexpr bool is_constant = false;  ///< trained
};

/// A constant: a matrix, a vector or one number that belongs to the model and is not trained (a buffer, in
/// PyTorch's words). It is bound, named, saved and loaded as a weight is, and no gradient with respect to it
/// is computed. `constant<>` is a hyper-parameter that may be changed between runs.
template <dimension_name... D>
struct constant : expression<lang_internal::shape<D...>>, lang_internal::parameter_tag {
    static_assert(sizeof...(D) <= 2,
                  "a constant has at most rows and columns: constant<R, C>, constant<D> or constant<>");
    static constexpr bool is_bias = false;     ///< not initialised
    static constexpr bool is_constant = true;  ///< not trained
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// A member that is a parameter.
template <class M>
concept parameter = std::derived_from<M, parameter_tag>;

}  // namespace rondo::inline RONDO_ISA::lang_internal
