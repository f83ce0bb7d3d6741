#include "unit/edge_cells.hpp"

#include <rondo/exec/backward_pass.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace backward_pass_test {

using namespace rondo;
using namespace rondo::exec_internal;
using tested = test::leaky_counter;

namespace {

constexpr std::ptrdiff_t steps = 8;
constexpr std::ptrdiff_t batch = 2;

struct derived_counter {
    model<tested, double> m{input{3}};
    parameters<tested, double> g{m.bound()};
    std::vector<double> x = std::vector<double>(steps * batch * 3);
    std::vector<double> y = std::vector<double>(steps * batch);
    std::vector<double> dy = std::vector<double>(steps * batch);
    std::vector<double> dx = std::vector<double>(steps * batch * 3);
    forward_pass<forward_exe<tested>, double> forward{m, nullptr, false};
    backward_pass<tested, double> backward;

    derived_counter()
    {
        double n = 0;
        auto const fill = [&](std::span<double> entries) {
            for (double& entry : entries) {
                entry = std::sin(++n);
            }
        };
        fill(m.parameters().flat());
        fill(x);
        fill(dy);
        row_counts const rows{
            .states = (steps + 1) * batch, .saved = steps * batch, .span = steps * batch, .step = batch};
        forward.prepare(rows);
        backward.prepare(
            forward, {.states = rows.states, .span = rows.span, .step = batch, .group = steps * batch}, g);
        backward.bind({x.data()}, {dy.data()}, {dx.data()});
    }
    /// The loss, a sum of outputs times dy, with the saved values for its gradient.
    double loss()
    {
        forward.prepare(
            {.states = (steps + 1) * batch, .saved = steps * batch, .span = steps * batch, .step = batch});
        forward.bind({x.data()}, {y.data()});
        load_states<tested>(forward.states_at({.batch = batch}), m.bound(), nullptr, 0, batch);
        forward.run({.steps = steps, .batch = batch});
        double sum = 0;
        for (std::size_t i = 0; i < y.size(); ++i) {
            sum += y[i] * dy[i];
        }
        return sum;
    }
    /// Runs back over chunks of @p each steps, whose gradients are accumulated in one group or one by one.
    void derive(std::ptrdiff_t each, bool group)
    {
        load_states<tested>(backward.initial_adjoints(batch), m.bound(), nullptr, 0, batch);
        chunk const all{.steps = steps, .batch = batch};
        for (std::ptrdiff_t end = steps; end > 0; end -= each) {
            chunk const part = all.part(end - each, each);
            copy_states<tested>(backward.initial_adjoints(batch), backward.final_adjoints(part), batch);
            backward.run(part, group ? part.data_row : 0);
            if (group) {
                backward.add_to_group(part, part.data_row);
            } else {
                backward.accumulate_gradients(part);
            }
        }
        if (group) {
            backward.accumulate_group(steps * batch);
        }
    }
};

}  // namespace

TEST_CASE("backward_pass: the gradient is the slope of the loss")
{
    derived_counter c;
    c.loss();
    c.derive(steps, false);
    auto const check = [&](double& entry, double derivative) {
        double const at = entry;
        double const h = 1e-6;
        entry = at + h;
        double const above = c.loss();
        entry = at - h;
        double const below = c.loss();
        entry = at;
        CHECK(derivative == doctest::Approx((above - below) / (2 * h)).epsilon(1e-6));
    };
    std::vector<double> const dx = c.dx;
    for (std::size_t p = 0; p < c.g.count; ++p) {
        for (std::size_t i = 0; i < c.g.entries(p).size(); ++i) {
            check(c.m.parameters().entries(p)[i], c.g.entries(p)[i]);
        }
    }
    for (std::size_t i = 0; i < dx.size(); ++i) {
        check(c.x[i], dx[i]);
    }
}

TEST_CASE("backward_pass: gradients of chunks add up, one by one or in a group")
{
    derived_counter whole;
    whole.loss();
    whole.derive(steps, false);
    for (bool group : {false, true}) {
        derived_counter parts;
        parts.loss();
        parts.derive(2, group);
        CHECK(parts.dx == whole.dx);
        for (std::size_t i = 0; i < whole.g.flat().size(); ++i) {
            CHECK(parts.g.flat()[i] == doctest::Approx(whole.g.flat()[i]));
        }
    }
}

TEST_CASE("backward_pass: computes the wanted gradients alone")
{
    derived_counter whole;
    whole.loss();
    whole.derive(2, true);
    for (wanted_gradients const wanted :
         {wanted_gradients{.input = false}, {.parameters = false}, {.input = false, .parameters = false}}) {
        derived_counter some;
        some.loss();
        some.backward = backward_pass<tested, double>(wanted);
        CHECK(some.backward.wanted() == wanted);
        some.backward.prepare(
            some.forward,
            {.states = (steps + 1) * batch, .span = steps * batch, .step = batch, .group = steps * batch},
            some.g);
        some.backward.bind({some.x.data()}, {some.dy.data()}, {wanted.input ? some.dx.data() : nullptr});
        some.derive(2, true);
        CHECK(some.dx == (wanted.input ? whole.dx : std::vector<double>(whole.dx.size())));
        for (std::size_t i = 0; i < whole.g.flat().size(); ++i) {
            CHECK(some.g.flat()[i] == (wanted.parameters ? whole.g.flat()[i] : 0));
        }
    }
}

TEST_CASE("backward_pass: the bytes are those of the workspace")
{
    using memory = workspace<backward_exe<tested>, float>;
    sizes<tested> const bound(input{3});
    row_counts const rows{.states = 6, .span = 4, .step = 2, .group = 4};
    row_counts const ungrouped{.states = 6, .span = 4, .step = 2};
    CHECK(backward_pass<tested, float>::bytes(bound, rows, 2, {}) == memory::bytes(bound, rows, 2));
    CHECK(backward_pass<tested, float>::bytes(bound, rows, 2, {.parameters = false}) ==
          memory::bytes(bound, ungrouped, 0));
}

TEST_CASE("backward_pass: whether the step uses its input is known")
{
    static_assert(backward_pass<tested, double>::writes_input_gradient(0));
    static_assert(!backward_pass<test::autonomous, float>::writes_input_gradient(0));
}

}  // namespace backward_pass_test
