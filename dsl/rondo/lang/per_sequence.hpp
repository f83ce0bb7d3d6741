#pragma once
/// @file
/// An input that does not change over a sequence: a context, a speaker.
///
/// What is computed from such inputs and from parameters alone, matrix products included, is computed once
/// for each sequence, by the prologue; see separate_prologue().

#include <rondo/lang/expression.hpp>
#include <rondo/lang/one_hot.hpp>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a value can be given once for a sequence. The message names its type.
template <class Value>
struct can_be_per_sequence {
    static_assert(is_value<Value> || is_one_hot<Value>,
                  "per_sequence<...> takes a vector, a scalar, a matrix of different dimensions or a one_hot "
                  "symbol");
    static constexpr bool value = is_value<Value> || is_one_hot<Value>;
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// An input that a sequence has one value of, the same in all of its steps: a member of the struct that a
/// step takes. In the step it is a @p Value: a vector, a number, a matrix or a symbol.
///
/// @code
/// struct given {
///     vec<input> x;
///     per_sequence<vec<speaker>> context;
///     RONDO_MEMBERS(x, context);
/// };
/// run.forward(named("x"_s = x, "context"_s = contexts));  // (time, batch, input), (batch, speaker)
/// @endcode
template <class Value>
struct per_sequence : Value {
    static_assert(lang_internal::can_be_per_sequence<Value>::value);
    using value_type = Value;  ///< its type in the step
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a type is an input that is given once for each sequence.
template <class T>
inline constexpr bool is_per_sequence = false;
template <class Value>
inline constexpr bool is_per_sequence<per_sequence<Value>> = true;

/// Symbols that are given once for each sequence.
template <class D>
inline constexpr bool is_one_hot<per_sequence<one_hot<D>>> = true;

}  // namespace rondo::inline RONDO_ISA::lang_internal
