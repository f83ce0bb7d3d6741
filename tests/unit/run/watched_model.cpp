#include "unit/random_run.hpp"
#include "unit/watching_cells.hpp"

#include <rondo/run/bptt.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/run/watched_model.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace watched_model_test {

using namespace rondo;
using tested = test::coupled<true>;

TEST_CASE("watched_model: its runs are those of the model, with the watched values and their gradients")
{
    test::random_run<tested, double> const with(6, 3, 11, input{4}, hidden{5});
    bptt run{with.m};
    xt::xtensor<double, 3> const y = run.forward(with.x, {.initial = with.initial});
    auto const expected = run.backward(with.dy, {.final = with.dfinal}).parameters;

    auto shown = watched_model(with.m);
    bptt look{shown, {.check_finite = true}};
    auto const& all = look.forward(named("x"_s = with.x), {.initial = with.initial});
    CHECK(all["forget gate"_s].shape()[2] == 5);
    CHECK(all["share"_s].shape()[2] == 1);
    double const apart = xt::amax(xt::abs(all["y"_s] - y))();
    CHECK(apart < 1e-14);
    auto const& g = look.backward(named("y"_s = with.dy), {.final = with.dfinal});
    for (std::size_t i = 0; i < expected.flat().size(); ++i) {
        CHECK(g.parameters.flat()[i] == doctest::Approx(expected.flat()[i]));
    }
    CHECK(g.input["forget gate"_s].shape()[0] == 6);
    // The output is share * h, so the gradient with respect to the share is dot(dy, h).
    double const direct = with.initial[0](1, 0) * with.dy(0, 1, 0) +
                          with.initial[0](1, 1) * with.dy(0, 1, 1) +
                          with.initial[0](1, 2) * with.dy(0, 1, 2) +
                          with.initial[0](1, 3) * with.dy(0, 1, 3) + with.initial[0](1, 4) * with.dy(0, 1, 4);
    CHECK(g.input["share"_s](0, 1, 0) == doctest::Approx(direct));
}

TEST_CASE("watched_model: padded arrays, lists and truncated runs")
{
    test::random_run<tested, float> const with(6, 3, 11, input{4}, hidden{5});
    bptt look{watched_model(with.m)};
    std::vector<int> const lengths{6, 2, 4};
    auto const padded = look.forward(named("x"_s = with.x), {.lengths = lengths});
    std::vector<xt::xtensor<float, 2>> list;
    for (std::size_t b = 0; b < 3; ++b) {
        list.emplace_back(xt::view(with.x, xt::range(0, lengths[b]), b, xt::all()));
    }
    CHECK(look.forward(named("x"_s = list))["forget gate"_s] == padded["forget gate"_s]);
    truncated_bptt cut{watched_model(with.m), {.every = 6, .over = 6}};
    CHECK(cut.forward(named("x"_s = with.x))["share"_s](0, 0, 0) == padded["share"_s](0, 0, 0));
}

}  // namespace watched_model_test
