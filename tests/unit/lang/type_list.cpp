#include <rondo/lang/type_list.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

using three = type_list<int, char, long>;
static_assert(three::size == 3 && type_list<>::size == 0);
static_assert(three::index_of<int> == 0 && three::index_of<long> == 2);
static_assert(three::index_of<short> == 3);  // not there
static_assert(
    std::is_same_v<append_once<three, char, short, short, int>::type, type_list<int, char, long, short>>);
static_assert(std::is_same_v<append_once<type_list<>>::type, type_list<>>);

}  // namespace

TEST_CASE("type_list: is checked while compiling") { CHECK(three::size == 3); }
