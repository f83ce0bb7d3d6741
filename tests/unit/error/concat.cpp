#include <rondo/error/concat.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

using namespace rondo::exec_internal;

TEST_CASE("concat: texts and numbers of any type, one after the other")
{
    std::string const text = "time";
    CHECK(concat("(", text, " ", 3, ", value ", 0.5, ")") == "(time 3, value 0.5)");
    CHECK(concat(std::size_t{18446744073709551615U}) == "18446744073709551615");
    CHECK(concat(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    CHECK(concat(1.0F / 3) == "0.333333");
    CHECK(concat(1e300) == "1e+300");
    CHECK(concat(std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::quiet_NaN()) ==
          "nannan");
    CHECK(concat(-std::numeric_limits<float>::infinity()) == "-inf");
}
