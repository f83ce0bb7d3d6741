#pragma once
/// @file
/// A vector, read along another dimension of the same size: `as<B>(v)`.

#include <rondo/lang/join.hpp>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a value can be read along another dimension. The message shows its shape.
template <class S>
struct can_be_read_as {
    static_assert(!is_matrix<S>, "as<B>(v) reads a vector or a number along the dimension B, and no matrix");
    static constexpr bool value = !is_matrix<S>;
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// @p v, read along the dimension @p B, which must have the size of the dimension of v: 1 if v is a number.
/// It costs nothing. The sizes are compared where a model binds them. If the cell mentions B nowhere else,
/// its size follows.
///
/// @code
/// return next{h + as<hidden>(x)};  // a residual connection: as many inputs as hidden units
/// @endcode
template <dimension_name B, class S>
constexpr vec<B> as(expression<S> v)
{
    if constexpr (lang_internal::can_be_read_as<S>::value) {
        if (v.record != nullptr) {
            ir_internal::graph& g = v.record->nodes;
            v.record->dimensions.template equate<B>(g[v.id].shape.rows());
            return {v.record, g.broadcast(v.id, {v.record->dimensions.template number_of<B>()})};
        }
    }
    return {};
}

}  // namespace rondo::inline RONDO_ISA
