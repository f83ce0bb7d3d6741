#include <rondo/model/parameter_names.hpp>

#include <doctest/doctest.h>

#include <string_view>
#include <type_traits>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("names: a literal is a Hana string with the same characters")
{
    auto const name = "f.W_in"_s;
    CHECK(std::string_view(name.c_str()) == "f.W_in");
    CHECK(std::is_same_v<std::remove_const_t<decltype(name)>,
                         boost::hana::string<'f', '.', 'W', '_', 'i', 'n'>>);
    CHECK(std::string_view(""_s.c_str()).empty());
}
