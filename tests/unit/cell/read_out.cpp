#include "unit/checked_cell.hpp"

#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/cell/read_out.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string_view>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

using cell_type = read_out<gru_reset_after<>, output>;

}  // namespace

TEST_CASE("read_out: the parameters of the cell, then those of the affine function")
{
    model<cell_type, double> const m{input{5}, hidden{9}, output{4}};
    auto const& p = m.parameters();
    REQUIRE(p.count == 12);
    CHECK(p.info(0).name.view() == "cell.r.W");
    CHECK(p.info(9).name.view() == "cell.c");
    CHECK(p.info(10).name.view() == "V");
    CHECK(p.info(11).name.view() == "b");
    CHECK(p.info(11).is_bias);
    CHECK(p.shape(10)[0] == 4);
    CHECK(p.shape(10)[1] == 9);
    CHECK(p.size() == 3 * 9 * (5 + 9 + 1) + 9 + 4 * (9 + 1));
    CHECK(state_count<cell_type> == 1);
    CHECK(state_count<read_out<lstm<>, output>> == 2);
}

TEST_CASE("read_out: the output is V h + b, the states are the cell's")
{
    test::random_run<cell_type, double> const with(4, 2, 1, input{5}, hidden{9}, output{3});
    bptt run{with.m};
    auto const y = run.forward(with.x, {.initial = with.initial});

    model<gru_reset_after<>, double> inner{input{5}, hidden{9}};
    for (std::size_t i = 0; i < inner.parameters().count; ++i) {
        auto const from = with.m.parameters().entries(i);
        std::copy(from.begin(), from.end(), inner.parameters().entries(i).begin());
    }
    bptt inner_run{inner};
    auto const& h = inner_run.forward(with.x, {.initial = with.initial});
    CHECK(test::difference(test::tensor_of("", run.final_states()[0]),
                           test::tensor_of("", inner_run.final_states()[0])) < 1e-15);
    xt::xtensor<double, 3> expected = xt::zeros<double>({4, 2, 3});
    for (std::size_t t = 0; t < 4; ++t) {
        for (std::size_t b = 0; b < 2; ++b) {
            for (std::size_t o = 0; o < 3; ++o) {
                expected(t, b, o) = with.m["b"_s](o);
                for (std::size_t k = 0; k < 9; ++k) {
                    expected(t, b, o) += with.m["V"_s](o, k) * h(t, b, k);
                }
            }
        }
    }
    CHECK(test::difference(test::tensor_of("", y), test::tensor_of("", expected)) < 1e-14);
}

TEST_CASE("read_out: the derived gradient agrees with differences") { test::gradient_agrees<cell_type>(); }

TEST_CASE("read_out: float agrees with double") { test::float_agrees<cell_type>(); }
