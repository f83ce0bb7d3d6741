#include "unit/checked_cell.hpp"
#include "unit/interpreter.hpp"
#include "unit/lang/recording.hpp"

#include <rondo/lang/compositions.hpp>
#include <rondo/pass/differentiate.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

namespace compositions_test {

using namespace rondo;
using namespace rondo::test;

namespace {

static_assert(
    std::is_same_v<decltype(mod(std::declval<vec<hidden>>(), std::declval<scalar>())), vec<hidden>>);
static_assert(std::is_same_v<decltype(mod(2, std::declval<scalar>())), scalar>);
static_assert(
    std::is_same_v<decltype(hypot(std::declval<scalar>(), std::declval<vec<hidden>>())), vec<hidden>>);
static_assert(std::is_same_v<decltype(lerp(0, 1, std::declval<vec<hidden>>())), vec<hidden>>);
static_assert(std::is_same_v<decltype(logaddexp(std::declval<weight<hidden>>(), 0.0)), vec<hidden>>);
static_assert(mod(vec<hidden>{}, 2).record == nullptr);
static_assert(!lang_internal::operands<double, int>);

/// Each of the functions, of states and numbers.
struct composed {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<hidden> period;
    RONDO_MEMBERS(W, U, period);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto a = W * x + U * h;
        auto wrapped = mod(a, square(period) + 20) + mod(a, -20);
        auto longer = hypot(a, h) + hypot(3, h) + logaddexp(a, 2 * h) + logaddexp(a, 0);
        return next{lerp(h, tanh(wrapped - 2 * longer), sigmoid(a))}.output(wrapped + longer +
                                                                            lerp(0, a, 0.25));
    }
};

/// The value of a function of two operands, and its derivatives.
struct value_and_slopes {
    double value;
    std::array<double, 2> slopes;
};
template <class F>
value_and_slopes at(double x, double y, F function)
{
    recorder record{};
    vec<hidden> const a{&record, record.nodes.leaf(op::state, 0, {1})};
    vec<hidden> const b{&record, record.nodes.leaf(op::state, 1, {1})};
    program p{};
    node_id const z = function(a, b).id;
    p.nodes = record.nodes;
    p.states.push_back({a.id, z});
    p.states.push_back({b.id, b.id});
    p.results.push_back({role::output, 0, z});
    leaf_values leaves{};
    leaves.states = {{x}, {y}};
    leaves.state_adjoints = {{1}, {0}};
    leaves.output_adjoints = {{0}};
    test::sizes const one = sizes_of({1});
    auto const back = run(differentiate(p), one, leaves).states;
    return {run(p, one, leaves).states[0][0], {back[0][0], back[1][0]}};
}

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

constexpr auto remainder_of = [](auto a, auto b) { return mod(a, b); };
constexpr auto length_of = [](auto a, auto b) { return hypot(a, b); };
constexpr auto sum_of = [](auto a, auto b) { return logaddexp(a, b); };

}  // namespace

TEST_CASE("compositions: a remainder has the sign of the divisor")
{
    for (double const a : {-7.5, -6.0, -0.25, 0.0, 0.25, 6.0, 7.5, 1e9}) {
        for (double const b : {-3.0, -0.75, 0.75, 3.0}) {
            CAPTURE(a);
            CAPTURE(b);
            auto const [value, slopes] = at(a, b, remainder_of);
            double const quotient = std::floor(a / b);
            CHECK(value == a - b * quotient);
            CHECK(slopes[0] == 1);
            CHECK(slopes[1] == -quotient);
        }
    }
    CHECK(at(-1e-20, 1, remainder_of).value == 1);  // as in Python
    CHECK(at(2, infinity, remainder_of).value == 2);
    CHECK(at(-2, infinity, remainder_of).value == infinity);
    CHECK(at(2, -infinity, remainder_of).value == -infinity);
    CHECK(std::isnan(at(2, 0, remainder_of).value));
    CHECK(std::isnan(at(infinity, 2, remainder_of).value));
    CHECK(std::isnan(at(nan, 2, remainder_of).value));
    CHECK(std::isnan(at(2, nan, remainder_of).value));
}

TEST_CASE("compositions: a length neither overflows nor underflows")
{
    for (double const scale : {1.0, 1e-200, 1e200}) {
        auto const [value, slopes] = at(-3 * scale, 4 * scale, length_of);
        CHECK(value == doctest::Approx(5 * scale));
        CHECK(slopes[0] == doctest::Approx(-0.6));
        CHECK(slopes[1] == doctest::Approx(0.8));
    }
    auto const [diagonal, halves] = at(2, -2, length_of);
    CHECK(diagonal == doctest::Approx(std::sqrt(8.0)));
    CHECK(halves[0] == doctest::Approx(std::sqrt(0.5)));
    CHECK(halves[1] == doctest::Approx(-std::sqrt(0.5)));
    CHECK(at(0, 0, length_of).value == 0);
    CHECK(at(0, 0, length_of).slopes == std::array<double, 2>{0, 0});
    CHECK(at(-5, 0, length_of).slopes == std::array<double, 2>{-1, 0});
    CHECK(at(-infinity, 1, length_of).value == infinity);
    CHECK(at(infinity, infinity, length_of).value == infinity);
    CHECK(at(-infinity, 1, length_of).slopes == std::array<double, 2>{-1, 0});
    CHECK(std::isnan(at(nan, 1, length_of).value));
    CHECK(std::isnan(at(1, nan, length_of).value));
}

TEST_CASE("compositions: a sum of exponentials of any size")
{
    for (double const shift : {0.0, 1000.0, -1000.0}) {
        for (double const d : {-50.0, -1.5, 0.0, 0.25, 50.0}) {
            CAPTURE(d);
            auto const [value, slopes] = at(shift + d, shift, sum_of);
            double const share = 1 / (1 + std::exp(-d));
            CHECK(value == doctest::Approx(shift + (d > 0 ? d : 0) + std::log1p(std::exp(-std::fabs(d)))));
            CHECK(slopes[0] == doctest::Approx(share).epsilon(1e-12));
            CHECK(slopes[1] == doctest::Approx(1 - share).epsilon(1e-12));
        }
    }
    CHECK(at(-infinity, 3, sum_of).value == 3);
    CHECK(at(-infinity, -infinity, sum_of).value == -infinity);
    CHECK(at(infinity, infinity, sum_of).value == infinity);
    CHECK(at(infinity, -infinity, sum_of).value == infinity);
    CHECK(std::isnan(at(nan, 1, sum_of).value));
}

TEST_CASE("compositions: an interpolation meets both ends exactly")
{
    auto const between = [](double t) { return [t](auto a, auto b) { return lerp(a, b, t); }; };
    CHECK(at(1e17, 3, between(0)).value == 1e17);
    CHECK(at(1e17, 3, between(1)).value == 3);
    CHECK(at(2, 4, between(0.25)).value == 2.5);
    CHECK(at(2, 4, between(0.25)).slopes == std::array<double, 2>{0.75, 0.25});
    CHECK(at(2, 4, between(2)).value == 6);
    auto const weighted = [](auto a, auto t) { return lerp(a, 10, t); };
    CHECK(at(4, 0.5, weighted).value == 7);
    CHECK(at(4, 0.5, weighted).slopes == std::array<double, 2>{0.5, 6});
    CHECK(at(infinity, 0.5, weighted).value == infinity);
    CHECK(std::isnan(at(infinity, 1, weighted).value));
}

TEST_CASE("compositions: inside a cell, gradients agree with differences and float with double")
{
    gradient_agrees<composed>(true);
    float_agrees<composed>();
}

}  // namespace compositions_test
