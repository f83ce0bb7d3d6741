#include "unit/edge_cells.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/check/gradient_check.hpp>
#include <rondo/model/xtensor.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace rondo;
using namespace rondo::check_internal;

namespace {

using elman_model = model<elman<>, double>;
using sequence_type = xt::xtensor<double, 3>;

struct elman_case {
    elman_model m{input{3}, hidden{5}};
    sequence_type x = xt::zeros<double>({4, 2, 3});
    states_of<elman<>, double> initial = m.zero_states(2);

    elman_case()
    {
        std::mt19937_64 bits(11);
        fill_randomly(m.parameters().entries(0), bits, 0.5);
        fill_randomly(m.parameters().entries(1), bits, 0.5);
        fill_randomly(m.parameters().entries(2), bits, 0.5);
        fill_randomly(x, bits, 1);
        fill_randomly(initial[0], bits, 1);
    }
    std::vector<double> parameters() const
    {
        auto const all = m.parameters().flat();
        return {all.begin(), all.end()};
    }
};

/// Half the sum of squares.
std::pair<double, sequence_type> half_squares(sequence_type const& y)
{
    double sum = 0;
    for (double const v : y) {
        sum += v * v / 2;
    }
    return {sum, y};
}

/// Cross-entropy of a softmax over the features, of class 1 throughout.
std::pair<double, sequence_type> cross_entropy(sequence_type const& y)
{
    double loss = 0;
    sequence_type derivative = y;
    for (std::size_t t = 0; t < y.shape()[0]; ++t) {
        for (std::size_t b = 0; b < y.shape()[1]; ++b) {
            double total = 0;
            for (std::size_t k = 0; k < y.shape()[2]; ++k) {
                total += std::exp(y(t, b, k));
            }
            for (std::size_t k = 0; k < y.shape()[2]; ++k) {
                derivative(t, b, k) = std::exp(y(t, b, k)) / total - (k == 1 ? 1 : 0);
            }
            loss += std::log(total) - y(t, b, 1);
        }
    }
    return {loss, derivative};
}

std::string text_of(gradient_report const& r)
{
    std::ostringstream text;
    text << r;
    return text.str();
}

/// A leaky integrate-and-fire neuron with a surrogate gradient, and a read-out of its spikes.
struct spiking {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<output, hidden> V;
    bias<output> b;
    RONDO_MEMBERS(W, U, V, b);

    constexpr auto operator()(vec<input> x, vec<hidden> v, vec<hidden> s) const
    {
        auto charged = 0.9 * v * (1 - s) + W * x + U * s;
        auto above = charged - 0.25;
        auto spike = with_gradient(above > 0, sigmoid(4.0 * above));
        return next{charged, spike}.output(tanh(V * spike + b));
    }
};

/// A gradient that is stopped on the way from the input alone.
struct deaf {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(stop_gradient(W * x) + U * h)};
    }
};

std::vector<std::string> unchecked(gradient_report const& r)
{
    std::vector<std::string> names;
    for (tensor_report const& t : r.tensors) {
        if (t.result() == verdict::unchecked) {
            names.push_back(t.name + ": " + t.unchecked_because);
        }
    }
    return names;
}

}  // namespace

TEST_CASE("gradient_check: says which gradients it cannot compare, and compares the others")
{
    auto const r = check_gradient<deaf>(4, 2, {}, input{3}, hidden{5});
    INFO(r);
    CHECK(unchecked(r) == std::vector<std::string>{"W: stop_gradient", "input: stop_gradient"});
    CHECK(r.agrees());
    CHECK(r.tensors[1].result() == verdict::agrees);
    CHECK(r.tensors[1].largest_relative > 0);
}

TEST_CASE(
    "gradient_check: behind a surrogate gradient nothing is compared, after it a wrong derivative is found")
{
    model<spiking, double> m{input{3}, hidden{5}, output{2}};
    std::mt19937_64 bits(3);
    fill_randomly(m.parameters().flat(), bits, 0.75);
    sequence_type x = xt::zeros<double>({4, 2, 3});
    fill_randomly(x, bits, 1);
    auto const squares = check_gradient(m, x, m.zero_states(2), half_squares);
    INFO(squares);
    CHECK(squares.agrees());
    CHECK(unchecked(squares) ==
          std::vector<std::string>{"W: with_gradient", "U: with_gradient", "input: with_gradient",
                                   "initial state 1: with_gradient", "initial state 2: with_gradient"});
    auto const wrong = check_gradient(m, x, m.zero_states(2), [](sequence_type const& y) {
        auto out = half_squares(y);
        out.second *= 1.001;
        return out;
    });
    CHECK_FALSE(wrong.agrees());
    CHECK(wrong.tensors[2].result() == verdict::differs);
    CHECK(wrong.tensors[3].result() == verdict::differs);
    CHECK(wrong.tensors[0].result() == verdict::unchecked);
}

TEST_CASE("gradient_check: agrees for a random weighted sum, with an entry for every tensor")
{
    elman_case c;
    gradient_report const r = check_gradient(c.m, c.x, c.initial);
    INFO(r);
    CHECK(r.agrees());
    CHECK(r.kinks() == 0);
    CHECK(r.largest_relative() < 1e-6);
    REQUIRE(r.tensors.size() == 5);
    CHECK(r.tensors[0].name == "W");
    CHECK(r.tensors[1].name == "U");
    CHECK(r.tensors[2].name == "b");
    CHECK(r.tensors[3].name == "input");
    CHECK(r.tensors[4].name == "initial state 1");
    CHECK(r.tensors[0].shape == std::vector<std::size_t>{5, 3});
    CHECK(r.tensors[2].shape == std::vector<std::size_t>{5});
    CHECK(r.tensors[3].shape == std::vector<std::size_t>{4, 2, 3});
    CHECK(r.tensors[4].shape == std::vector<std::size_t>{2, 5});
}

TEST_CASE("gradient_check: agrees for any loss")
{
    elman_case c;
    auto const squares = check_gradient(c.m, c.x, c.initial, half_squares);
    INFO(squares);
    CHECK(squares.agrees());
    auto const entropy = check_gradient(c.m, c.x, c.initial, cross_entropy);
    INFO(entropy);
    CHECK(entropy.agrees());
    CHECK(entropy.loss > 0);

    weighted_sum<elman<>> given{xt::ones<double>({4, 2, 5}), c.initial};
    CHECK(check_gradient(c.m, c.x, c.initial, given).agrees());
}

TEST_CASE("gradient_check: takes views and expressions for the input")
{
    elman_case c;
    CHECK(check_gradient(c.m, 0.5 * c.x, c.initial).agrees());
    CHECK(check_gradient(c.m, xt::view(c.x, xt::range(1, 3)), c.initial).agrees());
}

TEST_CASE("gradient_check: detects a loss with a wrong derivative")
{
    elman_case c;
    auto const r = check_gradient(c.m, c.x, c.initial, [](sequence_type const& y) {
        auto out = half_squares(y);
        out.second(3, 1, 4) *= 1.0001;  // of the last step only
        return out;
    });
    INFO(r);
    CHECK_FALSE(r.agrees());
    CHECK(r.tensors[2].result() == verdict::differs);
    CHECK(r.tensors[2].differing >= 1);
    CHECK(r.tensors[2].worst == 4);
    CHECK(r.tensors[2].derived != r.tensors[2].estimated);
    CHECK(text_of(r).find("differs at ") != std::string::npos);
}

TEST_CASE("gradient_check: detects a model that changes in between")
{
    auto const changing = [](std::size_t row, std::size_t column) {
        elman_case c;
        int calls = 0;
        return check_gradient(c.m, c.x, c.initial, [&](sequence_type const& y) {
            if (++calls == 1) {  // after the forward run, before the derived gradient is taken
                c.m["U"_s](row, column) += 0.01;
            }
            return half_squares(y);
        });
    };
    CHECK_FALSE(changing(0, 1).agrees());
    CHECK_THROWS_AS(changing(0, 0), std::logic_error);  // backward() looks at the first entry
}

TEST_CASE("gradient_check: detects a derivative that is NaN")
{
    elman_case c;
    auto const r = check_gradient(c.m, c.x, c.initial, [](sequence_type const& y) {
        auto out = half_squares(y);
        out.second(0, 0, 0) = std::nan("");
        return out;
    });
    CHECK_FALSE(r.agrees());
    CHECK(std::isinf(r.largest_relative()));
}

TEST_CASE("gradient_check: agrees where everything is zero")
{
    elman_case c;
    auto const r = check_gradient(c.m, c.x, c.initial, [](sequence_type const& y) {
        return std::pair{0.0, sequence_type(0 * y)};
    });
    INFO(r);
    CHECK(r.agrees());
    CHECK(r.largest_relative() == 0);
}

TEST_CASE("gradient_check: restores the model")
{
    elman_case c;
    auto const before = c.parameters();
    auto const x = c.x;
    check_gradient(c.m, c.x, c.initial);
    CHECK(c.parameters() == before);
    CHECK(c.x == x);

    int calls = 0;
    CHECK_THROWS_AS(check_gradient(c.m, c.x, c.initial,
                                   [&](sequence_type const& y) {
                                       if (++calls == 100) {
                                           throw std::runtime_error("in the middle of an entry");
                                       }
                                       return half_squares(y);
                                   }),
                    std::runtime_error);
    CHECK(calls == 100);
    CHECK(c.parameters() == before);
}

TEST_CASE("gradient_check: rejects wrong sizes by name")
{
    elman_case c;
    CHECK_THROWS_WITH_AS(check_gradient(c.m, sequence_type::from_shape({4, 2, 4}), c.initial),
                         doctest::Contains("the input x: expected shape"), std::invalid_argument);
    CHECK_THROWS_WITH_AS(check_gradient(c.m, c.x, c.m.zero_states(3)),
                         doctest::Contains("the initial state number 1: expected shape"),
                         std::invalid_argument);
    auto const wrong = [](sequence_type const& y) {
        return std::pair{1.0, sequence_type(xt::view(y, xt::range(1, 3)))};
    };
    CHECK_THROWS_WITH_AS(check_gradient(c.m, c.x, c.initial, wrong),
                         doctest::Contains("the output gradient dy: expected shape"), std::invalid_argument);
    auto const infinite = [](sequence_type const& y) { return std::pair{HUGE_VAL, y}; };
    CHECK_THROWS_WITH_AS(check_gradient(c.m, c.x, c.initial, infinite),
                         "rondo: the loss of a gradient check: expected a finite number; found inf",
                         input_error);
}

TEST_CASE("gradient_check: reports an entry at a kink")
{
    model<test::rectified, double> m{input{2}, hidden{3}};
    std::mt19937_64 bits(5);
    fill_randomly(m.parameters().entries(0), bits, 0.75);
    fill_randomly(m.parameters().entries(1), bits, 0.75);
    sequence_type x = xt::zeros<double>({1, 1, 2});
    auto const initial = m.zero_states(1);
    // The argument of the relu is b: at its kink, just above, well below.
    m["b"_s](0) = 0;
    m["b"_s](1) = 1e-8;
    m["b"_s](2) = -0.5;
    gradient_report const r = check_gradient(m, x, initial);
    INFO(r);
    CHECK(r.agrees());
    CHECK(r.tensors[2].result() == verdict::kink);
    CHECK(r.tensors[2].kinks == 2);
    CHECK(r.tensors[2].first_kink == 0);
    CHECK(r.tensors[0].result() == verdict::agrees);  // multiplies an input of zero
    CHECK(text_of(r).find("kink at 2, first (0)") != std::string::npos);
}

TEST_CASE("gradient_check: smaller steps avoid a kink near the entry, and a wrong derivative is detected")
{
    model<test::rectified, double> m{input{1}, hidden{1}};
    sequence_type const x = xt::ones<double>({1, 1, 1});
    auto const initial = m.zero_states(1);
    m["W"_s](0, 0) = 0.5;
    m["b"_s](0) = -0.4999;  // within the first step, 0.001, outside later ones
    auto const right = check_gradient(m, x, initial);
    CHECK(right.agrees());
    CHECK(right.kinks() == 0);
    auto const wrong = check_gradient(m, x, initial, [](sequence_type const& y) {
        auto out = half_squares(y);
        out.second *= 1.01;
        return out;
    });
    CHECK_FALSE(wrong.agrees());
}
