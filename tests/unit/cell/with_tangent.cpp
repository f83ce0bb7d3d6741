#include "unit/checked_cell.hpp"
#include "unit/named_cells.hpp"

#include <rondo/cell/gru_reset_before.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/cell/with_resets.hpp>
#include <rondo/cell/with_tangent.hpp>
#include <rondo/run/stream.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace with_tangent_test {

using namespace rondo;
using namespace rondo::exec_internal;

/// Begins with a trained state, and reads an input of two steps ago.
struct beginning_with_lag {
    weight<hidden> first;
    RONDO_MEMBERS(first);

    constexpr auto start() const { return next{tanh(first)}; }
    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const { return next{tanh(h + lag<2>(x))}; }
};

TEST_CASE("with_tangent: names of inputs, outputs and parameters")
{
    using single = with_tangent<lstm<>>;
    CHECK(inputs_of<single>::count == 2);
    CHECK(inputs_of<single>::name(0) == "x");
    CHECK(inputs_of<single>::name(1) == "x.tangent");
    CHECK(outputs_of<single>::name(0) == "y");
    CHECK(outputs_of<single>::name(1) == "y.tangent");
    CHECK(state_count<single> == 4);

    using several = with_tangent<test::observing>;
    CHECK(inputs_of<several>::name(3) == "x.tangent");
    CHECK(outputs_of<several>::name(4) == "energy");
    CHECK(outputs_of<several>::name(5) == "energy.tangent");

    using symbols = with_tangent<test::reading_symbols>;
    CHECK(inputs_of<symbols>::count == 3);
    CHECK(inputs_of<symbols>::name(2) == "gain.tangent");
}

TEST_CASE("with_tangent: a lag has one tangent, also in a cell with a start()")
{
    CHECK(state_count<beginning_with_lag> == 2);
    CHECK(state_count<with_tangent<beginning_with_lag>> == 4);
}

TEST_CASE("with_tangent: a direction that is not set is rejected by name")
{
    model<with_tangent<lstm<>>> m{input{2}, hidden{3}};
    xt::xtensor<float, 3> const x = xt::ones<float>({2, 1, 2});
    CHECK_THROWS_WITH_AS(bptt{m}.forward(named("x"_s = x, "x.tangent"_s = x)),
                         doctest::Contains("direction.i.W"), input_error);
}

TEST_CASE("with_tangent: its own gradient, of cells of several kinds")
{
    test::gradient_agrees<with_tangent<gru_reset_before<>>>();
    test::gradient_agrees<with_tangent<test::observing>>(true);
    test::float_agrees<with_tangent<test::reading_symbols>>();
}

TEST_CASE("with_tangent: a stream, around resets")
{
    using cell = with_tangent<with_resets<lstm<>>>;
    test::random_run<cell, double> with(4, 1, 5, input{3}, hidden{5});
    with.x["reset"_s].fill(0);
    with.x["reset"_s](2, 0, 0) = 1;
    bptt run{with.m};
    auto const& y = run.infer(with.x);
    stream live{with.m};
    auto const step = [&](auto name, std::size_t t, std::size_t n) {
        return std::span(with.x[name].data() + n * t, n);
    };
    for (std::size_t t = 0; t < 4; ++t) {
        auto const out = live.step(named("x"_s = step("x"_s, t, 3), "x.tangent"_s = step("x.tangent"_s, t, 3),
                                         "reset"_s = step("reset"_s, t, 1),
                                         "reset.tangent"_s = step("reset.tangent"_s, t, 1)));
        CHECK(out["y.tangent"_s][4] == doctest::Approx(y["y.tangent"_s](t, 0, 4)).epsilon(1e-12));
    }
}

}  // namespace with_tangent_test
