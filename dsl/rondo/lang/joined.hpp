#pragma once
/// @file
/// A dimension that consists of others, one after the other.

#include <rondo/lang/dimension.hpp>
#include <rondo/lang/type_list.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a dimension can consist of these. The message names them.
template <class... D>
struct pieces_are_joinable {
    static_assert(sizeof...(D) >= 2, "joined<A, B> has two pieces or more");
    static_assert(
        append_once<type_list<>, D...>::type::size == sizeof...(D),
        "joined<A, B> has each piece once, because part<A>(v) names it; for another piece of the same "
        "size define a dimension of its own, and read the vector along it with as<B>(v)");
    static constexpr bool value = true;
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The dimension that consists of the pieces @p D, one after the other. Its size is the sum of theirs, so a
/// model binds the pieces and never the whole. `weight<hidden, joined<input, hidden>>` multiplies an input
/// and a state that join() has joined, and `joined<A, B, C>` is the dimension of several gates in one vector,
/// which part() takes apart.
template <dimension_name... D>
struct joined : dimension {
    static_assert(lang_internal::pieces_are_joinable<D...>::value);
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a dimension consists of others.
template <class D>
inline constexpr bool is_joined = false;
template <class... D>
inline constexpr bool is_joined<joined<D...>> = true;

/// The first @p N pieces @p D: one of them, or a joined dimension.
template <class Taken, std::size_t N, class... D>
struct first_pieces;
template <class... Taken, class D, class... Rest>
struct first_pieces<type_list<Taken...>, 1, D, Rest...> {
    using type = joined<Taken..., D>;  ///< these pieces
};
template <class D, class... Rest>
struct first_pieces<type_list<>, 1, D, Rest...> {
    using type = D;  ///< this piece
};
template <class... Taken, std::size_t N, class D, class... Rest>
    requires(N > 1)
struct first_pieces<type_list<Taken...>, N, D, Rest...>
    : first_pieces<type_list<Taken..., D>, N - 1, Rest...> {};

/// A joined dimension as two: all pieces but the last, and the last. Graphs know no others.
template <class D>
struct two_pieces;
template <class... D>
struct two_pieces<joined<D...>> {
    using first = typename first_pieces<type_list<>, sizeof...(D) - 1, D...>::type;  ///< all but the last
    using last = std::tuple_element_t<sizeof...(D) - 1, std::tuple<D...>>;           ///< the last
};

/// Appends to a list the dimensions that a model binds for the dimension @p D: itself, or its pieces.
template <class List, class... D>
struct append_bound {
    using type = List;  ///< the longer list
};
template <class List, class D, class... Rest>
struct append_bound<List, D, Rest...> : append_bound<typename append_once<List, D>::type, Rest...> {};
template <class List, class... D, class... Rest>
struct append_bound<List, joined<D...>, Rest...> : append_bound<List, D..., Rest...> {};

/// The name of a dimension in messages and drawings: `joined<input, hidden>`.
template <class D>
struct dimension_label {
    static constexpr std::string_view view = type_name<D>();  ///< the name
};
template <class... D>
struct dimension_label<joined<D...>> {
   private:
    static constexpr std::size_t length = std::string_view("joined<>").size() +
                                          (dimension_label<D>::view.size() + ...) + 2 * (sizeof...(D) - 1);
    static constexpr auto text = [] {
        std::array<char, length> out{};
        std::size_t n = 0;
        auto const add = [&](std::string_view more) {
            for (char const c : more) {
                out[n++] = c;
            }
        };
        add("joined<");
        ((add(n > 7 ? ", " : ""), add(dimension_label<D>::view)), ...);
        add(">");
        return out;
    }();

   public:
    static constexpr std::string_view view{text.data(), length};  ///< the name
};

}  // namespace rondo::inline RONDO_ISA::lang_internal
