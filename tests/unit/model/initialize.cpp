#include "unit/edge_cells.hpp"
#include "unit/matrix_cells.hpp"

#include <rondo/model/initialize.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/parameter_gradients.hpp>

#include <rondo/cell/lstm.hpp>
#include <rondo/model/model.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace {

using namespace rondo;
using namespace rondo::exec_internal;

// One parameter of every kind: along the state and not, matrix, vector and number, weight and bias.
// W_x is square, but not from a state to a state.
struct every_kind {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<input, input> W_x;
    weight<hidden> peephole;
    bias<hidden> b;
    weight<> gain;
    bias<> offset;
    weight<output, hidden> V;
    bias<output> c;
    weight<output> scale;
    RONDO_MEMBERS(W, U, W_x, peephole, b, gain, offset, V, c, scale);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto const h_next = tanh(W * (W_x * x) + U * h + peephole * h + b);
        return next{h_next}.output(V * h_next * (gain + offset) * scale + c);
    }
};

/// A recurrence within heads.
struct heads_of_units {
    weight<test::heads, test::values, input> W;
    weight<test::heads, test::values, test::values> R;
    bias<test::heads, test::values> b;
    RONDO_MEMBERS(W, R, b);

    constexpr auto operator()(vec<input> x, mat<test::heads, test::values> h) const
    {
        return next{tanh(W * x + R * h + b)};
    }
};

/// The trained parameters of test::legendre.
struct only_trained {
    weight<input> e;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(e, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> m) const
    {
        return next{m * dot(e, x) + tanh(U * m + b)};
    }
};
}  // namespace
namespace {

using parameters_t = parameters<every_kind, double>;

parameters_t all_kinds() { return parameters_t(sizes<every_kind>(input{20}, hidden{37}, output{50})); }

template <class T>
double largest(std::span<T> entries)
{
    double x = 0;
    for (T const entry : entries) {
        x = std::max(x, std::abs(static_cast<double>(entry)));
    }
    return x;
}

// Between -limit and limit, in the whole range, with the variance of the uniform distribution.
void check_uniform(parameters_t const& p, std::string_view name, double limit)
{
    CAPTURE(name);
    auto const entries = p.entries(parameter_index<every_kind>(name));
    CHECK(largest(entries) <= limit);
    auto const count = static_cast<double>(entries.size());
    if (count > 200) {
        CHECK(largest(entries) > 0.98 * limit);
        double sum = 0;
        double squares = 0;
        for (double const x : entries) {
            sum += x;
            squares += x * x;
        }
        CHECK(std::abs(sum / count) < 4 * limit / std::sqrt(3 * count));
        CHECK(std::abs(squares / count / (limit * limit / 3) - 1) < 4 / std::sqrt(count));
    } else {
        CHECK(largest(entries) > 0.02 * limit);
    }
}

void check_zero(parameters_t const& p, std::string_view name)
{
    CAPTURE(name);
    CHECK(largest(p.entries(parameter_index<every_kind>(name))) == 0);
}

void check_glorot(parameters_t const& p)
{
    check_uniform(p, "W", std::sqrt(6.0 / (37 + 20)));
    check_uniform(p, "W_x", std::sqrt(6.0 / (20 + 20)));
    check_uniform(p, "V", std::sqrt(6.0 / (50 + 37)));
    check_uniform(p, "peephole", 1 / std::sqrt(37.0));
    check_uniform(p, "gain", 1);
    check_uniform(p, "scale", 1 / std::sqrt(50.0));
    check_zero(p, "b");
    check_zero(p, "offset");
    check_zero(p, "c");
}

// Rows are orthonormal, and so columns are.
template <class T>
double distance_from_orthogonal(std::span<T> q, std::size_t n)
{
    double off = 0;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double product = 0;
            for (std::size_t k = 0; k < n; ++k) {
                product += static_cast<double>(q[i * n + k]) * static_cast<double>(q[j * n + k]);
            }
            off = std::max(off, std::abs(product - (i == j)));
        }
    }
    return off;
}

bool equal(auto const& a, auto const& b) { return std::ranges::equal(a.flat(), b.flat()); }

}  // namespace

TEST_CASE("uniform: by rows along a state, by columns of other matrices, else by the own size")
{
    auto p = all_kinds();
    initialize_uniform(p, 1);
    for (char const* const name : {"W", "U", "peephole", "b"}) {
        check_uniform(p, name, 1 / std::sqrt(37.0));
    }
    check_uniform(p, "W_x", 1 / std::sqrt(20.0));
    check_uniform(p, "V", 1 / std::sqrt(37.0));
    check_uniform(p, "c", 1 / std::sqrt(50.0));
    check_uniform(p, "scale", 1 / std::sqrt(50.0));
    check_uniform(p, "gain", 1);
    check_uniform(p, "offset", 1);
}

TEST_CASE("glorot: matrices by rows and columns, biases zero, the rest uniform")
{
    auto p = all_kinds();
    p.fill(9);
    initialize_glorot(p, 1);
    check_glorot(p);
    check_uniform(p, "U", std::sqrt(6.0 / (37 + 37)));
}

TEST_CASE("orthogonal: square matrices along a state, the rest as glorot")
{
    auto p = all_kinds();
    p.fill(9);
    initialize_orthogonal(p, 1);
    check_glorot(p);
    CHECK(distance_from_orthogonal(p.entries(1), 37) < 1e-14);
}

TEST_CASE("initialize: a matrix for each head, by its own rows and columns")
{
    parameters<heads_of_units, double> p(sizes<heads_of_units>(input{20}, test::heads{3}, test::values{11}));
    initialize_uniform(p, 1);
    CHECK(largest(p.entries(0)) <= 1 / std::sqrt(11.0));
    CHECK(largest(p.entries(0)) > 0.95 / std::sqrt(11.0));
    CHECK(largest(p.entries(2)) <= 1 / std::sqrt(11.0));
    CHECK(largest(p.entries(2)) > 0.8 / std::sqrt(11.0));
    initialize_glorot(p, 1);
    CHECK(largest(p.entries(0)) <= std::sqrt(6.0 / 31));
    CHECK(largest(p.entries(0)) > 0.95 * std::sqrt(6.0 / 31));
    CHECK(largest(p.entries(2)) == 0);
    initialize_orthogonal(p, 1);
    for (std::size_t h = 0; h < 3; ++h) {
        CHECK(distance_from_orthogonal(p.entries(1).subspan(h * 121, 121), 11) < 1e-14);
    }
}

TEST_CASE_TEMPLATE("orthogonal matrices of any size", T, float, double)
{
    double const tolerance = 4 * static_cast<double>(std::numeric_limits<T>::epsilon());
    for (std::size_t const n : {1U, 2U, 3U, 8U, 17U, 64U}) {
        parameters<every_kind, T> p(sizes<every_kind>(input{1}, hidden{n}, output{1}));
        initialize_orthogonal(p, n);
        CHECK(distance_from_orthogonal(p.entries(1), n) < tolerance);
    }
}

TEST_CASE("orthogonal matrices have determinants of both signs")
{
    int negative = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        parameters_t p(sizes<every_kind>(input{1}, hidden{1}, output{1}));
        initialize_orthogonal(p, seed);
        CHECK(std::abs(p["U"_s](0, 0)) == doctest::Approx(1));
        negative += p["U"_s](0, 0) < 0;
    }
    CHECK(negative > 2);
    CHECK(negative < 18);
}

TEST_CASE("a seed determines all parameters, in float those in double rounded")
{
    auto const each = [](auto initialize) {
        auto a = all_kinds();
        auto b = all_kinds();
        auto other = all_kinds();
        initialize(a, 7);
        initialize(b, 7);
        initialize(other, 8);
        CHECK(equal(a, b));
        CHECK_FALSE(equal(a, other));
        parameters<every_kind, float> f(sizes<every_kind>(input{20}, hidden{37}, output{50}));
        initialize(f, 7);
        for (std::size_t i = 0; i < f.count; ++i) {
            CHECK(std::ranges::equal(a.entries(i), f.entries(i), {},
                                     [](double x) { return static_cast<float>(x); }));
        }
    };
    each([](auto& p, std::uint64_t seed) { initialize_uniform(p, seed); });
    each([](auto& p, std::uint64_t seed) { initialize_glorot(p, seed); });
    each([](auto& p, std::uint64_t seed) { initialize_orthogonal(p, seed); });
}

TEST_CASE("the first parameters of seed 1 are fixed")
{
    parameters_t p(sizes<every_kind>(input{2}, hidden{4}, output{1}));
    initialize_uniform(p, 1);
    CHECK(p["W"_s](0, 0) == -0x1.76e90a81125e6p-2);
    CHECK(p["W"_s](0, 1) == -0x1.7451b6bf739c2p-2);
}

TEST_CASE("the forget bias of an LSTM is set by name")
{
    model<lstm<>> m{input{3}, hidden{5}};
    initialize_orthogonal(m.parameters(), 42);
    m["f.b"_s].fill(1);
    for (std::size_t i = 0; i < m.parameters().count; ++i) {
        auto const name = m.parameters().info(i).name.view();
        if (name.ends_with(".b")) {
            CHECK(std::ranges::all_of(m.parameters().entries(i),
                                      [&](float x) { return x == (name == "f.b" ? 1 : 0); }));
        } else if (name.ends_with(".U")) {
            CHECK(distance_from_orthogonal(m.parameters().entries(i), 5) < 1e-6);
        }
    }
}

TEST_CASE("initialize: constants are left alone, and take no random numbers")
{
    auto const check = [](auto const& initialize) {
        model<test::legendre, double> m{input{3}, hidden{5}};
        m["rate"_s] = 0.5;
        initialize(m.parameters());
        CHECK(m["rate"_s] == 0.5);
        CHECK(std::isnan(m["B"_s](0)));
        CHECK(m["U"_s](0, 0) != 0);

        parameters<only_trained, double> p(exec_internal::sizes<only_trained>(input{3}, hidden{5}));
        initialize(p);
        CHECK(p["e"_s] == m["e"_s]);
        CHECK(p["U"_s] == m["U"_s]);
    };
    check([](auto& p) { initialize_uniform(p, 7); });
    check([](auto& p) { initialize_glorot(p, 7); });
    check([](auto& p) { initialize_orthogonal(p, 7); });
}

TEST_CASE("initialize: first values that the cell gives its parameters")
{
    auto const has_first_values = [](parameters<test::primed, float> const& p) {
        auto const all_are = [&](std::string_view name, float value) {
            auto const e = p.entries(parameter_index<test::primed>(name));
            return std::ranges::all_of(e, [&](float x) { return x == value; });
        };
        CHECK(all_are("W", 0.25F));
        CHECK(all_are("gain", 1));
        CHECK(all_are("b", -2));
        CHECK(all_are("inner.decay", 0.75F));
    };
    model<test::primed> m{input{3}, hidden{5}};
    has_first_values(m.parameters());
    CHECK(m["rate"_s] == 0.5F);
    CHECK(m["U"_s](1, 2) == 0);
    CHECK(m["inner.w"_s](0) == 0);
    m["rate"_s] = 3;
    for (auto const initialize :
         {&initialize_uniform<test::primed, float>, &initialize_glorot<test::primed, float>,
          &initialize_orthogonal<test::primed, float>}) {
        m.parameters().fill(7);
        initialize(m.parameters(), 1);
        has_first_values(m.parameters());
        CHECK(m["rate"_s] == 3);  // a constant is left alone
        CHECK(m["U"_s](1, 2) != 7);
        CHECK(m["inner.w"_s](0) != 7);
    }
    parameter_gradients<test::primed, float> const g(m.bound());
    CHECK(std::ranges::all_of(g.flat(), [](float x) { return x == 0; }));
}

TEST_CASE("initialize: the elements of arrays of members")
{
    model<test::of_arrays> m{input{3}, hidden{5}};
    initialize_orthogonal(m.parameters(), 1);
    CHECK(m["layers.2.b"_s](4) == 0.5F);
    CHECK(m["gains.0"_s](1) == 1);
    CHECK(m["gains.1"_s](1) == 2);
    CHECK(m["layers.0.W"_s](0, 0) != 0);
    CHECK(m["layers.0.W"_s] != m["layers.1.W"_s]);
}
