#include "unit/checked_cell.hpp"
#include "unit/named_cells.hpp"

#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/cell/min_gru.hpp>
#include <rondo/cell/read_out.hpp>
#include <rondo/cell/with_resets.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <vector>

namespace with_resets_test {

using namespace rondo;
using namespace rondo::exec_internal;
using test::difference;
using test::tensor_of;

namespace {

constexpr std::size_t steps = 11;

/// Random arguments with resets at steps @p starts of the only sequence.
template <class Cell>
auto example(std::vector<std::size_t> const& starts)
{
    test::random_run<with_resets<Cell>, double> with(steps, 1, 7, input{3}, hidden{9});
    with.x["reset"_s].fill(0);
    for (std::size_t const t : starts) {
        with.x["reset"_s](t, 0, 0) = 1;
    }
    return with;
}

}  // namespace

TEST_CASE_TEMPLATE("with_resets: sequences that follow each other give the results of each alone", Cell,
                   lstm<>, gru_reset_after<>, min_gru<>)
{
    std::vector<std::size_t> const starts{4, 5, 9};
    auto const with = example<Cell>(starts);
    bptt run{with.m};
    auto const y = run.forward(with.x, {.initial = with.initial});
    auto const& g = run.backward(with.dy, {.final = with.dfinal});

    model<Cell, double> m{input{3}, hidden{9}};
    std::copy(with.m.parameters().flat().begin(), with.m.parameters().flat().end(),
              m.parameters().flat().begin());
    parameter_gradients<Cell, double> sum(m.bound());
    std::vector<std::size_t> const ends{4, 5, 9, steps};
    std::size_t begin = 0;
    for (std::size_t const end : ends) {
        CAPTURE(end);
        auto const part = [&](auto const& all) {
            return xt::xtensor<double, 3>(xt::view(all, xt::range(begin, end)));
        };
        bptt alone{m};
        states_of<Cell, double> const zeros = m.zero_states(1);
        xt::xtensor<double, 3> const own =
            alone.forward(part(with.x["x"_s]), {.initial = begin == 0 ? with.initial : zeros});
        CHECK(difference(tensor_of("", part(y)), tensor_of("", own)) < 1e-13);
        auto const& of_part = alone.backward(part(with.dy), {.final = end == steps ? with.dfinal : zeros});
        CHECK(difference(tensor_of("", part(g.input["x"_s])), tensor_of("", of_part.input)) < 1e-12);
        for (std::size_t k = 0; begin == 0 && k < zeros.size(); ++k) {
            CHECK(difference(tensor_of("", g.initial[k]), tensor_of("", of_part.initial[k])) < 1e-12);
        }
        for (std::size_t i = 0; i < sum.flat().size(); ++i) {
            sum.flat()[i] += of_part.parameters.flat()[i];
        }
        begin = end;
    }
    CHECK(difference(tensor_of("", g.parameters.flat()), tensor_of("", sum.flat())) < 1e-12);
}

TEST_CASE("with_resets: a state that is not finite does not pass a reset")
{
    auto with = example<lstm<>>({6});
    with.x["x"_s](5, 0, 1) = std::numeric_limits<double>::infinity();
    bptt run{with.m};
    auto const& y = run.forward(with.x);
    CHECK(std::isfinite(y(10, 0, 3)));
    with.dy.fill(0);
    xt::view(with.dy, 10).fill(1);
    auto const& g = run.backward(with.dy);
    CHECK(std::isfinite(g.input["x"_s](6, 0, 0)));
    CHECK(g.input["x"_s](4, 0, 0) == 0);
}

TEST_CASE("with_resets: in streams and truncated runs, and around a cell with several inputs")
{
    auto const with = example<lstm<>>({4, 9});
    bptt run{with.m};
    auto const y = run.infer(with.x);
    stream live{with.m};
    for (std::size_t t = 0; t < steps; ++t) {
        auto const out = live.step(named("x"_s = std::span(with.x["x"_s].data() + 3 * t, 3),
                                         "reset"_s = std::span(with.x["reset"_s].data() + t, 1)));
        CHECK(out[4] == doctest::Approx(y(t, 0, 4)).epsilon(1e-12));
    }
    truncated_bptt truncated{with.m, {.every = steps, .over = steps}};
    CHECK(truncated.forward(with.x) == run.forward(with.x));

    using nested = with_resets<test::observing>;
    CHECK(inputs_of<nested, double>::name(1) == "mask");
    CHECK(inputs_of<nested, double>::name(3) == "reset");
    test::gradient_agrees<nested>(true);
    test::float_agrees<with_resets<read_out<lstm<>, output>>>();
}

}  // namespace with_resets_test
