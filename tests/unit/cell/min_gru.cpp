#include "unit/checked_cell.hpp"

#include <rondo/cell/min_gru.hpp>
#include <rondo/pass/recurrence_of.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

static_assert(recurs_at_most<min_gru<>, recurrence_kind::diagonal_linear>);

TEST_CASE("min_gru: names, shapes and number of parameters")
{
    std::vector<std::string_view> const names{"W_z", "b_z", "W", "b"};
    std::size_t const i = 5;
    std::size_t const h = 9;
    model<min_gru<>, double> const m{input{i}, hidden{h}};
    auto const& p = m.parameters();
    REQUIRE(p.count == names.size());
    for (std::size_t k = 0; k < names.size(); ++k) {
        std::string_view const name = p.info(k).name.view();
        CHECK(name == names[k]);
        bool const is_matrix = name.front() == 'W';
        CHECK(p.info(k).is_bias == !is_matrix);
        CHECK(p.shape(k).size() == (is_matrix ? 2 : 1));
        CHECK(p.shape(k)[0] == h);
        CHECK((!is_matrix || p.shape(k).back() == i));
    }
    CHECK(p.size() == 2 * h * (i + 1));
    CHECK(state_count<min_gru<>> == 1);
}

TEST_CASE("min_gru: the equations of the paper, for one unit")
{
    model<min_gru<>, double> m{input{1}, hidden{1}};
    m["W_z"_s](0, 0) = 0.5;
    m["b_z"_s](0) = -0.25;
    m["W"_s](0, 0) = 2;
    m["b"_s](0) = 0.125;
    bptt run{m};
    xt::xtensor<double, 3> const x{{{1.0}}, {{-3.0}}};
    auto const& y = run.forward(x);
    double h = 0;
    for (std::size_t t = 0; t < 2; ++t) {
        double const z = 1 / (1 + std::exp(-(0.5 * x(t, 0, 0) - 0.25)));
        h = (1 - z) * h + z * (2 * x(t, 0, 0) + 0.125);
        CHECK(y(t, 0, 0) == doctest::Approx(h).epsilon(1e-14));
    }
}

TEST_CASE("min_gru: the derived gradient agrees with differences") { test::gradient_agrees<min_gru<>>(); }

TEST_CASE("min_gru: float agrees with double") { test::float_agrees<min_gru<>>(); }
