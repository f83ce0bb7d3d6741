#pragma once
/// @file
/// The parameters of a cell, found through Hana's struct reflection, with their dotted names.
///
/// A cell lists its members with RONDO_MEMBERS, which makes it a Struct of Hana. A member is a parameter,
/// another cell, or a std::array of either. The parameters of a nested cell `f` are called `f.W`, `f.U`, ...,
/// those of an array of cells `layers.0.W`, `layers.1.W`, ...

#include <rondo/lang/member_list.hpp>
#include <rondo/lang/parameter.hpp>
#include <rondo/lang/type_list.hpp>

#include <boost/hana/accessors.hpp>
#include <boost/hana/concept/struct.hpp>
#include <boost/hana/core/to.hpp>
#include <boost/hana/first.hpp>
#include <boost/hana/second.hpp>
#include <boost/hana/string.hpp>
#include <boost/hana/tuple.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::lang_internal {

/// The dotted name of a parameter.
class dotted_name {
   public:
    constexpr dotted_name() = default;
    /// The name of a member of the cell called @p prefix, which may be empty.
    constexpr dotted_name(std::string_view prefix, std::string_view member)
    {
        append(prefix);
        if (!prefix.empty()) {
            append(".");
        }
        append(member);
    }
    /// The name of element @p i of the array called @p array.
    constexpr dotted_name(std::string_view array, std::size_t i)
    {
        append(array);
        append(".");
        append_number(i);
    }
    /// The name, dots included.
    [[nodiscard]] constexpr std::string_view view() const { return {text_, size_}; }

   private:
    constexpr void append(std::string_view s)
    {
        for (char const c : s) {
            if (size_ == sizeof text_) {
                throw std::length_error("rondo: a parameter's dotted name has over 63 characters");
            }
            text_[size_++] = c;
        }
    }
    constexpr void append_number(std::size_t i)
    {
        if (i >= 10) {
            append_number(i / 10);
        }
        char const digit = static_cast<char>('0' + i % 10);
        append({&digit, 1});
    }
    char text_[63]{};
    std::size_t size_ = 0;
};

/// A type that lists its members with Hana.
template <class C>
concept lists_members = boost::hana::Struct<C>::value;

/// Whether a member is a parameter or a cell. The message names the cell and the member's type.
template <class Cell, class Member>
struct member_is_parameter_or_cell {
    static_assert(parameter<Member> || lists_members<Member> || std::is_empty_v<Member>,
                  "a member of a cell must be a weight, a bias, a constant, or another cell that lists its "
                  "members with RONDO_MEMBERS, or a std::array of these; make a number known while "
                  "compiling static constexpr, and leave it out of the list");
    static constexpr bool value = parameter<Member> || lists_members<Member> || std::is_empty_v<Member>;
};

/// Whether an array of members has any. The message names the cell and the array's type.
template <class Cell, class Array>
struct array_has_members {
    static_assert(std::tuple_size_v<Array> > 0, "an array of members of a cell has at least one");
    static constexpr bool value = std::tuple_size_v<Array> > 0;
};

/// Whether a cell lists all of its members: their sizes must add up to the size of the cell.
template <class Cell, std::size_t Listed, std::size_t Bytes>
struct every_member_is_listed {
    static_assert(sizeof(Cell) <= Bytes || (std::is_empty_v<Cell> && Bytes == 0),
                  "a member of this cell is missing in its RONDO_MEMBERS list, so it "
                  "would neither be trained nor saved; a number is a constant<>, or static "
                  "constexpr if it is known while compiling");
    static_assert(sizeof(Cell) >= Bytes, "a member of this cell is twice in its RONDO_MEMBERS list");
    static constexpr bool value = sizeof(Cell) == Bytes || std::is_empty_v<Cell>;
};

namespace detail {

struct footprint {
    std::size_t size;
    std::size_t alignment;
};

/// The size of a struct whose members are laid out one after the other.
constexpr std::size_t size_of_struct(std::initializer_list<footprint> members)
{
    auto const round_up = [](std::size_t n, std::size_t to) { return (n + to - 1) / to * to; };
    std::size_t end = 0;
    std::size_t alignment = 1;
    for (footprint const m : members) {
        end = round_up(end, m.alignment) + m.size;
        alignment = std::max(alignment, m.alignment);
    }
    return round_up(end, alignment);
}

template <class Cell, class Accessors = decltype(boost::hana::accessors<Cell>())>
struct listed_members;
template <class Cell, class... Accessor>
struct listed_members<Cell, boost::hana::tuple<Accessor...>> {
    using type = type_list<std::remove_cvref_t<decltype(boost::hana::second(std::declval<Accessor>())(
        std::declval<Cell&>()))>...>;
};

}  // namespace detail

/// The types of the members that a cell lists, as a type_list.
template <lists_members Cell>
using members_of = typename detail::listed_members<Cell>::type;

/// Whether the library can read a cell and the cells in it: each lists its members, or has none.
/// The message names the cell at fault.
template <class Cell>
struct cell_is_readable {
    static_assert(std::is_empty_v<Cell>,
                  "this cell must list its members: write RONDO_MEMBERS(W, U, b); inside the struct, "
                  "after them");
    static constexpr bool value = std::is_empty_v<Cell>;
};

namespace detail {

template <class Cell, class Member>
struct member_is_readable : member_is_parameter_or_cell<Cell, Member> {};
template <class Cell, lists_members Member>
struct member_is_readable<Cell, Member> : cell_is_readable<Member> {};
template <class Cell, class Member, std::size_t N>
struct member_is_readable<Cell, std::array<Member, N>> {
    static constexpr bool value =
        array_has_members<Cell, std::array<Member, N>>::value && member_is_readable<Cell, Member>::value;
};

// No fold: it would be nested as deeply as there are members, and clang's limit is 256.
constexpr bool all_true(std::initializer_list<bool> values)
{
    return std::ranges::find(values, false) == values.end();
}

template <class Cell, class Members>
struct members_are_readable;
template <class Cell, class... Member>
struct members_are_readable<Cell, type_list<Member...>> {
    static constexpr bool value =
        all_true({member_is_readable<Cell, Member>::value...}) &&
        every_member_is_listed<Cell, sizeof...(Member),
                               size_of_struct({{sizeof(Member), alignof(Member)}...})>::value;
};

}  // namespace detail

template <lists_members Cell>
struct cell_is_readable<Cell> : detail::members_are_readable<Cell, members_of<Cell>> {};

/// Calls `f(member, name)` for every parameter of @p cell, nested ones at their place.
template <class Cell, class F>
constexpr void for_each_parameter(Cell& cell, F&& f, std::string_view prefix = {});

namespace detail {

template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;

/// Calls `f(member, name)` for a parameter, and for every parameter of a cell or of an array of members.
template <class Member, class F>
constexpr void visit_member(Member& member, F&& f, dotted_name const& name)
{
    using member_type = std::remove_const_t<Member>;
    if constexpr (parameter<member_type>) {
        f(member, name);
    } else if constexpr (is_array<member_type>) {
        for (std::size_t i = 0; i < member.size(); ++i) {
            visit_member(member[i], f, dotted_name(name.view(), i));
        }
    } else {
        for_each_parameter(member, f, name.view());
    }
}

}  // namespace detail

template <class Cell, class F>
constexpr void for_each_parameter(Cell& cell, F&& f, std::string_view prefix)
{
    using cell_type = std::remove_const_t<Cell>;
    if constexpr (lists_members<cell_type>) {
        [&]<class... Accessor>(boost::hana::tuple<Accessor...> const&) {
            auto const visit = [&]<class A>(A accessor) {
                detail::visit_member(boost::hana::second(accessor)(cell), f,
                                     dotted_name(prefix, std::string_view(boost::hana::to<char const*>(
                                                             boost::hana::first(accessor)))));
                return true;
            };
            // No fold: it would be nested as deeply as there are members, and clang's limit is 256.
            [[maybe_unused]] bool const in_order[] = {true, visit(Accessor{})...};
        }(boost::hana::accessors<cell_type>());
    }
}

}  // namespace rondo::inline RONDO_ISA::lang_internal
