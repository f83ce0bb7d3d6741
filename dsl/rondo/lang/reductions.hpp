#pragma once
/// @file
/// Functions over the entries of a vector: its largest entry, norms, and the softmax.
///
/// They are composed of three operations, a sum, a running sum and the largest entry. What is subtracted to
/// keep exponentials within range cancels, so no gradient is derived for it.

#include <rondo/lang/functions.hpp>

#include <limits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a reduction is over the entries of a vector. The message names the shape.
template <class S>
struct reduces_a_vector {
    static_assert(is_vector<S>,
                  "a function over features takes a vector; of two values, write max(a, b) and min(a, b)");
    static constexpr bool value = is_vector<S>;
};

/// The largest entry of @p v, as a number that cancels in the result: no gradient is derived for it.
template <class S>
constexpr scalar shift_of(expression<S> v)
{
    static_assert(reduces_a_vector<S>::value);
    return v.record == nullptr ? scalar{} : scalar{v.record, v.record->nodes.shift(v.id)};
}

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The largest entry of a vector; NaN if one is NaN. The derivative goes evenly to all entries that attain
/// it.
template <class S>
constexpr scalar max(expression<S> v)
{
    static_assert(lang_internal::reduces_a_vector<S>::value);
    return v.record == nullptr ? scalar{}
                               : scalar{v.record, v.record->nodes.reduction(ir_internal::op::largest, v.id)};
}
/// The smallest entry of a vector; NaN if one is NaN. The derivative goes evenly to all entries that attain
/// it.
template <class S>
constexpr scalar min(expression<S> v)
{
    return -max(-v);
}
/// The length of a vector, √Σv². Its derivative is v / ‖v‖, and zero where v is zero. The squares are added
/// up as they are: the length is infinite where they overflow, from about 1.8e19 in float, and zero where all
/// underflow.
template <class S>
constexpr scalar norm(expression<S> v)
{
    scalar const squares = sum(square(v));
    return where(squares == 0, 0, sqrt(squares));
}
/// The running sum of a vector's entries: entry k of the result is the sum of the entries up to k, in order.
/// Its derivative is the running sum from the other end.
template <class S>
constexpr expression<S> cumsum(expression<S> v)
{
    static_assert(lang_internal::reduces_a_vector<S>::value);
    return v.record == nullptr
               ? v
               : expression<S>{v.record, v.record->nodes.running_sum(ir_internal::op::running_sum, v.id,
                                                                     v.record->nodes[v.id].shape.last())};
}
/// log Σ exp(v), for entries of any size. Minus infinity where all entries are; infinite where one is.
template <class S>
constexpr scalar logsumexp(expression<S> v)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    scalar const most = lang_internal::shift_of(v);
    scalar const shift = where(abs(most) < infinity, most, 0);
    return shift + log(sum(exp(v - shift)));
}
/// exp(v) / Σ exp(v), for finite entries of any size and entries of minus infinity, which give 0.
template <class S>
constexpr expression<S> softmax(expression<S> v)
{
    expression<S> const e = exp(v - lang_internal::shift_of(v));
    return e / sum(e);
}
/// The softmax of the entries of @p v whose entry of @p mask is not zero. The others are exactly 0, whatever
/// they are, NaN included, and get a derivative of exactly zero. Where the whole mask is zero, so is the
/// result.
template <class S, class M>
constexpr expression<S> softmax(expression<S> v, expression<M> mask)
{
    static_assert(lang_internal::operands_meet<S, M>::value);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    scalar const most = lang_internal::shift_of(where(mask, v, -infinity));
    expression<S> const e = where(mask, exp(v - most), 0);
    scalar const total = sum(e);
    return e / (total + (total == 0));  // at least 1, unless all is masked
}
/// log softmax(v), for finite entries of any size and entries of minus infinity, which stay so. Its largest
/// entries keep their digits where the logarithm of the softmax would be 0.
template <class S>
constexpr expression<S> log_softmax(expression<S> v)
{
    expression<S> const shifted = v - lang_internal::shift_of(v);
    return shifted - log(sum(exp(shifted)));
}
/// The logarithm of the softmax of the entries of @p v whose entry of @p mask is not zero. The others are
/// minus infinity, whatever they are, and get a derivative of exactly zero.
template <class S, class M>
constexpr expression<S> log_softmax(expression<S> v, expression<M> mask)
{
    static_assert(lang_internal::operands_meet<S, M>::value);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    scalar const most = lang_internal::shift_of(where(mask, v, -infinity));
    expression<S> const shifted = where(mask, v - most, 0);
    scalar const total = sum(where(mask, exp(shifted), 0));
    scalar const is_empty = total == 0;
    return where(mask, shifted - log(total + is_empty), -infinity);
}

}  // namespace rondo::inline RONDO_ISA
