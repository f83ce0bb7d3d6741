#include "unit/checked_cell.hpp"
#include "unit/interpreter.hpp"
#include "unit/lang/recording.hpp"

#include <rondo/lang/activations.hpp>
#include <rondo/pass/differentiate.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>

namespace activations_test {

using namespace rondo;
using namespace rondo::test;

namespace {

static_assert(std::is_same_v<decltype(silu(std::declval<vec<hidden>>())), vec<hidden>>);
static_assert(std::is_same_v<decltype(elu(std::declval<scalar>())), scalar>);

/// Every activation of one value.
struct activated {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto a = 2 * (W * x + U * h);
        auto smooth = silu(a) + gelu(a) + mish(a) + softsign(a);
        auto angular = elu(a, 0.5) + selu(a) + leaky_relu(a, 0.2) + hard_sigmoid(2 * a) + hard_tanh(a);
        return next{tanh(0.2 * (smooth + angular))}.output(smooth - angular);
    }
};

/// A function and its derivative at one point, as recorded and derived.
struct value_and_slope {
    double value, slope;
};
template <class F>
value_and_slope at(double x, F function)
{
    recorder record{};
    vec<hidden> const h{&record, record.nodes.leaf(op::state, 0, {1})};
    program p{};
    node_id const y = function(h).id;
    p.nodes = record.nodes;
    p.states.push_back({h.id, y});
    p.results.push_back({role::output, 0, y});
    leaf_values leaves{};
    leaves.states = {{x}};
    leaves.state_adjoints = {{1}};
    leaves.output_adjoints = {{0}};
    test::sizes const one = sizes_of({1});
    return {run(p, one, leaves).states[0][0], run(differentiate(p), one, leaves).states[0][0]};
}

/// Compares a function with its definition, and its derivative with differences of the definition.
template <class F, class G>
void compare(F function, G definition)
{
    for (double const x : {-30.0, -2.9, -1.5, -0.75, -0.1, 0.1, 0.75, 1.5, 2.9, 30.0}) {
        CAPTURE(x);
        auto const [value, slope] = at(x, function);
        CHECK(value == doctest::Approx(definition(x)).epsilon(1e-14).scale(1e-3));
        double const difference = (definition(x + 1e-5) - definition(x - 1e-5)) / 2e-5;
        CHECK(slope == doctest::Approx(difference).epsilon(1e-8).scale(1));
    }
    CHECK(std::isnan(at(std::numeric_limits<double>::quiet_NaN(), function).value));
}

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }
double elu_of(double x, double alpha) { return x > 0 ? x : alpha * std::expm1(x); }

}  // namespace

TEST_CASE("activations: are their definitions")
{
    SUBCASE("silu")
    {
        compare([](auto a) { return silu(a); }, [](double x) { return x * sigmoid_of(x); });
    }
    SUBCASE("gelu")
    {
        compare([](auto a) { return gelu(a); },
                [](double x) { return x * 0.5 * std::erfc(-x / std::sqrt(2.0)); });
    }
    SUBCASE("elu")
    {
        compare([](auto a) { return elu(a); }, [](double x) { return elu_of(x, 1); });
        compare([](auto a) { return elu(a, 0.3); }, [](double x) { return elu_of(x, 0.3); });
    }
    SUBCASE("selu")
    {
        compare([](auto a) { return selu(a); },
                [](double x) { return 1.0507009873554805 * elu_of(x, 1.6732632423543772); });
    }
    SUBCASE("leaky_relu")
    {
        compare([](auto a) { return leaky_relu(a); }, [](double x) { return x > 0 ? x : 0.01 * x; });
        compare([](auto a) { return leaky_relu(a, 0.2); }, [](double x) { return x > 0 ? x : 0.2 * x; });
    }
    SUBCASE("hard_sigmoid")
    {
        compare([](auto a) { return hard_sigmoid(a); },
                [](double x) { return std::fmin(std::fmax((x + 3) / 6, 0), 1); });
    }
    SUBCASE("hard_tanh")
    {
        compare([](auto a) { return hard_tanh(a); }, [](double x) { return std::fmin(std::fmax(x, -1), 1); });
    }
    SUBCASE("softsign")
    {
        compare([](auto a) { return softsign(a); }, [](double x) { return x / (1 + std::fabs(x)); });
    }
    SUBCASE("mish")
    {
        compare([](auto a) { return mish(a); },
                [](double x) { return x * std::tanh(std::log1p(std::exp(x))); });
    }
}

TEST_CASE("activations: at zero and far from it")
{
    CHECK(at(0, [](auto a) { return elu(a); }).slope == 1);
    CHECK(at(0, [](auto a) { return leaky_relu(a, 0.25); }).slope == 0.25);
    CHECK(at(1000, [](auto a) { return elu(a); }).slope == 1);  // although exp overflows
    CHECK(at(-1000, [](auto a) { return selu(a); }).slope == 0);
    CHECK(at(0, [](auto a) { return softsign(a); }).slope == 1);
}

TEST_CASE("activations: inside a cell, gradients agree with differences and float with double")
{
    gradient_agrees<activated>(true);
    float_agrees<activated>();
}

}  // namespace activations_test
