#include "unit/edge_cells.hpp"
#include "unit/random_values.hpp"

#include <rondo/exec/forward_pass.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace forward_pass_test {

using namespace rondo;
using namespace rondo::exec_internal;
using tested = test::leaky_counter;

namespace {

constexpr std::ptrdiff_t steps = 9;
constexpr std::ptrdiff_t batch = 2;

struct counter {
    model<tested, double> m{input{3}};
    std::vector<double> x = std::vector<double>(steps * batch * 3);
    std::vector<double> y = std::vector<double>(steps * batch);
    forward_pass<forward_exe<tested>, double> pass{m, nullptr, false};

    counter()
    {
        double n = 0;
        for (double& entry : m.parameters().flat()) {
            entry = std::sin(++n);
        }
        for (double& entry : x) {
            entry = std::sin(++n);
        }
        pass.prepare(
            {.states = (steps + 1) * batch, .saved = steps * batch, .span = steps * batch, .step = batch});
        pass.bind({x.data()}, {y.data()});
        load_states<tested>(pass.states_at({.batch = batch}), m.bound(), nullptr, 0, batch);
    }
    [[nodiscard]] static chunk all() { return {.steps = steps, .batch = batch}; }
};

}  // namespace

TEST_CASE("forward_pass: computes the equation of the cell, step by step")
{
    counter c;
    c.pass.run(counter::all());
    auto const& p = c.m.parameters();
    for (std::size_t b = 0; b < batch; ++b) {
        double s = 0;
        for (std::size_t t = 0; t < steps; ++t) {
            double sum = p.entries(1)[0] * s + p.entries(2)[0];
            for (std::size_t i = 0; i < 3; ++i) {
                sum += p.entries(0)[i] * c.x[(t * batch + b) * 3 + i];
            }
            s = std::tanh(sum);
            CHECK(c.y[t * batch + b] == doctest::Approx(s));
        }
        CHECK(c.pass.states_at({.first = steps * batch, .batch = batch})[0].row(
                  static_cast<std::ptrdiff_t>(b))[0] == doctest::Approx(s));
    }
}

TEST_CASE("forward_pass: consecutive chunks agree with one chunk, to the last bit")
{
    counter whole;
    whole.pass.run(counter::all());
    counter parts;
    for (std::ptrdiff_t first = 0; first < steps; first += 4) {
        parts.pass.run(counter::all().part(first, std::min<std::ptrdiff_t>(4, steps - first)));
    }
    CHECK(parts.y == whole.y);
    CHECK(parts.pass.states_at({.first = steps * batch, .batch = batch})[0].row(1)[0] ==
          whole.pass.states_at({.first = steps * batch, .batch = batch})[0].row(1)[0]);
}

TEST_CASE("forward_pass: states and saved values can be moved to the front")
{
    counter c;
    c.pass.run(counter::all());
    double const state = c.pass.states_at({.first = 4 * batch, .batch = batch})[0].row(1)[0];
    c.pass.move_states({.first = 4 * batch, .batch = batch}, {.first = 6 * batch, .batch = batch});
    CHECK(c.pass.states_at({.batch = batch})[0].row(1)[0] == state);
    CHECK(c.pass.saved_array(storage::carried_out, 0).data == c.pass.states_at({.batch = batch})[0].data);
}

TEST_CASE("forward_pass: frozen parameters are read in place, and others at every call")
{
    counter c;
    CHECK(!c.pass.frozen());
    CHECK(c.pass.pool() == nullptr);
    CHECK(&c.pass.model().parameters() == &c.m.parameters());
    static_assert(counts_forward({.span = 10'000, .step = 4}, 1).span == blocking::forward_rows(1));
    static_assert(counts_forward({.span = 10'000, .step = 1'000}, 1).span == 1'000);
    static_assert(counts_forward({.span = 7, .step = 4}, 1).span == 7);
}

}  // namespace forward_pass_test
