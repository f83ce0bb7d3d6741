#include <rondo/lang/joined.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

namespace joined_test {

using namespace rondo;
using namespace rondo::lang_internal;

namespace {

using two = joined<input, hidden>;
using three = joined<input, hidden, output>;
static_assert(dimension_name<two>);
static_assert(is_joined<two> && !is_joined<input>);
static_assert(std::is_same_v<two_pieces<two>::first, input> && std::is_same_v<two_pieces<two>::last, hidden>);
static_assert(std::is_same_v<two_pieces<three>::first, two>);
static_assert(std::is_same_v<two_pieces<three>::last, output>);
static_assert(std::is_same_v<first_pieces<type_list<>, 1, input, hidden>::type, input>);
static_assert(
    std::is_same_v<append_bound<type_list<output>, three, input>::type, type_list<output, input, hidden>>);
static_assert(
    std::is_same_v<append_bound<type_list<>, joined<two, output>>::type, type_list<input, hidden, output>>);

}  // namespace

TEST_CASE("joined: messages have the names of the pieces")
{
    CHECK(std::string(dimension_label<input>::view) == "input");
    CHECK(std::string(dimension_label<three>::view) == "joined<input, hidden, output>");
    CHECK(std::string(dimension_label<joined<two, output>>::view) == "joined<joined<input, hidden>, output>");
}

}  // namespace joined_test
