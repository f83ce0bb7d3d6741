#include "unit/checked_cell.hpp"

#include <rondo/cell/sru.hpp>
#include <rondo/pass/recurrence_of.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

static_assert(recurs_at_most<sru<>, recurrence_kind::diagonal_linear>);

TEST_CASE("sru: names, shapes and number of parameters")
{
    std::vector<std::string_view> const names{"W", "W_f", "b_f", "W_r", "b_r", "V"};
    std::size_t const i = 5;
    std::size_t const h = 9;
    model<sru<>, double> const m{input{i}, hidden{h}};
    auto const& p = m.parameters();
    REQUIRE(p.count == names.size());
    for (std::size_t k = 0; k < names.size(); ++k) {
        std::string_view const name = p.info(k).name.view();
        CHECK(name == names[k]);
        bool const is_matrix = name.front() != 'b';
        CHECK(p.info(k).is_bias == !is_matrix);
        CHECK(p.shape(k).size() == (is_matrix ? 2 : 1));
        CHECK(p.shape(k)[0] == h);
        CHECK((!is_matrix || p.shape(k).back() == i));
    }
    CHECK(p.size() == 4 * h * i + 2 * h);
    CHECK(state_count<sru<>> == 1);
}

TEST_CASE("sru: the equations of the paper, for one unit")
{
    model<sru<>, double> m{input{1}, hidden{1}};
    m["W"_s](0, 0) = 2;
    m["W_f"_s](0, 0) = 0.5;
    m["b_f"_s](0) = -0.25;
    m["W_r"_s](0, 0) = -0.75;
    m["b_r"_s](0) = 0.375;
    m["V"_s](0, 0) = 1;
    bptt run{m};
    xt::xtensor<double, 3> const x{{{1.0}}, {{-3.0}}};
    auto const& y = run.forward(x);
    auto const sigma = [](double a) { return 1 / (1 + std::exp(-a)); };
    double c = 0;
    for (std::size_t t = 0; t < 2; ++t) {
        double const now = x(t, 0, 0);
        double const f = sigma(0.5 * now - 0.25);
        double const r = sigma(-0.75 * now + 0.375);
        c = f * c + (1 - f) * 2 * now;
        CHECK(y(t, 0, 0) == doctest::Approx(r * c + (1 - r) * now).epsilon(1e-14));
    }
}

TEST_CASE("sru: the derived gradient agrees with differences") { test::gradient_agrees<sru<>>(); }

TEST_CASE("sru: float agrees with double") { test::float_agrees<sru<>>(); }
