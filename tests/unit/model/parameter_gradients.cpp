#include "unit/edge_cells.hpp"

#include <rondo/model/parameter_gradients.hpp>
#include <rondo/run/bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace parameter_gradients_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

template <class Cell>
void fill_by_sines(model<Cell, double>& m)
{
    for (std::size_t i = 0; i < m.parameters().count; ++i) {
        std::ranges::generate(m.parameters().entries(i), [k = 10.0 * static_cast<double>(i)]() mutable {
            return 0.5 * std::sin(k += 1);
        });
    }
}

}  // namespace

TEST_CASE("parameter_gradients: no entries for constants, and the vector of the parameters otherwise")
{
    sizes<test::legendre> const bound(input{3}, hidden{5});
    parameters<test::legendre, double> const p(bound);
    parameter_gradients<test::legendre, double> g(bound);
    CHECK(g.flat().size() == p.flat().size());
    CHECK(g.size() == 3 + 25 + 5);
    for (std::size_t i = 0; i < p.count; ++i) {
        CHECK(g.entries(i).size() == (p.info(i).is_constant ? 0 : p.entries(i).size()));
    }
    g["U"_s](1, 2) = 4;
    parameter_gradients<test::legendre, double> other(bound);
    other = g;
    CHECK(other["U"_s](1, 2) == 4);
}

TEST_CASE("parameter_gradients: those of frozen parameters have no entries")
{
    using tested = parameter_gradients<test::leaky_counter, float>;
    auto none = tested::without_entries();
    CHECK(none.flat().empty());
    CHECK(none.size() == 0);
    CHECK(none.entries(0).empty());
    none.fill(1);
    tested const copy = none;
    none = copy;
    CHECK(copy.flat().empty());
    CHECK_THROWS_WITH_AS(none["w"_s], doctest::Contains("the gradient of parameter 'w' is not computed"),
                         std::logic_error);
    CHECK_THROWS_AS(copy["decay"_s], std::logic_error);  // a scalar
    CHECK_THROWS_AS((none = tested(sizes<test::leaky_counter>(input{3}))), input_error);
}

TEST_CASE("parameter_gradients: those of a run with constants are those of a run that trains everything")
{
    model<test::legendre, double> m{input{3}, hidden{5}};
    model<test::trained_legendre, double> all{input{3}, hidden{5}};
    fill_by_sines(m);
    fill_by_sines(all);
    xt::xtensor<double, 3> const x = xt::ones<double>({4, 2, 3});
    bptt run{m};
    bptt other{all};
    xt::xtensor<double, 3> const y = run.forward(x);
    CHECK(y == other.forward(x));
    auto const& g = run.backward(y);
    auto const& expected = other.backward(y);
    CHECK(xt::allclose(g.parameters["e"_s], expected.parameters["e"_s], 1e-13, 1e-14));
    CHECK(xt::allclose(g.parameters["U"_s], expected.parameters["U"_s], 1e-13, 1e-14));
    CHECK(xt::allclose(g.parameters["b"_s], expected.parameters["b"_s], 1e-13, 1e-14));
    CHECK(xt::allclose(g.input, expected.input, 1e-13, 1e-14));
    CHECK(xt::allclose(g.initial[0], expected.initial[0], 1e-13, 1e-14));
    CHECK(run.parameter_groups()[0].parameters.size() == run.parameter_groups()[0].gradients.size());
    CHECK(compiled<test::legendre>::backward.results.size() <
          compiled<test::trained_legendre>::backward.results.size());
}

}  // namespace parameter_gradients_test
