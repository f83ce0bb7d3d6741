#pragma once
/// @file
/// A value, read along other dimensions of the same sizes: `as<B>(v)`, `as<B, C>(M)`.

#include <rondo/lang/join.hpp>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a value can be read along the dimensions @p To. The message shows its shape.
template <class S, class... To>
struct can_be_read_as {
    /// Whether there are as many dimensions.
    static constexpr bool fits = rank_of<S> == sizeof...(To) || (rank_of<S> == 0 && sizeof...(To) == 1);
    static_assert(fits,
                  "as<B>(v) reads a vector or a number along the dimension B, and as<B, C>(M) a matrix along "
                  "as many dimensions as it has");
    static constexpr bool value = fits && dimensions_are_distinct<S>::value &&
                                  dimensions_are_distinct<shape<To...>>::value;  ///< whether it can
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// @p v, read along the dimensions @p B and @p More, which must have the sizes of the dimensions of v, in
/// this order: B has the size 1 if v is a number. The sizes are compared where a model binds them. If the
/// cell mentions B nowhere else, its size follows. It costs nothing, or a load where v and a matrix that it
/// is used with have both dimensions.
///
/// @code
/// return next{h + as<hidden>(x)};  // a residual connection: as many inputs as hidden units
/// @endcode
template <dimension_name B, dimension_name... More, class S>
constexpr expression<lang_internal::shape<B, More...>> as(expression<S> v)
{
    if constexpr (lang_internal::can_be_read_as<S, B, More...>::value) {
        if (v.record != nullptr) {
            ir_internal::graph& g = v.record->nodes;
            lang_internal::dimension_table& table = v.record->dimensions;
            ir_internal::extents const from = g[v.id].shape;
            std::size_t k = 0;
            table.template equate<B>(from.dims[k++]);
            (table.template equate<More>(from.dims[k++]), ...);
            ir_internal::extents const to{table.template number_of<B>(), table.template number_of<More>()...};
            return {v.record, from.is_scalar() ? g.broadcast(v.id, to) : g.rename(v.id, to)};
        }
    }
    return {};
}

}  // namespace rondo::inline RONDO_ISA
