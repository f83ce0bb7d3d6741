#include <rondo/stack/with_location.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <type_traits>

using rondo::input_error;
using rondo::number_error;
using rondo::stack_internal::with_location;

TEST_CASE("with_location: puts each place in front, and leaves other exceptions alone")
{
    auto const inner = [] { return "layer 1 of the stack"; };
    auto const outer = [] { return std::string("bidirectional, forwards in time"); };
    auto const reject = []() -> int { throw input_error({"the input x", "3 features", "4"}); };
    CHECK_THROWS_WITH_AS(with_location(inner, reject),
                         "rondo: layer 1 of the stack: the input x: expected 3 features; found 4",
                         input_error);
    CHECK_THROWS_WITH_AS(
        with_location(outer, [&] { return with_location(inner, reject); }),
        "rondo: bidirectional, forwards in time: layer 1 of the stack: the input x: expected "
        "3 features; found 4",
        input_error);
    CHECK_THROWS_WITH_AS(with_location(inner,
                                       []() -> int {
                                           throw number_error({"x[t]", "finite numbers", "nan"});
                                       }),
                         "rondo: layer 1 of the stack: x[t]: expected finite numbers; found nan",
                         number_error);
    CHECK_THROWS_WITH_AS(with_location(inner, []() -> int { throw std::invalid_argument("no"); }), "no",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(with_location(inner, []() -> int { throw std::logic_error("rondo: no"); }),
                         "rondo: no", std::logic_error);
    int n = 3;
    static_assert(std::is_same_v<decltype(with_location(inner, [&]() -> int& { return n; })), int&>);
    CHECK(&with_location(inner, [&]() -> int& { return n; }) == &n);
}
