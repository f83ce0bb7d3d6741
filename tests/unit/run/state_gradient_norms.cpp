#include "unit/edge_cells.hpp"
#include "unit/random_run.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/cell/min_gru.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/state_gradient_norms.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <stdexcept>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

constexpr std::size_t steps = 6;
constexpr std::size_t batch_size = 3;

/// A state that is multiplied with a number at every step.
struct leaky {
    weight<hidden> a;
    RONDO_MEMBERS(a);

    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const { return next{a * h + x}; }
};

}  // namespace

namespace {

/// Computes the norms naively: for each step, by a run over all later steps, from the states before
/// the step.
template <class Cell>
xt::xtensor<double, 3> by_suffixes(test::random_run<Cell, double> const& with)
{
    xt::xtensor<double, 3> norms = xt::zeros<double>({steps, batch_size, state_count<Cell>});
    for (std::size_t t = 0; t < steps; ++t) {
        states_of<Cell, double> found = with.initial;
        bptt run{with.m};
        if (t > 0) {
            run.infer(xt::xtensor<double, 3>(xt::view(with.x, xt::range(0, t))), {.initial = with.initial});
            found = run.final_states();
        }
        xt::xtensor<double, 3> const x = xt::view(with.x, xt::range(t, steps));
        run.forward(x, {.initial = found});
        auto const& g = run.backward(xt::xtensor<double, 3>(xt::view(with.dy, xt::range(t, steps))));
        for (std::size_t k = 0; k < state_count<Cell>; ++k) {
            for (std::size_t b = 0; b < batch_size; ++b) {
                double sum = 0;
                for (std::size_t i = 0; i < g.initial[k].shape()[1]; ++i) {
                    sum += g.initial[k](b, i) * g.initial[k](b, i);
                }
                norms(t, b, k) = std::sqrt(sum);
            }
        }
    }
    return norms;
}

template <class Cell, class... D>
void agrees(D... bound)
{
    test::random_run<Cell, double> const with(steps, batch_size, 2, bound...);
    auto const found = state_gradient_norms(with.m, with.x, with.dy, with.initial);
    auto const expected = by_suffixes(with);
    REQUIRE(found.shape() == expected.shape());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(found.data()[i] == doctest::Approx(expected.data()[i]).epsilon(1e-12));
    }
}

}  // namespace

TEST_CASE("state_gradient_norms: agree with the initial-state gradients of every suffix")
{
    agrees<elman<>>(input{5}, hidden{9});
    agrees<lstm<>>(input{5}, hidden{9});
    agrees<min_gru<>>(input{5}, hidden{17});
    agrees<test::stacked>(input{5}, hidden{9}, test::attention{4}, output{3});
    agrees<test::delay_chain>(input{10});
    agrees<test::memoryless>(output{2}, input{3}, hidden{4});
    agrees<test::leaky_counter>(input{4});
}

TEST_CASE("state_gradient_norms: grow and shrink by the factor of a linear recurrence")
{
    for (double const factor : {0.5, 1.0, 2.0}) {
        CAPTURE(factor);
        model<leaky, double> m{hidden{3}};
        m["a"_s].fill(factor);
        xt::xtensor<double, 3> const x = xt::ones<double>({steps, batch_size, std::size_t{3}});
        xt::xtensor<double, 3> dy = xt::zeros<double>({steps, batch_size, std::size_t{3}});
        xt::view(dy, steps - 1) = 2;  // a loss of the last output alone
        auto const norms = state_gradient_norms(m, x, dy);
        for (std::size_t t = 0; t < steps; ++t) {
            double const expected = 2 * std::sqrt(3.0) * std::pow(factor, steps - t);
            CHECK(norms(t, batch_size - 1, 0) == doctest::Approx(expected).epsilon(1e-14));
        }
    }
}

TEST_CASE("state_gradient_norms: from states of zeros, of views, and in float")
{
    test::random_run<lstm<>, float> const with(steps, batch_size, 2, input{5}, hidden{9});
    auto const norms = state_gradient_norms(with.m, with.x, with.dy);
    std::array<std::size_t, 3> const shape{steps, batch_size, 2};
    CHECK(norms.shape() == shape);
    CHECK(norms == state_gradient_norms(with.m, with.x, with.dy, with.m.zero_states(batch_size)));
    auto const window = state_gradient_norms(with.m, xt::view(with.x, xt::range(2, steps)),
                                             xt::view(with.dy, xt::range(2, steps)));
    CHECK(window.shape()[0] == steps - 2);
}

TEST_CASE("state_gradient_norms: a wrong shape is rejected")
{
    test::random_run<lstm<>, double> const with(steps, batch_size, 2, input{5}, hidden{9});
    using sequences = xt::xtensor<double, 3>;
    CHECK_THROWS_WITH_AS(state_gradient_norms(with.m, sequences::from_shape({6, 3, 4}), with.dy),
                         doctest::Contains("the input x: expected shape (time, batch, input = 5)"),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(state_gradient_norms(with.m, with.x, sequences::from_shape({5, 3, 9})),
                         doctest::Contains("the output gradient dy: expected shape (time = 6, batch = "
                                           "3, hidden = 9)"),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(state_gradient_norms(with.m, xt::xarray<double>::from_shape({6, 5}), with.dy),
                         doctest::Contains("found (6, 5)"), std::invalid_argument);
    CHECK_THROWS_WITH_AS(state_gradient_norms(with.m, with.x, with.dy, with.m.zero_states(2)),
                         doctest::Contains("the initial state number 1: expected shape (batch = 3"),
                         std::invalid_argument);
}
