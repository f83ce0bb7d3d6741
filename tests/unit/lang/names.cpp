#include <rondo/lang/names.hpp>

#include <doctest/doctest.h>

#include <string_view>
#include <type_traits>

using namespace rondo;
using namespace rondo::lang_internal;

TEST_CASE("names: a literal is a Hana string with the same characters")
{
    auto const literal = "f.W_in"_s;
    CHECK(literal.view() == "f.W_in");
    CHECK(std::string_view(literal.c_str()) == "f.W_in");
    CHECK(std::is_base_of_v<boost::hana::string<'f', '.', 'W', '_', 'i', 'n'>,
                            std::remove_const_t<decltype(literal)>>);
    CHECK(""_s.view().empty());
}

TEST_CASE("names: named values are found by name, in any order")
{
    int const variable = 3;
    auto const all = named("b"_s = 2.5, "a"_s = variable);
    using type = std::remove_const_t<decltype(all)>;
    using a = std::remove_const_t<decltype("a"_s)>;
    using b = std::remove_const_t<decltype("b"_s)>;
    static_assert(is_named<type> && !is_named<int>);
    static_assert(type::count<a> == 1 && type::count<b> == 1);
    static_assert(type::count<std::remove_const_t<decltype("c"_s)>> == 0);
    CHECK(&all.get<a>() == &variable);  // a variable is referred to
    CHECK(all.get<b>() == 2.5);         // a temporary is owned
}
