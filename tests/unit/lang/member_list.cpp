#include <rondo/lang/cell.hpp>
#include <rondo/lang/member_list.hpp>

#include <doctest/doctest.h>
#include <boost/hana/core/to.hpp>
#include <boost/hana/for_each.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace {

using namespace rondo;
using namespace rondo::lang_internal;

struct listing {
    weight<hidden, input> W;
    bias<hidden> b;
    RONDO_MEMBERS(W, b);
};
template <class D>
struct listing_base {
    weight<D> gain;
};
template <class D>
struct listing_of_dependent : listing_base<D> {
    bias<D> b;
    RONDO_MEMBERS(this->gain, b);
};
struct listing_nothing {
    RONDO_MEMBERS();
};
struct not_listing {
    bias<hidden> b;
};

static_assert(has_member_list<listing> && has_member_list<listing_nothing>);
static_assert(!has_member_list<not_listing> && !has_member_list<int>);
static_assert(std::is_aggregate_v<listing> && sizeof(listing) == sizeof(weight<>) + sizeof(bias<>));

static_assert(name_in_list("W", 0) == "W");
static_assert(name_in_list("W, U,b ,  c", 1) == "U" && name_in_list("W, U,b,  c", 2) == "b");
static_assert(name_in_list("W, U,b,  c", 3) == "c");
static_assert(name_in_list("this->gain, base::b", 0) == "gain");
static_assert(name_in_list("this->gain, base::b", 1) == "b");

template <class S>
std::vector<std::string> listed_names()
{
    std::vector<std::string> all;
    boost::hana::for_each(boost::hana::accessors<S>(), [&](auto const& accessor) {
        all.emplace_back(boost::hana::to<char const*>(boost::hana::first(accessor)));
    });
    return all;
}

}  // namespace

TEST_CASE("member_list: a struct with a list is a Struct of Hana, with the names of its members")
{
    CHECK(boost::hana::Struct<listing>::value);
    CHECK(!boost::hana::Struct<not_listing>::value);
    CHECK(listed_names<listing>() == std::vector<std::string>{"W", "b"});
    CHECK(listed_names<listing_of_dependent<hidden>>() == std::vector<std::string>{"gain", "b"});
    CHECK(listed_names<listing_nothing>().empty());
}

TEST_CASE("member_list: accessors give the members themselves, const ones of a const struct")
{
    listing l;
    listing const& fixed_one = l;
    CHECK(&member_accessor<0>{}(l) == &l.W);
    CHECK(&member_accessor<1>{}(l) == &l.b);
    CHECK(&member_accessor<1>{}(fixed_one) == &l.b);
    CHECK(std::is_same_v<decltype(member_accessor<0>{}(fixed_one)), weight<hidden, input> const&>);
}

TEST_CASE("member_list: a local struct can list its members")
{
    struct local {
        weight<> gain;
        RONDO_MEMBERS(gain);
    };
    CHECK(listed_names<local>() == std::vector<std::string>{"gain"});
}
