#include "unit/context_cells.hpp"

#include <rondo/exec/prologue_pass.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/model.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace prologue_pass_test {

using namespace rondo;
using namespace rondo::exec_internal;

static_assert(std::is_empty_v<prologue_pass<test::beginning_at_zero, float>>);
static_assert(prologue_pass<test::decoding, float>::values == 0);
static_assert(prologue_pass<test::decoding, float>::results == 2);
static_assert(prologue_pass<test::speaking, float>::values == 3);
static_assert(prologue_pass<test::speaking, float>::results == 3);

TEST_CASE("prologue_pass: the states of start(), and back from their adjoints")
{
    model<test::decoding, double> m{input{2}, hidden{3}, test::speaker{2}};
    auto& p = m.parameters();
    std::fill(p.flat().begin(), p.flat().end(), 0.25);
    m["inner.first"_s] = xt::xtensor<double, 1>{0.5, -1, 2};
    m["C"_s] = xt::xtensor<double, 2>{{1, 2}, {3, 4}, {5, 6}};
    std::vector<double> const contexts{1, 0, 0.5, -1};

    prologue_pass<test::decoding, double> pass;
    pass.prepare(m.bound(), p, 3, {}, nullptr, false);  // room for more
    pass.forward(m.bound(), p, {contexts.data()}, 2, nullptr, false);
    using step = workspace<forward_exe<test::decoding>, double>;
    std::ptrdiff_t const stride = step::row_stride(m.bound(), compiled<test::decoding>::shapes.states[0]);
    std::array<std::vector<double>, 2> memory;
    state_view<test::decoding, double> states{.batch = 2};
    for (std::size_t k = 0; k < 2; ++k) {
        memory[k].resize(static_cast<std::size_t>(2 * stride));
        states.states[k] = {memory[k].data(), stride, 0};
    }
    pass.load_start_states(states);
    CHECK(states[0].row(0)[1] == doctest::Approx(std::tanh(-1.0) + 3));
    CHECK(states[0].row(1)[2] == doctest::Approx(std::tanh(2.0) + 5 * 0.5 - 6));
    CHECK(states[1].row(1)[0] == 0.25);
    double const of_first = states[0].row(0)[1];
    pass.load_start_state(0, states, 1);
    CHECK(states[0].row(1)[1] == of_first);

    auto g = make_gradients<double>(m.bound(), false);
    g->parameters.fill(0);
    pass.start_backward(m.bound());
    for (std::vector<double>& entries : memory) {
        std::ranges::fill(entries, 0.0);
    }
    states[0].row(0)[0] = 1;
    states[0].row(1)[0] = 10;
    states[1].row(1)[0] = 100;
    pass.add_start_gradients(states);
    pass.backward(m.bound(), p, g->parameters, {}, nullptr, false);
    double const slope = 1 - std::tanh(0.5) * std::tanh(0.5);
    CHECK(g->parameters["inner.first"_s](0) == doctest::Approx(11 * slope + 50));
    CHECK(g->parameters["C"_s](0, 0) == 1 * 1 + 10 * 0.5);
    CHECK(g->parameters["C"_s](0, 1) == -10);
    CHECK(pass.input_gradient(0)[0] == 1);  // of sequence 0, times C(0, 0)
    CHECK(pass.input_gradient(0)[3] == 20);
    store_per_sequence<test::decoding>(pass, m.bound(), 2, std::array<std::ptrdiff_t, 2>{1, 0}, true,
                                       g->input);
    CHECK(g->input["context"_s](0, 1) == 20);  // in the caller's order

    pass.start_backward(m.bound());
    g->parameters.fill(0);
    pass.add_start_gradient(states, 0, 1);  // the adjoints of sequence 0, in the row of sequence 1
    pass.backward(m.bound(), p, g->parameters, {}, nullptr, false);
    CHECK(g->parameters["C"_s](0, 0) == 0.5);
    CHECK(pass.input_gradient(0)[0] == 0);
    CHECK(pass.input_gradient(0)[2] == 1);
}

}  // namespace prologue_pass_test
