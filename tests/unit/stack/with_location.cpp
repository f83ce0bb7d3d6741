#include <rondo/stack/with_location.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <type_traits>

using rondo::stack_internal::with_location;

TEST_CASE("with_location: adds each location once, and changes no other message")
{
    auto const inner = [] { return "layer 1 of the stack"; };
    auto const outer = [] { return std::string("bidirectional, forwards in time"); };
    auto const reject = [](char const* text) {
        return [text]() -> int { throw std::invalid_argument(text); };
    };
    CHECK_THROWS_WITH_AS(with_location(inner, reject("rondo: the input x: no")),
                         "rondo: layer 1 of the stack: the input x: no", std::invalid_argument);
    CHECK_THROWS_WITH_AS(with_location(inner, reject("no")), "rondo: layer 1 of the stack: no",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(with_location(outer, [&] { return with_location(inner, reject("rondo: no")); }),
                         "rondo: bidirectional, forwards in time: layer 1 of the stack: no",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(with_location(inner, []() -> int { throw std::logic_error("rondo: no"); }),
                         "rondo: no", std::logic_error);
    int n = 3;
    static_assert(std::is_same_v<decltype(with_location(inner, [&]() -> int& { return n; })), int&>);
    CHECK(&with_location(inner, [&]() -> int& { return n; }) == &n);
}
