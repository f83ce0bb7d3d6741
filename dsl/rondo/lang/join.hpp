#pragma once
/// @file
/// Vectors one behind the other, and their parts: `join(a, b)` and `part<A>(v)`.
///
/// Neither computes anything. Each is the derivative of the other.

#include <rondo/lang/operators.hpp>

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether values can be joined. The message shows their shapes.
template <class... S>
struct are_joinable {
    static_assert((is_vector<S> && ...),
                  "join(a, b) takes vectors; a number becomes a vector with one entry by as<D>(s), where the "
                  "dimension D has the size 1");
    static constexpr bool value = (is_vector<S> && ...);
};

/// The shape of joined values; that of a scalar if they cannot be joined.
template <class... S>
struct joined_shape {
    using type = shape<>;  ///< of the result
};
template <class... D>
struct joined_shape<shape<D>...> {
    using whole = joined<D...>;  ///< its dimension
    using type = shape<whole>;   ///< of the result
};

/// Whether a dimension is a piece of that of a vector. The message shows both.
template <class Piece, class Shape>
struct is_piece_of {
    static_assert(is_vector<Shape>, "part<A>(v) takes a part of a vector along a joined dimension");
    static_assert(!is_vector<Shape>,
                  "in part<A>(v) the vector v is along a dimension that is not joined, so it has no parts");
    static constexpr bool value = false;
};
template <class Piece, class... D>
struct is_piece_of<Piece, shape<joined<D...>>> {
    static constexpr bool value = (std::is_same_v<Piece, D> || ...);  ///< whether it is
    static_assert(value, "in part<A>(v) the dimension A is not one of the pieces of the dimension of v");
};

/// Records the join of the first @p N vectors, by their nodes @p v.
template <class Whole, std::size_t N>
constexpr node_id record_join(recorder& r, std::array<node_id, N> const& v)
{
    return [&]<class... D>(joined<D...>) {
        node_id both = v[0];
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            ((both = r.nodes.join(
                  both, v[K + 1],
                  r.dimensions.template number_of<typename first_pieces<type_list<>, K + 2, D...>::type>())),
             ...);
        }(std::make_index_sequence<N - 1>{});
        return both;
    }(Whole{});
}

/// The dimension of the shape of a vector.
template <class S>
struct dimension_of;
template <class D>
struct dimension_of<shape<D>> {
    using type = D;  ///< the dimension
};

/// Records the part along @p Piece of the node @p v along @p Whole.
template <class Piece, class Whole>
constexpr node_id record_part(recorder& r, node_id v)
{
    using pieces = two_pieces<Whole>;
    dimension_id const first = r.dimensions.number_of<typename pieces::first>();
    dimension_id const last = r.dimensions.number_of<typename pieces::last>();
    if constexpr (std::is_same_v<Piece, typename pieces::last>) {
        return r.nodes.last_piece(v, last, first);
    } else {
        node_id const rest = r.nodes.first_piece(v, first, last);
        if constexpr (std::is_same_v<Piece, typename pieces::first>) {
            return rest;
        } else {
            return record_part<Piece, typename pieces::first>(r, rest);
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The entries of all @p v, one vector after the other: a vector along `joined<A, B, ...>`, where A, B, ...
/// are the dimensions of @p v.
///
/// @code
/// auto gates = sigmoid(W * join(x, h) + b);  // weight<hidden, joined<input, hidden>> W
/// @endcode
template <class... S>
    requires(sizeof...(S) >= 2)
constexpr auto join(expression<S>... v)
{
    using result = expression<typename lang_internal::joined_shape<S...>::type>;
    if constexpr (lang_internal::are_joinable<S...>::value) {
        lang_internal::recorder* r = nullptr;
        ((r = r == nullptr ? v.record : r), ...);
        if (r == nullptr) {
            return result{};
        }
        if (((v.record == nullptr) || ...)) {
            r->met_unlisted = true;
            return result{r, ir_internal::node_id{0}};
        }
        using whole = typename lang_internal::joined_shape<S...>::whole;
        return result{r, lang_internal::record_join<whole>(
                             *r, std::array<ir_internal::node_id, sizeof...(S)>{v.id...})};
    } else {
        return result{};
    }
}

/// The entries of @p v along the piece @p Piece of its joined dimension.
///
/// @code
/// auto all = W * x + U * h;  // along joined<in, forget, cell, out>
/// auto f = sigmoid(part<forget>(all));
/// @endcode
template <dimension_name Piece, class S>
constexpr vec<Piece> part(expression<S> v)
{
    if constexpr (lang_internal::is_piece_of<Piece, S>::value) {
        if (v.record != nullptr) {
            return {v.record,
                    lang_internal::record_part<Piece, typename lang_internal::dimension_of<S>::type>(
                        *v.record, v.id)};
        }
    }
    return {};
}

}  // namespace rondo::inline RONDO_ISA
