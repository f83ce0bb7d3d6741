#pragma once
/// @file
/// Functions that choose a derivative: their value is an operand, their gradient is what the cell says.
///
/// Step functions have no useful derivative, and some gradients should not flow. What these functions say
/// is used while the step is differentiated and is erased after that, so they cost nothing forwards. They can
/// be applied to any value, also between an old state and its new value.

#include <rondo/lang/operators.hpp>

#include <stdexcept>
#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a value can have the derivative of another. The message names the dimensions of both.
template <class Value, class Like>
struct gradients_meet {
    static_assert(dimensions_are_distinct<Value>::value && dimensions_are_distinct<Like>::value);
    static_assert(std::is_same_v<Value, Like>,
                  "in with_gradient(value, like) the two have different dimensions; the derivative of "
                  "`like` is taken for that of `value`, entry by entry");
    static constexpr bool value = true;
};

/// Whether a gradient can be scaled by a factor, or clipped to a limit. The message names the dimensions.
template <class Value, class Factor>
struct factor_is_number {
    static_assert(std::is_same_v<Factor, shape<>>,
                  "in scale_gradient(a, factor) and clip_gradient(a, limit) the second argument is a number "
                  "or a scalar");
    static constexpr bool value = true;
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// @p value with the derivative of @p like: forwards it is the first, and the gradient flows to the second
/// alone. Both have the same dimensions.
///
/// @code
/// auto spike = with_gradient(step(v), sigmoid(4.0 * v));  // a surrogate gradient
/// auto rounded = with_gradient(floor(a), a);              // a straight-through estimator
/// @endcode
template <class V, class L>
constexpr expression<V> with_gradient(expression<V> value, expression<L> like)
{
    static_assert(lang_internal::gradients_meet<V, L>::value);
    return lang_internal::record<V>(value, like, [&](ir_internal::graph& g) {
        return g.binary(ir_internal::op::with_gradient, value.id, like.id);
    });
}

/// @p a, taken for a constant by the gradient: nothing flows through it.
template <class S>
constexpr expression<S> stop_gradient(expression<S> a)
{
    static_assert(lang_internal::gradients_meet<S, S>::value);
    return lang_internal::record<S>(a, a, [&](ir_internal::graph& g) {
        return g.binary(ir_internal::op::with_gradient, a.id, g.constant(0));
    });
}

/// @p a, whose gradient is multiplied by @p factor. A negative factor reverses the gradient.
template <class S>
constexpr expression<S> scale_gradient(expression<S> a, double factor)
{
    static_assert(lang_internal::gradients_meet<S, S>::value);
    return with_gradient(a, factor * a);
}
/// @p a, whose gradient is multiplied by the scalar @p factor. The factor has no gradient of its own.
template <class S, class F>
constexpr expression<S> scale_gradient(expression<S> a, expression<F> factor)
{
    static_assert(lang_internal::gradients_meet<S, S>::value);
    static_assert(lang_internal::factor_is_number<S, F>::value);
    if constexpr (!std::is_same_v<F, lang_internal::shape<>>) {
        return a;
    } else {
        return with_gradient(a, stop_gradient(factor) * a);
    }
}

/// @p a, whose gradient is clipped, entry by entry, to between -@p limit and @p limit: the sum of all that
/// flows back to it at a step. The limit is a number above zero.
template <class S>
constexpr expression<S> clip_gradient(expression<S> a, double limit)
{
    static_assert(lang_internal::gradients_meet<S, S>::value);
    if (!(limit > 0)) {
        throw std::invalid_argument("rondo: the limit of clip_gradient is a number above zero");
    }
    return lang_internal::record<S>(a, a, [&](ir_internal::graph& g) {
        return g.binary(ir_internal::op::clip_gradient, a.id, g.constant(limit));
    });
}
/// @p a, whose gradient is clipped to between -@p limit and @p limit, a scalar above zero, which has no
/// gradient of its own.
template <class S, class L>
constexpr expression<S> clip_gradient(expression<S> a, expression<L> limit)
{
    static_assert(lang_internal::gradients_meet<S, S>::value);
    static_assert(lang_internal::factor_is_number<S, L>::value);
    if constexpr (!std::is_same_v<L, lang_internal::shape<>>) {
        return a;
    } else {
        return lang_internal::record<S>(a, limit, [&](ir_internal::graph& g) {
            return g.binary(ir_internal::op::clip_gradient, a.id, limit.id);
        });
    }
}

}  // namespace rondo::inline RONDO_ISA
