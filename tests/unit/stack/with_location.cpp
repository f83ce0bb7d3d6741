#include "unit/diverging_cells.hpp"

#include <rondo/run/bptt.hpp>
#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/stack.hpp>
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

TEST_CASE("with_location: a stack says in which layer a value is not finite")
{
    using namespace rondo;
    using namespace rondo::test;
    auto const first = diagonal_model<linear_recurrence, float>(1, 0);
    auto ahead = diagonal_model<rooted_gate, float>(1, 0);
    auto const back = ahead;
    ahead["f.b"_s].fill(1);
    stack net{bptt{first, {.check_finite = true}},
              bidirectional{bptt{ahead, {.check_finite = true}}, bptt{back, {.check_finite = true}}}};
    xt::xtensor<float, 3> x = xt::ones<float>({5, 2, 2});
    x(3, 1, 0) = -2;
    std::string const gate = "f[t] = sqrt(f.U * s[t-1] + f.W * x[t] + f.b)";
    CHECK(message_of<number_error>([&] { net.forward(x); }) ==
          "rondo: layer 1 of the stack: bidirectional, forwards in time: " + gate +
              ": expected finite numbers; found nan at (time 3, batch 1, feature 0)");
    x(3, 1, 0) = 0;
    net.forward(x);
    xt::xtensor<float, 3> dy = xt::zeros<float>({5, 2, 4});
    dy(3, 1, 2) = 1;  // of the direction backwards in time, whose second step this is
    CHECK(
        message_of<number_error>([&] { net.backward(dy); }) ==
        "rondo: layer 1 of the stack: bidirectional, backwards in time: the derivative with respect to f.U * "
        "s[t-1] + f.W * x[t] + f.b in f[t]: expected finite numbers; found -inf at (time 1, batch 1, feature "
        "0), through " +
            gate);
}
