#pragma once
/// @file
/// The list of members that RONDO_MEMBERS writes into a struct, as accessors of Boost.Hana.
///
/// Hana's own macros name the struct inside the namespace `boost::hana`, where `filter` or `cycle` is a
/// function of Hana. RONDO_MEMBERS is written inside the struct and does not name it, so a cell can have any
/// name and any number of members, be a template, and stand in any namespace.

#include <rondo/namespaces.hpp>

#include <boost/hana/accessors.hpp>
#include <boost/hana/core/when.hpp>
#include <boost/hana/pair.hpp>
#include <boost/hana/string.hpp>
#include <boost/hana/tuple.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace rondo::inline RONDO_ISA::lang_internal {

/// A reference to member @p I of a list.
template <std::size_t I, class Member>
struct member_reference {
    Member& member;  ///< the member
};

/// References to the members of a list. A std::tuple of as many entries is slower to compile.
template <class Indices, class... Member>
struct member_references;
template <std::size_t... I, class... Member>
struct member_references<std::index_sequence<I...>, Member...> : member_reference<I, Member>... {
    static constexpr std::size_t size = sizeof...(Member);  ///< number of members
};

/// Refers to the members of a struct; RONDO_MEMBERS calls it with its arguments.
template <class... Member>
constexpr auto refer_to_members(Member&... m)
{
    return member_references<std::index_sequence_for<Member...>, Member...>{{m}...};
}

/// A struct that lists its members with RONDO_MEMBERS.
template <class S>
concept has_member_list = requires(S& s) {
    s.rondo_members();
    S::rondo_member_names();
};

/// The name of member @p i in a list such as `W, U, this->b`.
constexpr std::string_view name_in_list(std::string_view list, std::size_t i)
{
    for (; i > 0; --i) {
        list.remove_prefix(list.find(',') + 1);
    }
    list = list.substr(0, list.find(','));
    while (list.starts_with(' ')) {
        list.remove_prefix(1);
    }
    return list.substr(list.find_last_of(":>.") + 1);  // npos + 1 is 0
}

/// Gives member @p I of a struct.
template <std::size_t I>
struct member_accessor {
    /// The member of @p s.
    template <class S>
    constexpr auto& operator()(S& s) const
    {
        return []<class Member>(member_reference<I, Member> const& reference) -> auto& {
            return reference.member;
        }(s.rondo_members());
    }
};

/// The name of member @p I of @p S as a string of Hana.
template <class S, std::size_t I>
struct member_name {
    static constexpr std::string_view text = name_in_list(S::rondo_member_names(), I);  ///< the name
    /// The name as a type.
    template <std::size_t... J>
    static constexpr auto string(std::index_sequence<J...>)
    {
        return boost::hana::string_c<text[J]...>;
    }
};

/// The accessors of a struct, as Hana wants them: pairs of a name and a function.
template <class S>
constexpr auto accessors_of_list()
{
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return boost::hana::make_tuple(boost::hana::make_pair(
            member_name<S, I>::string(std::make_index_sequence<member_name<S, I>::text.size()>{}),
            member_accessor<I>{})...);
    }(std::make_index_sequence<decltype(std::declval<S&>().rondo_members())::size>{});
}

}  // namespace rondo::inline RONDO_ISA::lang_internal

/// @cond
template <class S>
struct boost::hana::accessors_impl<S, boost::hana::when<rondo::lang_internal::has_member_list<S>>> {
    static constexpr auto apply() { return rondo::lang_internal::accessors_of_list<S>(); }
};
/// @endcond
