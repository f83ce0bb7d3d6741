#include <gradients_through_time/gradient_by_lag.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>

using namespace gradients_through_time;

namespace {

constexpr std::size_t steps = 12;

random_task task() { return {steps, 3, 2, 5, 0.5, 1}; }

rondo::model<rondo::elman<>, double> network(double factor)
{
    using namespace rondo::literals;
    rondo::model<rondo::elman<>, double> m{rondo::input{2}, rondo::hidden{5}};
    rondo::initialize_orthogonal(m.parameters(), 4);
    m["U"_s] *= factor;
    return m;
}

}  // namespace

TEST_CASE("gradient_by_lag: the loss depends on the last step, with a gradient of norm one")
{
    auto const t = task();
    for (std::size_t b = 0; b < 3; ++b) {
        double square = 0;
        for (std::size_t i = 0; i < 5; ++i) {
            CHECK(t.output_gradient(steps - 2, b, i) == 0);
            square += t.output_gradient(steps - 1, b, i) * t.output_gradient(steps - 1, b, i);
        }
        CHECK(square == doctest::Approx(1));
    }
}

TEST_CASE(
    "gradient_by_lag: in a contracting network the gradient vanishes at least at the rate of the contraction")
{
    auto const by_lag = gradient_by_lag(network(0.5), task());
    for (std::size_t lag = 1; lag <= steps; ++lag) {
        CHECK(by_lag[lag - 1] <= std::pow(0.5, lag));
        CHECK(by_lag[lag - 1] > 0);
    }
}

TEST_CASE("gradient_by_lag: truncated, it is equal up to the truncation and zero beyond")
{
    auto const m = network(1.5);
    auto const full = gradient_by_lag(m, task());
    auto const cut = gradient_by_lag(m, task(), 4);
    REQUIRE(cut.size() == steps);
    for (std::size_t lag = 1; lag <= steps; ++lag) {
        CHECK(cut[lag - 1] == doctest::Approx(lag <= 4 ? full[lag - 1] : 0).epsilon(1e-12));
    }
    CHECK(gradient_by_lag(m, task(), 100) == full);
}
