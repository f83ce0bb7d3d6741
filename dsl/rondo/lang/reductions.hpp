#pragma once
/// @file
/// Functions over entries: sums, means, the largest entry, norms, and the softmax. Of a vector they are over
/// all entries, of a matrix along the dimensions that are named: `sum<columns>(M)` is a vector along the
/// rows.
///
/// They are composed of three operations, a sum, a running sum and the largest entry. What is subtracted to
/// keep exponentials within range cancels, so no gradient is derived for it.

#include <rondo/lang/functions.hpp>

#include <limits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a function is over entries along the dimensions @p Along, or of a vector if there are none. The
/// message names them and the shape.
template <class S, class... Along>
struct reduces {
    static_assert(rank_of<S> > 0,
                  "a function over features takes a vector or a matrix; of two values, write max(a, b) and "
                  "min(a, b)");
    static_assert(!is_matrix<S> || sizeof...(Along) > 0,
                  "a matrix has several dimensions: name the one to reduce, as sum<columns>(M)");
    static_assert(rank_of<S> == 0 || (is_along<S, Along> && ...),
                  "the value is not along the dimension that is named, as D in sum<D>(M)");
    static constexpr bool value = dimensions_are_distinct<S>::value && rank_of<S> > 0 &&
                                  (!is_matrix<S> || sizeof...(Along) > 0) &&
                                  (is_along<S, Along> && ...);  ///< whether it is
};

/// The shape of a value of shape @p S that is reduced along @p Along, or over all entries.
template <class S, class... Along>
using reduced = std::conditional_t<sizeof...(Along) == 0, shape<>, without<S, Along...>>;

/// The dimensions of the node @p v but those of @p Along, or none.
template <class... Along>
constexpr extents reduced_extents(recorder& r, node_id v)
{
    extents left = sizeof...(Along) == 0 ? extents{} : r.nodes[v].shape;
    ((left = left.without(r.dimensions.template number_of<Along>())), ...);
    return left;
}

/// Records what `make(graph, shape of the result)` makes of @p v.
template <class... Along, class S, class F>
constexpr expression<reduced<S, Along...>> record_reduction(expression<S> v, F make)
{
    if constexpr (reduces<S, Along...>::value) {
        if (v.record != nullptr) {
            extents const to = reduced_extents<Along...>(*v.record, v.id);
            return {v.record, make(v.record->nodes, to)};
        }
    }
    return {};
}

/// The largest entry of @p v, as a number that cancels in the result: no gradient is derived for it.
template <class... Along, class S>
constexpr auto shift_of(expression<S> v)
{
    return record_reduction<Along...>(v, [&](graph& g, extents to) { return g.shift(v.id, to); });
}

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// @name Over entries
/// Of a vector v they are over all entries, with a scalar as the result: `sum(v)`. Of a matrix they are along
/// one dimension, or along several: `sum<columns>(M)` is along the dimensions of M but `columns`, which must
/// be one of them.
/// @{

/// The sum of entries.
template <dimension_name... Along, class S>
constexpr auto sum(expression<S> v)
{
    return lang_internal::record_reduction<Along...>(
        v, [&](ir_internal::graph& g, ir_internal::extents to) { return g.sum(v.id, to); });
}
/// The mean of entries.
template <dimension_name... Along, class S>
constexpr auto mean(expression<S> v)
{
    return lang_internal::record_reduction<Along...>(v, [&](ir_internal::graph& g, ir_internal::extents to) {
        ir_internal::node_id count = ir_internal::no_node;
        for (ir_internal::dimension_id const d : g[v.id].shape.dims) {
            if (d != ir_internal::unit && !to.has(d)) {
                ir_internal::node_id const more = g.leaf(ir_internal::op::extent, d, {});
                count =
                    count == ir_internal::no_node ? more : g.binary(ir_internal::op::multiply, count, more);
            }
        }
        return g.binary(ir_internal::op::divide, g.sum(v.id, to), count);
    });
}
/// The largest entry; NaN if one is NaN. The derivative goes evenly to all entries that attain it.
template <dimension_name... Along, class S>
constexpr auto max(expression<S> v)
{
    return lang_internal::record_reduction<Along...>(v, [&](ir_internal::graph& g, ir_internal::extents to) {
        return g.reduction(ir_internal::op::largest, v.id, to);
    });
}
/// The smallest entry; NaN if one is NaN. The derivative goes evenly to all entries that attain it.
template <dimension_name... Along, class S>
constexpr auto min(expression<S> v)
{
    return -max<Along...>(-v);
}
/// The length √Σv². Its derivative is v / ‖v‖, and zero where v is zero. The squares are added
/// up as they are: the length is infinite where they overflow, from about 1.8e19 in float, and zero where all
/// underflow.
template <dimension_name... Along, class S>
constexpr auto norm(expression<S> v)
{
    auto const squares = sum<Along...>(square(v));
    return where(squares == 0, 0, sqrt(squares));
}
/// log Σ exp(v), for entries of any size. Minus infinity where all entries are; infinite where one is.
template <dimension_name... Along, class S>
constexpr auto logsumexp(expression<S> v)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    auto const most = lang_internal::shift_of<Along...>(v);
    auto const shift = where(abs(most) < infinity, most, 0);
    return shift + log(sum<Along...>(exp(v - shift)));
}
/// @}

/// Inner product of two vectors along the same dimension.
template <class A, class B>
constexpr scalar dot(expression<A> a, expression<B> b)
{
    static_assert(lang_internal::is_vector<A> && lang_internal::is_vector<B>,
                  "dot is the inner product of two vectors; the product of a matrix and a vector is W * v");
    return sum(a * b);
}

/// @name Along entries
/// They keep the shape. Of a vector they are over all entries, of a matrix for each entry of the other
/// dimensions, along one that is named: `softmax<columns>(M)`.
/// @{

/// The running sum: entry k of the result is the sum of the entries up to k, in order. Its derivative is the
/// running sum from the other end. It is along one dimension.
template <dimension_name... Along, class S>
constexpr expression<S> cumsum(expression<S> v)
{
    static_assert(sizeof...(Along) <= 1, "cumsum<D>(M) is along one dimension");
    if constexpr (lang_internal::reduces<S, Along...>::value) {
        if (v.record != nullptr) {
            ir_internal::graph& g = v.record->nodes;
            ir_internal::dimension_id along = g[v.id].shape.last();
            ((along = v.record->dimensions.template number_of<Along>()), ...);
            return {v.record, g.running_sum(ir_internal::op::running_sum, v.id, along)};
        }
    }
    return v;
}
/// exp(v) / Σ exp(v), for finite entries of any size and entries of minus infinity, which give 0.
template <dimension_name... Along, class S>
constexpr expression<S> softmax(expression<S> v)
{
    expression<S> const e = exp(v - lang_internal::shift_of<Along...>(v));
    return e / sum<Along...>(e);
}
/// The softmax of the entries of @p v whose entry of @p mask is not zero. The others are exactly 0, whatever
/// they are, NaN included, and get a derivative of exactly zero. Where the whole mask is zero, so is the
/// result. The mask may lack dimensions of v.
template <dimension_name... Along, class S, class M>
constexpr expression<S> softmax(expression<S> v, expression<M> mask)
{
    static_assert(lang_internal::operands_meet<S, M>::value);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    auto const most = lang_internal::shift_of<Along...>(where(mask, v, -infinity));
    expression<S> const e = where(mask, exp(v - most), 0);
    auto const total = sum<Along...>(e);
    return e / (total + (total == 0));  // at least 1, unless all is masked
}
/// log softmax(v), for finite entries of any size and entries of minus infinity, which stay so. Its largest
/// entries keep their digits where the logarithm of the softmax would be 0.
template <dimension_name... Along, class S>
constexpr expression<S> log_softmax(expression<S> v)
{
    expression<S> const shifted = v - lang_internal::shift_of<Along...>(v);
    return shifted - log(sum<Along...>(exp(shifted)));
}
/// The logarithm of the softmax of the entries of @p v whose entry of @p mask is not zero. The others are
/// minus infinity, whatever they are, and get a derivative of exactly zero. The mask may lack dimensions of
/// v.
template <dimension_name... Along, class S, class M>
constexpr expression<S> log_softmax(expression<S> v, expression<M> mask)
{
    static_assert(lang_internal::operands_meet<S, M>::value);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    auto const most = lang_internal::shift_of<Along...>(where(mask, v, -infinity));
    expression<S> const shifted = where(mask, v - most, 0);
    auto const total = sum<Along...>(where(mask, exp(shifted), 0));
    auto const is_empty = total == 0;
    return where(mask, shifted - log(total + is_empty), -infinity);
}
/// @}

}  // namespace rondo::inline RONDO_ISA
