#include "unit/edge_cells.hpp"

#include <rondo/model/require_constants.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

namespace require_constants_test {

using namespace rondo;

TEST_CASE(
    "require_constants: a run rejects a constant without a value, and a set one can change between runs")
{
    model<test::legendre, double> m{input{3}, hidden{5}};
    xt::xtensor<double, 3> const x = xt::ones<double>({2, 1, 3});
    bptt run{m};
    truncated_bptt parts{m, {.every = 2, .over = 2}};
    m["A"_s].fill(0.5);
    m["rate"_s] = 1;
    constexpr auto message =
        "rondo: the constant 'B': expected a value before a run uses it, as m[\"B\"_s] = ... gives it; found "
        "none";
    CHECK_THROWS_WITH_AS(run.forward(x), message, input_error);
    CHECK_THROWS_WITH_AS(run.infer(x), message, input_error);
    CHECK_THROWS_WITH_AS(parts.forward(x), message, input_error);
    CHECK_THROWS_WITH_AS((stream{m}), message, input_error);

    m["B"_s].fill(1);
    m["e"_s].fill(1);
    CHECK(run.forward(x)(0, 0, 0) == 3);
    m["rate"_s] = 2;
    CHECK_THROWS_AS(run.backward(x), std::logic_error);
    CHECK(run.forward(x)(0, 0, 0) == 6);
    CHECK_NOTHROW(run.backward(xt::ones<double>({2, 1, 5})));
}

TEST_CASE("require_constants: one entry of a matrix is not enough")
{
    parameters<test::legendre, float> p(exec_internal::sizes<test::legendre>(input{3}, hidden{5}));
    p["B"_s].fill(1);
    p["rate"_s] = 1;
    p["A"_s](0, 0) = 1;
    CHECK_THROWS_AS(exec_internal::require_constants(p), input_error);
    p["A"_s].fill(1);
    CHECK_NOTHROW(exec_internal::require_constants(p));
}

}  // namespace require_constants_test
